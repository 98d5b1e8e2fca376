"""What cannot work is refused: one line that says why, the right exit status, and nothing left behind."""

import fcntl
import gzip
import os
import shutil
import stat
import subprocess
import time

import h5py
import numpy as np
import pytest
from lab import IMAGES, LABELS, PROGRAM, clean_environment, has_cells, idx, leftovers, snapshot, wait_for

BAD_USE, BAD_DATA, BAD_RESULTS = 2, 3, 4


def refuse(lab, *options, code, says, of_job=False, **where):
    """Runs and expects one line that holds all of `says`; nothing in the output folder changes. What is no matter of the
    results file, of options or of how the job was started, `check` refuses with the same line and status."""
    before = snapshot(lab.out)
    done = lab.run(*options, expect=code, **where)
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("ohmcarlo: "), done.stderr
    assert "ohmcarlo: ohmcarlo" not in lines[0]
    for part in says:
        assert part in lines[0], lines[0]
    assert done.stdout == ""
    assert snapshot(lab.out) == before
    if code in (BAD_USE, BAD_DATA) and not (options or of_job):
        environment = clean_environment(**(where.get("environment") or {}))
        file = lab.path / where.get("experiment", "experiment.toml")
        checked = subprocess.run([PROGRAM, "check", file], env=environment, cwd=lab.path, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (code, done.stderr)
    return lines[0]


# ---- data ----------------------------------------------------------------------------------------------------------------


def own_data(lab):
    """A copy of the data to spoil."""
    lab.data = shutil.copytree(lab.data, lab.path / "spoilt")
    lab.write()
    return lab.data


def change_bytes(path, place, new):
    content = bytearray(path.read_bytes())
    content[place : place + len(new)] = new
    path.write_bytes(content)


def cut_gzip(directory):
    path = directory / f"train{IMAGES}"
    packed = gzip.compress(path.read_bytes(), 1)
    path.unlink()
    path.with_name(path.name + ".gz").write_bytes(packed[: len(packed) // 2])


def as_cifar(directory):
    for name in ("train", "t10k"):
        count = int.from_bytes((directory / f"{name}{LABELS}").read_bytes()[4:8], "big")
        (directory / f"{name}{IMAGES}").write_bytes(idx(np.zeros((count, 8, 8))))


SPOILT = {
    "wrong magic": (lambda d: change_bytes(d / f"train{IMAGES}", 0, b"\0\0\x08\x04"), [f"train{IMAGES}", "magic", "2051"]),
    "labels for images": (lambda d: shutil.copy(d / f"t10k{LABELS}", d / f"t10k{IMAGES}"), [f"t10k{IMAGES}", "2049"]),
    "count too large": (lambda d: change_bytes(d / f"t10k{IMAGES}", 4, b"\0\0\0\x79"), [f"t10k{IMAGES}", "promises"]),
    "count too small": (lambda d: change_bytes(d / f"t10k{IMAGES}", 4, b"\0\0\0\x77"), [f"t10k{IMAGES}", "more follow"]),
    "count enormous": (lambda d: change_bytes(d / f"train{IMAGES}", 4, b"\xff\xff\xff\xff"), [f"train{IMAGES}", "promises"]),
    "labels of another count": (lambda d: shutil.copy(d / f"t10k{LABELS}", d / f"train{LABELS}"), [f"train{LABELS}", "120", "400"]),
    "label out of range": (lambda d: change_bytes(d / f"t10k{LABELS}", 8 + 7, b"\x0a"), [f"t10k{LABELS}", "label 10 of image 7", "0..9"]),
    "truncated gzip": (cut_gzip, [f"train{IMAGES}.gz", "cut short"]),
    "empty file": (lambda d: (d / f"train{LABELS}").write_bytes(b""), [f"train{LABELS}", "empty"]),
    "missing file": (lambda d: (d / f"train{LABELS}").unlink(), [f"train{LABELS}", "no such file"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_data(lab, name):
    spoil, says = SPOILT[name]
    spoil(own_data(lab))
    refuse(lab, code=BAD_DATA, says=says)


def test_missing_data_directory(lab):
    lab.write({"data.directory": '"/nowhere/at/all"'})
    refuse(lab, code=BAD_DATA, says=["data.directory", "/nowhere/at/all", "not a directory"])


def test_data_found_nowhere(lab):
    lab.write({"data.directory": None})
    refuse(lab, code=BAD_DATA, says=["data set mnist", "OHMCARLO_DATA"], environment={"OHMCARLO_DATA": lab.path})


def test_validation_that_leaves_no_training_images(lab):
    lab.write({"data.validation": "400"})
    refuse(lab, code=BAD_USE, says=["validation", "400"])


# ---- experiments ---------------------------------------------------------------------------------------------------------

SIGMA = "hardware.variation.sigma"
EXPERIMENTS = {
    "unknown key": ({"training.epoch": "3"}, None, ["experiment.toml:", "'training.epoch'", "'training.epochs'"]),
    "unknown table": ({"trainig.epochs": "3"}, None, ["experiment.toml:", "'trainig'", "'training."]),
    "wrong type": ({"training.epochs": '"two"'}, None, ["experiment.toml:", "'training.epochs'", "whole number"]),
    "fraction for a whole number": ({"training.epochs": "2.5"}, None, ["'training.epochs' is 2.5", "whole number"]),
    "negative sigma": ({}, {SIGMA: "[0.0, -0.1]"}, ["experiment.toml:", f"'{SIGMA}' is -0.1", "from 0 to 1000000"]),
    "sigma that overflows": ({SIGMA: "1e39"}, {}, [f"'{SIGMA}' is 1e+39", "from 0 to 1000000"]),
    "sigma nan": ({SIGMA: "nan"}, {}, ["experiment.toml:", f"'{SIGMA}' is nan", "from 0 to 1000000"]),
    "sigma inf": ({}, {SIGMA: "[0.0, inf]"}, ["experiment.toml:", f"'{SIGMA}' is inf", "from 0 to 1000000"]),
    "no chips": ({"trials.count": "0"}, None, ["experiment.toml:", "'trials.count' is 0", "from 1"]),
    "sweep of a missing key": ({}, {"hardware.sigma": "[0.0]"}, ["experiment.toml:", "'hardware.sigma'", f"'{SIGMA}'"]),
    "sweep of what cannot be swept": ({"trials.count": None}, {"trials.count": "[1, 2]"}, ["'trials.count' cannot be swept"]),
    "value twice": ({}, {SIGMA: "[0.1, 0.2, 0.1]"}, ["experiment.toml:", f"'{SIGMA}' has 0.1 twice"]),
    "name twice": ({}, {"training.method": '["plain", "plain"]'}, ['has "plain" twice']),
    "no values": ({}, {SIGMA: "[]"}, [f"'{SIGMA}' has no values"]),
    "fixed and swept": ({SIGMA: "0.1"}, None, [f"'{SIGMA}' is swept here and fixed at", "experiment.toml:"]),
    "key that nothing reads": ({"training.momentum": "0.5"}, None, ["experiment.toml:", "'training.momentum'"]),
    "keys that do not fit": ({"hardware.cell_bits": "9"}, None, ["'hardware.cell_bits' is 9", "hardware.weight_bits"]),
    "unknown word": ({"training.optimizer": '"adamw"'}, None, ["'training.optimizer'", '"adam", "sgd"']),
    "no data set": ({"data.set": None}, None, ["'data.set' is missing", '"mnist"']),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_bad_experiment(lab, name):
    changes, sweep, says = EXPERIMENTS[name]
    lab.write(changes, sweep)
    refuse(lab, code=BAD_USE, says=says)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "is empty"), ("# only a comment\n", "is empty"), ("[data\n", "experiment.toml:1: not valid TOML"), ("a = 1\na = 2\n", ":2:")],
    ids=["empty", "comment", "syntax", "key twice"],
)
def test_bad_toml(lab, text, says):
    (lab.path / "experiment.toml").write_text(text)
    refuse(lab, code=BAD_USE, says=["experiment.toml", says])


def test_missing_experiment_file(lab):
    refuse(lab, code=BAD_USE, says=["missing.toml", "cannot read"], experiment="missing.toml")


def test_directory_for_an_experiment_file(lab):
    refuse(lab, code=BAD_USE, says=["out", "cannot read"], experiment="out")


# ---- command lines -------------------------------------------------------------------------------------------------------

COMMAND_LINES = {
    "shard 0": (["--shard", "0/3"], ["--shard 0/3", "1 to n"]),
    "shard beyond": (["--shard", "4/3"], ["--shard 4/3", "1 to n"]),
    "shard without parts": (["--shard", "2"], ["--shard 2", "1 to n"]),
    "unknown option": (["--bogus"], ["--bogus", "--help"]),
    "resume and overwrite": (["--resume", "--overwrite"], ["--resume and --overwrite"]),
    "time limit of nothing": (["--time-limit", "0"], ["--time-limit 0", "3h55m"]),
    "time limit that is none": (["--time-limit", "soon"], ["--time-limit soon", "3h55m"]),
    "set without a value": (["--set", "trials.count"], ["--set trials.count", "KEY=VALUE"]),
    "set of an unknown key": (["--set", "trials.cuont=3"], ["'trials.cuont'", "'trials.count'"]),
    "set of a wrong value": (["--set", "trials.count=many"], ["'trials.count' is", "whole number"]),
}


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_bad_command_line(lab, name):
    options, says = COMMAND_LINES[name]
    refuse(lab, *options, code=BAD_USE, says=says)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["emulate"], ["'emulate'", "run, check, plan, show"]),
        (["run"], ["EXPERIMENT is missing"]),
        (["run", "{e}"], ["--out is missing"]),
        (["run", "{e}", "--out", ""], ["--out is missing"]),
        (["show"], ["RESULTS is missing"]),
    ],
    ids=["unknown command", "no experiment", "no output", "empty output", "nothing to show"],
)
def test_bad_command(lab, words, says):
    before = snapshot(lab.path)
    words = [word.format(e=lab.path / "experiment.toml") for word in words]
    done = subprocess.run([PROGRAM, *words], env=clean_environment(), cwd=lab.path, capture_output=True, text=True)
    assert done.returncode == BAD_USE
    assert done.stderr.startswith("ohmcarlo: ") and done.stderr.count("\n") == 1, done.stderr
    assert "ohmcarlo: ohmcarlo" not in done.stderr
    for part in says:
        assert part in done.stderr
    assert snapshot(lab.path) == before


def test_bare_srun(lab):
    says = ["SLURM_NTASKS is 4 but this process found no other", "srun --mpi=pmix ohmcarlo run"]
    refuse(lab, code=BAD_USE, says=says, of_job=True, environment={"SLURM_NTASKS": "4"})
    lab.run(environment={"SLURM_NTASKS": "1"})


# ---- results files -------------------------------------------------------------------------------------------------------


def test_existing_file_without_a_flag(lab, finished):
    shutil.copy(finished.file(), lab.file())
    refuse(lab, code=BAD_RESULTS, says=["R.h5: exists", "--resume", "--overwrite"])


def text_file(path):
    path.write_text("my only copy\n")


def other_hdf5(path):
    with h5py.File(path, "w") as file:
        file["results/accuracy"] = np.ones(3)


def truncated_results(path):
    path.write_bytes(path.with_name("whole").read_bytes()[:5000])


FOREIGN = {
    "text": text_file,
    "empty": lambda path: path.touch(),
    "other HDF5": other_hdf5,
    "truncated": truncated_results,
    "directory": lambda path: path.mkdir(),
    "link to nothing": lambda path: path.symlink_to(path.parent / "nothing"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("flag", [[], ["--resume"], ["--overwrite"]], ids=["plain", "resume", "overwrite"])
@pytest.mark.parametrize("name", FOREIGN)
def test_files_that_are_not_ours(lab, finished, name, flag):
    shutil.copy(finished.file(), lab.file("whole"))
    FOREIGN[name](lab.file())
    kind = stat.S_IFMT(lab.file().lstat().st_mode)
    what = "is cut short" if name == "truncated" else "is not a results file"
    refuse(lab, *flag, code=BAD_RESULTS, says=[f"R.h5: exists and {what}"])
    assert stat.S_IFMT(lab.file().lstat().st_mode) == kind


@pytest.mark.parametrize("flag", [[], ["--resume"], ["--overwrite"]], ids=["plain", "resume", "overwrite"])
def test_dev_null(lab, flag):
    """Root gets one of its own: a broken program would replace the machine's."""
    null = "/dev/null"
    if os.geteuid() == 0:
        null = lab.file("null")
        try:
            os.mknod(null, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError as error:
            pytest.skip(f"cannot make a device: {error}")
    refuse(lab, *flag, code=BAD_RESULTS, says=[f"{null}: exists and is not"], out=null)
    assert stat.S_ISCHR(os.stat(null).st_mode)
    assert not os.path.exists(f"{null}.lock")


@pytest.mark.parametrize(
    ("changes", "sweep", "says"),
    [
        ({"experiment.seed": "4"}, None, ["experiment.seed"]),
        ({"training.epochs": "4", "network.hidden": "[9]"}, None, ["network.hidden, training.epochs"]),
        ({}, {SIGMA: "[0.0, 0.1, 0.3]"}, ["other keys", "training.method"]),
        ({}, {"training.method": '["plain"]', "training.learning_rate": "[0.1]"}, ["other keys", SIGMA]),
        ({"trials.common_random_numbers": "false"}, None, ["trials.common_random_numbers"]),
    ],
    ids=["seed", "epochs and network", "missing axis", "other axis", "common random numbers"],
)
def test_resuming_another_experiment(lab, finished, changes, sweep, says):
    shutil.copy(finished.file(), lab.file())
    if sweep and "training.learning_rate" in sweep:
        changes = {**changes, "training.learning_rate": None}
    lab.write(changes, sweep)
    refuse(lab, "--resume", code=BAD_RESULTS, says=["R.h5", *says])


def test_resuming_with_other_data(lab, finished):
    shutil.copy(finished.file(), lab.file())
    change_bytes(own_data(lab) / f"t10k{IMAGES}", 1000, b"\x01\x02\x03")
    refuse(lab, "--resume", code=BAD_RESULTS, says=["these differ: data "])


def test_the_same_data_elsewhere_and_compressed_is_resumed(lab, finished):
    shutil.copy(finished.file(), lab.file())
    for path in own_data(lab).iterdir():
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 1))
        path.unlink()
    assert "0 chips to run" in lab.run("--resume").stderr


@pytest.mark.parametrize("flag", [[], ["--resume"], ["--overwrite"]], ids=["plain", "resume", "overwrite"])
def test_output_directory_that_does_not_exist(lab, flag):
    refuse(lab, *flag, code=BAD_RESULTS, says=["missing/R.h5: cannot write here"], out="missing/R.h5")


def test_read_only_file_system(lab, mount):
    lab.out = mount("ro,size=64k")
    refuse(lab, code=BAD_RESULTS, says=["R.h5: cannot write here (Read-only file system)"])


def test_full_disk(lab, mount):
    lab.out = mount("size=64k")
    refuse(lab, code=BAD_RESULTS, says=["R.h5: cannot save", "No space left on device"])


def test_full_disk_keeps_the_old_file(lab, mount, finished):
    lab.out = mount("size=128k")
    shutil.copy(finished.file(), lab.file())
    line = refuse(lab, "--resume", "--set", "trials.count=1000", code=BAD_RESULTS, says=["R.h5: cannot save"])
    assert "untouched" in line


def test_disk_that_fills_up(slow_lab, mount):
    store = slow_lab.out / "models"
    slow_lab.out = mount("size=4m")
    with slow_lab.running("--set", "storage.checkpoint_seconds=0.1", environment={"OHMCARLO_MODELS": store}) as job:
        wait_for(lambda: has_cells(slow_lab.file()), "saved chips")
        try:
            with open(slow_lab.file("filler"), "wb", buffering=0) as filler:
                while filler.write(bytes(4096)):
                    pass
        except OSError:
            pass
        assert job.wait(60) == BAD_RESULTS
    said = [line for line in slow_lab.stderr().splitlines() if line.startswith("ohmcarlo: ")]
    assert len(said) == 1 and "cannot save" in said[0] and "No space left" in said[0], slow_lab.stderr()
    assert has_cells(slow_lab.file())
    assert leftovers(slow_lab.out) == []
    slow_lab.file("filler").unlink()
    slow_lab.run("--resume", environment={"OHMCARLO_MODELS": store})


def test_second_job_on_the_same_file(lab):
    with open(lab.file("R.h5.lock"), "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("process 12345 on elsewhere, last seen today\n")
        held.flush()
        start = time.monotonic()
        refuse(lab, code=BAD_RESULTS, says=["R.h5: in use by process 12345 on elsewhere"])
        assert 9 < time.monotonic() - start < 20
    lab.run()  # the lock is free: what is left of the file does not matter


def test_show_and_models_refuse_too(lab):
    text_file(lab.file())
    for words, code in (
        (["show", lab.file()], BAD_RESULTS),
        (["show", lab.file("missing")], BAD_RESULTS),
        (["show", lab.out], BAD_RESULTS),
        (["show", lab.file(), "--format", "xml"], BAD_USE),
        (["models", "show", "0123456789abcdef"], BAD_RESULTS),
        (["models", "polish"], BAD_USE),
        (["check", lab.path / "missing.toml"], BAD_USE),
    ):
        done = subprocess.run([PROGRAM, *map(str, words)], env=clean_environment(), cwd=lab.path, capture_output=True, text=True)
        assert done.returncode == code, words
        assert done.stderr.startswith("ohmcarlo: ") and done.stderr.count("\n") == 1, done.stderr
        assert "ohmcarlo: ohmcarlo" not in done.stderr
        assert done.stdout == ""
