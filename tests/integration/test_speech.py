"""Speech in whole runs: made digits and a made tree of phones, by networks of blocks of frames and of LSTM cells."""

import io
import subprocess
import wave

import h5py
import numpy as np
import onnx
import pytest
from lab import PROGRAM, Lab, difference, networks_to_train
from onnx import TensorProto, helper, numpy_helper
from test_tail import check_tail_on_ranks

MLP = {
    "data.set": '"fsdd"', "data.validation": "20", "data.frames": "15", "network.hidden": "[24, 24, 16]",
    "training.epochs": "8", "trials.count": "9",
}  # fmt: skip
LSTM = MLP | {"data.frames": None, "network.hidden": None, "network.architecture": '"lstm"', "network.cells": "12"}
PHONES = LSTM | {"data.set": '"timit"', "data.validation": "2", "data.phones": '"39"', "training.epochs": "6"}
SWEEP = {"hardware.variation.sigma": "[0.0, 0.2]"}


def write_wave(path, samples, rate):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def tone(rate, seconds, hz, random):
    time = np.arange(int(rate * seconds)) / rate
    return 0.4 * np.sin(2 * np.pi * hz * time) + 0.02 * random.standard_normal(time.size)


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    directory = tmp_path_factory.mktemp("digits")
    random = np.random.default_rng(1)
    for digit in range(10):
        for speaker in ("anna", "bert"):
            for index in range(14):
                sound = tone(8000, random.uniform(0.2, 0.35), 300 * 1.25**digit * random.uniform(0.97, 1.03), random)
                write_wave(directory / f"{digit}_{speaker}_{index}.wav", sound, 8000)
    return directory


@pytest.fixture(scope="session")
def sentences(tmp_path_factory):
    """Sentences of four phones, each a tone of its own; the first and last 20 ms have no phone."""
    directory = tmp_path_factory.mktemp("sentences")
    random = np.random.default_rng(2)
    pitch = {"sh": 3000, "iy": 400, "s": 5000, "aa": 900}
    for part, speakers in (("TRAIN", 6), ("TEST", 3)):
        for speaker in range(speakers):
            for number in range(3):
                begin, sound, lines = 320, [tone(16000, 0.02, 100, random)], []
                for phone in random.permutation(list(pitch)):
                    seconds = random.uniform(0.05, 0.2)
                    sound.append(tone(16000, seconds, pitch[phone], random))
                    lines.append(f"{begin} {begin + sound[-1].size} {phone}\n")
                    begin += sound[-1].size
                stem = directory / part / "DR1" / f"F{part[:2]}{speaker}0" / f"SX{speaker * 3 + number}"
                write_wave(stem.with_suffix(".WAV"), np.concatenate([*sound, tone(16000, 0.02, 100, random)]), 16000)
                stem.with_suffix(".PHN").write_text("".join(lines))
    return directory


def values(path, metric):
    with h5py.File(path, "r") as file:
        return file[f"results/{metric}"][()]


@pytest.mark.parametrize("keys", [MLP, LSTM], ids=["mlp", "lstm"])
def test_digits_are_learnt(tmp_path, digits, keys):
    lab = Lab(tmp_path / "lab", digits)
    lab.write(keys, SWEEP)
    lab.run()
    accuracy = values(lab.file(), "accuracy")
    assert accuracy.shape == (2, 1, 9)
    assert (accuracy[0] == accuracy[0, 0, 0]).all() and accuracy[0, 0, 0] > 0.6  # chance is 0.1
    assert len(set(accuracy[1].ravel())) > 1 and accuracy[1].mean() < accuracy[0].mean()
    (model,) = (lab.out / "models").glob("*.h5")
    with h5py.File(model, "r") as file:
        arrays = {}
        file.visititems(lambda name, item: arrays.update({name.split("/")[-1]: item}) if hasattr(item, "shape") else None)
        assert arrays["inputs.mean"].shape == arrays["inputs.sd"].shape == (39,)
        assert (arrays["inputs.sd"][()] > 0).all()


@pytest.mark.parametrize("cells", [True, False], ids=["lstm", "mlp"])
def test_phones_of_frames(tmp_path, sentences, cells):
    lab = Lab(tmp_path / "lab", sentences)
    lab.write(PHONES if cells else PHONES | {"network.architecture": None, "network.cells": None}, SWEEP)
    lab.run("--set", "training.learning_rate=0.02", "--set", "training.epochs=20")
    accuracy, padded = values(lab.file(), "accuracy"), values(lab.file(), "accuracy_padded")
    assert accuracy[0].mean() > 0.6  # chance is 1/4 at best
    assert (padded > accuracy).all() and (padded < 1).all()
    # All padding counts as recognised: `accuracy` of so many frames, and the rest up to the longest sentence.
    correct = values(lab.file(), "correct")
    frames = np.round(correct / accuracy)
    assert (frames == frames.flat[0]).all()
    padding = (padded * frames - correct) / (1 - padded)
    assert np.allclose(padding, padding.flat[0], rtol=1e-6)


@pytest.mark.parametrize("keys", [LSTM, PHONES], ids=["words", "phones"])
def test_ranks_agree(tmp_path, digits, sentences, keys):
    labs = [Lab(tmp_path / name, sentences if keys is PHONES else digits) for name in ("one", "two")]
    for lab in labs:
        lab.write(keys | {"training.epochs": "2"}, SWEEP)
    labs[0].run()
    labs[1].run(ranks=2)
    assert difference(labs[0].file(), labs[1].file()) == ""


@pytest.mark.parametrize("keys", [LSTM, PHONES], ids=["words", "phones"])
def test_the_twin_of_a_gpu_answers_as_the_processor(tmp_path, digits, sentences, keys):
    """Recordings of many lengths, a label each or one a frame: of every chip all answers but those next to equal."""
    here, there = (Lab(tmp_path / name, sentences if keys is PHONES else digits) for name in ("here", "there"))
    for lab in (here, there):
        lab.write(keys | {"training.epochs": "2"}, SWEEP)
    here.run()
    there.use_models(here)
    there.run("--device", "twin")
    correct, expected = (values(lab.file(), "correct") for lab in (there, here))
    assert np.abs(correct - expected).max() <= 1
    assert np.ptp(expected[1]) > 1  # chips differ, or this says nothing
    assert np.abs(values(there.file(), "loss") - values(here.file(), "loss")).max() < 1e-5


def test_cells_have_tails(tmp_path, digits):
    check_tail_on_ranks(Lab(tmp_path / "lab", digits), LSTM)


def as_onnx(path, arrays):
    """LSTM cells, their last state and a dense layer: gates i, f, g, o of ours are i, o, f, c there."""
    weights, bias = (
        np.concatenate([np.split(arrays[f"lstm1.{name}"], 4)[gate] for gate in (0, 3, 1, 2)]) for name in ("weights", "bias")
    )
    cells = len(bias) // 4
    tensors = {
        "w": weights[None, :, :-cells], "r": weights[None, :, -cells:],
        "b": np.concatenate([bias, 0 * bias])[None], "axes": np.array([0]),
        "d": arrays["dense1.weights"], "c": arrays["dense1.bias"],
    }  # fmt: skip
    nodes = [
        helper.make_node("LSTM", ["x", "w", "r", "b"], ["", "h"], hidden_size=cells),
        helper.make_node("Squeeze", ["h", "axes"], ["s"]),
        helper.make_node("Gemm", ["s", "d", "c"], ["y"], transB=1),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["steps", "sequences", tensors["w"].shape[2]])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["sequences", len(tensors["c"])])
    initial = [numpy_helper.from_array(np.ascontiguousarray(values), name) for name, values in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [x], [y], initial)), str(path))


def test_cells_from_an_onnx_file_give_the_same_chips(tmp_path, digits):
    lab, deployed = Lab(tmp_path / "lab", digits), Lab(tmp_path / "deployed", digits)
    lab.write(LSTM | {"training.epochs": "4"}, SWEEP)
    lab.run()
    (model,) = (lab.out / "models").glob("*.h5")
    with h5py.File(model, "r") as file:
        as_onnx(tmp_path / "cells.onnx", {name: array[()] for name, array in file["parameters"].items()})
    keys = {"network.architecture": '"file"', "network.file": f'"{tmp_path}/cells.onnx"', "network.cells": None}
    deployed.write(LSTM | keys | {"training.epochs": "0"}, SWEEP)
    deployed.run()
    expected = values(lab.file(), "accuracy")
    assert len(np.unique(expected)) > 3
    np.testing.assert_array_equal(values(deployed.file(), "accuracy"), expected)


def test_features_of_a_recording_as_csv(digits):
    """Their values are checked in tests/reference/test_mfcc.py; here, how they are printed."""
    file = digits / "3_anna_2.wav"
    with wave.open(str(file), "rb") as sound:
        frames = (sound.getnframes() - 200) // 80 + 1

    def features(*arguments, status=0):
        done = subprocess.run([PROGRAM, "data", "features", *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done

    done = features(file)
    assert done.stdout.startswith("# mfcc rate=8000 window=200 hop=80 ")
    rows = np.loadtxt(io.StringIO(done.stdout), delimiter=",")
    assert rows.shape == (frames, 39)
    slope = (rows[3:-1, :13] - rows[1:-3, :13] + 2 * (rows[4:, :13] - rows[:-4, :13])) / 10
    np.testing.assert_allclose(rows[2:-2, 13:26], slope, atol=1e-4)
    statics = features(file, "--delta-window", 0, "--cepstra", 5, "--hop", 0.02).stdout
    few = np.loadtxt(io.StringIO(statics), delimiter=",")
    np.testing.assert_array_equal(few, rows[::2, [0, 1, 2, 3, 4, 12]])
    wrong = [((), 2, "FILE"), ((file, "--cepstra", 26), 2, "cepstra"), ((file, "--filters", -1), 2, "--filters"),
             (("none.wav",), 3, "none.wav")]  # fmt: skip
    for arguments, status, words in wrong:
        refused = features(*arguments, status=status)
        assert refused.stderr.count("\n") == 1 and words in refused.stderr and refused.stdout == ""


def test_another_way_to_make_features_is_another_model(tmp_path, digits):
    lab = Lab(tmp_path / "lab", digits)
    fixed = MLP | {"training.epochs": "1", "data.frames": None, "network.hidden": None}
    lab.write(fixed, {"data.frames": "[10, 15]", "network.hidden": "[[8], [9]]"})
    assert networks_to_train(lab.run("--set", "trials.count=1")) == 4


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"data.validation": '"customary"'}, 2, "customary"),
        ({"network.architecture": '"list"', "network.hidden": None, "network.layers": '["last", "dense classes"]'}, 2, "data.set"),
        ({"data.set": '"folder"', "data.words": '["anna"]'}, 2, "data.words"),
        ({"data.set": '"folder"', "data.words": '["anna", "bert"]'}, 3, "anna"),
        ({"training.flip": "true"}, 2, "images only"),
        ({"data.phones": '"61"'}, 2, "data.phones"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, digits, changes, status, words):
    lab = Lab(tmp_path / "lab", digits)
    lab.write(MLP | changes, SWEEP)
    done = lab.run(expect=status)
    assert done.stderr.count("\n") == 1 and words in done.stderr
