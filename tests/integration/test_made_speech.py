"""ohmcarlo data: made speech, as a reader of its files sees it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from lab import PROGRAM, clean_environment, snapshot, wait_for

pytestmark = pytest.mark.skipif(
    not Path(PROGRAM).with_name("ohmcarlo-speech").exists(), reason="this build has no speech synthesis"
)

SOURCE = Path(__file__).resolve().parents[2] / "src/data/phone_labels.hpp"
TIMIT = set(re.findall(r'"([a-z#-]+)"', re.search(r"kTimitPhones\[\] = \{(.*?)\}", SOURCE.read_text(), re.S)[1]))
CLOSURES = {"p": "pcl", "t": "tcl", "k": "kcl", "b": "bcl", "d": "dcl", "g": "gcl", "ch": "tcl", "jh": "dcl"}
CLASSES = ["power-off", "i-smart", "power-mode", "save-me", "help-me", "other"]
LIMIT = 300  # seconds; only a hanging program needs them


def data(*arguments, expect=0):
    done = subprocess.run(
        [PROGRAM, "data", *map(str, arguments)], env=clean_environment(), capture_output=True, text=True, timeout=LIMIT
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    if expect:
        assert done.stderr.count("\n") == 1 and done.stderr.startswith("ohmcarlo: ")
    return done


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (16000, 2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def labels(path):
    return [(int(begin), int(end), phone) for begin, end, phone in map(str.split, path.read_text().splitlines())]


@pytest.fixture(scope="module")
def phones(tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "phones"
    data("make-phones", "--hours", 0.05, "--seed", 5, "--jobs", 2, "--out", out)
    return out


@pytest.fixture(scope="module")
def keywords(tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "keywords"
    data("make-keywords", "--count", 10, "--seed", 5, "--jobs", 2, "--out", out)
    return out


def recordings(tree):
    found = sorted(tree.glob("T*/DR[1-8]/*/SX*.WAV"))
    assert found and len(found) == len(list(tree.rglob("*.WAV")))
    return found


# ---- the same bytes ------------------------------------------------------------------------------------------------------


def test_phones_do_not_depend_on_the_number_of_jobs(phones, tmp_path):
    data("make-phones", "--hours", 0.05, "--seed", 5, "--jobs", 1, "--out", tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(phones)


def test_keywords_do_not_depend_on_the_number_of_jobs(keywords, tmp_path):
    data("make-keywords", "--count", 10, "--seed", 5, "--jobs", 3, "--out", tmp_path / "again")
    assert snapshot(tmp_path / "again") == snapshot(keywords)


def test_another_seed_says_something_else(phones, tmp_path):
    data("make-phones", "--hours", 0.01, "--seed", 6, "--out", tmp_path / "other")
    texts = {path.read_text().split(" ", 2)[2] for path in phones.rglob("*.TXT")}
    others = {path.read_text().split(" ", 2)[2] for path in (tmp_path / "other").rglob("*.TXT")}
    assert others and not texts & others


# ---- the tree of phones --------------------------------------------------------------------------------------------------


def test_labels_fit_the_audio_without_gap_or_overlap(phones):
    assert len(TIMIT) == 61
    said = set()
    for path in recordings(phones):
        count, phn = len(samples(path)), labels(path.with_suffix(".PHN"))
        assert phn[0][0] == 0 and phn[-1][1] == count and phn[0][2] == phn[-1][2] == "h#"
        assert all(before[1] == after[0] for before, after in zip(phn, phn[1:]))
        assert all(begin < end for begin, end, _ in phn)
        said |= {phone for _, _, phone in phn}
        begin, end, _ = path.with_suffix(".TXT").read_text().split(" ", 2)
        assert (begin, int(end)) == ("0", count)
    assert said <= TIMIT
    assert len(said) >= 45


def test_nobody_and_nothing_is_in_training_and_in_test(phones):
    speakers, texts = {"TRAIN": set(), "TEST": set()}, []
    for path in recordings(phones):
        speakers[path.parts[-4]].add(path.parts[-2][:4])
        texts.append(path.with_suffix(".TXT").read_text().split(" ", 2)[2])
    assert speakers["TRAIN"] and speakers["TEST"] and not speakers["TRAIN"] & speakers["TEST"]
    assert len(set(texts)) == len(texts)


def test_there_is_as_much_as_was_asked_for(phones):
    hours = sum(len(samples(path)) for path in recordings(phones)) / 16000 / 3600
    made = json.loads((phones / "made.json").read_text())
    assert 0.05 <= hours < 0.0525
    assert made["hours"] == pytest.approx(hours, abs=1e-6) and made["seed"] == 5
    assert made["recordings"] == len(recordings(phones))


def test_closures_are_quieter_than_what_surrounds_them(phones):
    """Levels without the lowest frequencies, where a voice bar lies. Silences of the synthesiser leave no doubt."""
    drops, closed, stops = [], 0, 0
    for path in recordings(phones):
        audio, phn = np.diff(samples(path), prepend=0), labels(path.with_suffix(".PHN"))
        level = [10 * np.log10(np.mean(audio[begin:end] ** 2) + 1e-9) for begin, end, _ in phn]
        for i, (_, _, phone) in enumerate(phn):
            if phone in set(CLOSURES.values()):
                drops.append((level[i - 1] + level[i + 1]) / 2 - level[i])
                assert CLOSURES[phn[i + 1][2]] == phone
            if phone in CLOSURES and phn[i - 1][2] not in ("h#", "pau"):
                stops += 1
                closed += phn[i - 1][2] == CLOSURES[phone]
    assert len(drops) > 100
    assert np.mean(drops) > 10 and np.mean(np.array(drops) > 0) > 0.95
    assert closed > 0.85 * stops


def test_speech_starts_and_ends_where_the_labels_say(phones):
    for path in recordings(phones):
        audio, phn = samples(path), labels(path.with_suffix(".PHN"))
        noise = np.concatenate([audio[: phn[0][1] - 160], audio[phn[-1][0] + 160 :]])
        speech = audio[phn[0][1] : phn[-1][0]]
        measured = 10 * np.log10(np.mean(speech**2) / np.mean(noise**2))
        assert 18 < measured < 42  # --snr 20 40; pink noise of a tenth of a second is known to a decibel or two


# ---- keywords ------------------------------------------------------------------------------------------------------------


def test_keywords_are_folders_of_classes_with_disjoint_voices(keywords):
    voices = {}
    for part, count in (("train", 8), ("test", 2)):
        assert sorted(path.name for path in (keywords / part).iterdir()) == sorted(CLASSES)
        files = sorted((keywords / part).glob("*/*.wav"))
        assert len(files) == count * len(CLASSES)
        assert all(len(samples(path)) == 19200 for path in files)
        voices[part] = {path.name[:4] for path in files}
        assert all(re.fullmatch(r"[FM]A[A-C][A-Z]_nohash_[0-7]_\d+\.wav", path.name) for path in files)
    assert not voices["train"] & voices["test"]


def test_no_two_keywords_sound_alike(keywords):
    contents = [path.read_bytes() for path in keywords.rglob("*.wav")]
    assert len(set(contents)) == len(contents)


# ---- refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, names",
    [
        ([], "make-phones"),
        (["make-noise"], "make-phones"),
        (["make-phones", "--hours", "1"], "--out"),
        (["make-phones", "--out", "x"], "--hours"),
        (["make-phones", "--out", "x", "--hours", "0"], "--hours"),
        (["make-phones", "--out", "x", "--hours", "nan"], "--hours"),
        (["make-phones", "--out", "x", "--hours", "1", "--jobs", "0"], "--jobs"),
        (["make-phones", "--out", "x", "--hours", "1", "--seed", "-1"], "--seed"),
        (["make-phones", "--out", "x", "--hours", "1", "--snr", "20"], "--snr"),
        (["make-phones", "--out", "x", "--hours", "1", "--snr", "20", "10"], "--snr"),
        (["make-keywords", "--out", "x"], "--count"),
        (["make-keywords", "--out", "x", "--count", "4"], "--count"),
    ],
)
def test_bad_options_are_named(arguments, names):
    assert names in data(*arguments, expect=2).stderr


def test_what_exists_is_kept(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("two years of work")
    assert "--overwrite" in data("make-keywords", "--count", 5, "--out", mine, expect=4).stderr
    data("make-keywords", "--count", 5, "--out", mine, "--overwrite", expect=4)
    assert snapshot(tmp_path) == {"mine": None, "mine/thesis.txt": b"two years of work"}


def test_what_was_made_is_replaced_whole(tmp_path):
    out = tmp_path / "k"
    data("make-keywords", "--count", 10, "--out", out)
    data("make-keywords", "--count", 5, "--out", out, expect=4)
    data("make-keywords", "--count", 5, "--out", f"{out}/", "--overwrite")
    assert len(list(out.rglob("*.wav"))) == 30
    assert os.listdir(tmp_path) == ["k"]


def test_a_full_disk_is_one_line_and_leaves_nothing(mount):
    directory = mount("size=1m")
    assert "No space left" in data("make-keywords", "--count", 50, "--out", directory / "k", expect=4).stderr
    assert os.listdir(directory) == []


@contextlib.contextmanager
def making(out):
    job = subprocess.Popen(
        [PROGRAM, "data", "make-phones", "--hours", "100", "--jobs", "2", "--out", str(out)],
        env=clean_environment(), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: len(list(out.parent.rglob("*.WAV"))) > 3, "the first recordings")
        yield job
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.pid, signal.SIGKILL)
        job.communicate()


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_signal_ends_it_and_nothing_is_left(tmp_path, whole_group):
    with making(tmp_path / "p") as job:
        os.killpg(job.pid, signal.SIGTERM) if whole_group else job.terminate()
        _, error = job.communicate(timeout=LIMIT)
        assert job.returncode == 75 and error.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_what_a_killed_one_leaves_is_cleared_away(tmp_path):
    out = tmp_path / "p"
    with making(out) as job:
        assert "another process" in data("make-phones", "--hours", 0.01, "--out", out, expect=4).stderr
        job.kill()
        job.wait()
        assert not out.exists()
    data("make-phones", "--hours", 0.01, "--out", out)
    assert os.listdir(tmp_path) == ["p"]
    assert len(recordings(out)) == json.loads((out / "made.json").read_text())["recordings"]
