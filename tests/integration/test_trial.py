"""One chip of a results file, made again."""

import json
import shutil
import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, Lab, clean_environment


def trial(lab, *options, expect=0, file="R.h5"):
    done = subprocess.run(
        [PROGRAM, "trial", str(lab.file(file)), *map(str, options)],
        env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done


def accuracies(lab):
    """[method, sigma, replica, trial]"""
    with h5py.File(lab.file(), "r") as file:
        return file["results/accuracy"][()]


POINT = ("--point", "method=noise-injection", "--point", "sigma=0.30")


def test_any_chip_is_the_one_of_the_file(finished):
    for number in (0, 7, 8, 19):
        done = trial(finished, *POINT, "--trial", number, "--format", "json")
        chip = json.loads(done.stdout)
        assert chip["file"] == "equal to the file, bit for bit"
        assert chip["accuracy"] == accuracies(finished)[1, 2, 0, number]
        assert chip["trial"] == number
        assert len(chip["class_accuracy"]) == 10
        # All classes have 12 of the 120 images: the accuracy is the mean over classes.
        assert np.mean(chip["class_accuracy"]) == pytest.approx(chip["accuracy"], abs=1e-12)


def test_a_chip_that_the_file_lacks_is_that_of_a_larger_one(finished, another_lab):
    done = trial(finished, *POINT, "--trial", 33, "--format", "json")
    chip = json.loads(done.stdout)
    assert chip["file"] == "the file does not have this chip"
    another_lab.write({"trials.count": "40"})
    another_lab.use_models(finished)
    another_lab.run()
    assert chip["accuracy"] == accuracies(another_lab)[1, 2, 0, 33]


def test_the_worst_and_the_best(finished):
    values = accuracies(finished)
    worst = json.loads(trial(finished, "--worst", "--format", "json").stdout)
    best = json.loads(trial(finished, "--best", *POINT, "--format", "json").stdout)
    assert worst["accuracy"] == values.min()
    assert best["accuracy"] == values[1, 2].max()
    lines = trial(finished, "--worst").stdout
    assert "equal to the file, bit for bit" in lines
    assert "class_accuracy" in lines


def test_a_changed_number_is_noticed(finished, tmp_path):
    lab = Lab(tmp_path / "changed", finished.data)
    shutil.copytree(finished.out, lab.out, dirs_exist_ok=True)
    with h5py.File(lab.file(), "r+") as file:
        file["results/loss"][1, 2, 0, 5] += 1e-12
    done = trial(lab, *POINT, "--trial", 5, expect=4)
    assert "differs in loss" in done.stderr
    assert "differs from the file" in done.stdout
    trial(lab, *POINT, "--trial", 6)


def test_a_network_that_is_gone_is_trained_again(finished, tmp_path):
    lab = Lab(tmp_path / "bare", finished.data)
    shutil.copy(finished.file(), lab.file())
    done = trial(lab, *POINT, "--trial", 3)
    assert "training it" in done.stderr
    assert "equal to the file, bit for bit" in done.stdout


def test_layers_of_arrays(another_lab):
    another_lab.write({"hardware.simulate": '"arrays"', "hardware.adc.bits": "6", "trials.count": "2"})
    another_lab.run()
    chip = json.loads(trial(another_lab, *POINT, "--trial", 1, "--format", "json").stdout)
    assert chip["file"] == "equal to the file, bit for bit"
    assert len(chip["saturation"]) == 2
    assert len(chip["correlation"]) == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--trial", 1), ["6 points are meant", "--point KEY=VALUE"]),
        ((*POINT,), ["which chip is missing"]),
        ((*POINT, "--trial", 1, "--worst"), ["twofold"]),
        ((*POINT, "--trial", 1, "--replica", 1), ["--replica 1", "0 to 0"]),
        (("--point", "sigma=0.7", "--trial", 1), ["0.7"]),
        (("--point", "method", "--trial", 1), ["method"]),
        ((*POINT, "--trial", 5000000), ["--trial 5000000"]),
        ((*POINT, "--trial", 1, "--format", "csv"), ["csv"]),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(finished, options, says):
    done = trial(finished, *options, expect=2)
    assert len(done.stderr.splitlines()) == 1
    for part in says:
        assert part in done.stderr, done.stderr
