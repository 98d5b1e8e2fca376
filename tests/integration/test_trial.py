"""One chip of a results file, made again."""

import json
import shutil
import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, Lab, chips_to_run, clean_environment, digits


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


# ---- dumps ---------------------------------------------------------------------------------------------------------------


def inputs_of(lab):
    """The test images of a lab as networks are given them, [images, pixels], and their labels."""
    images, labels = digits(120, 2)
    return np.asarray(images, np.uint8).reshape(120, -1).astype(np.float32) / np.float32(255), labels


def check_logits(lab, number, chip, path):
    """The logits in a dump are those that the file's numbers of the chip were counted from."""
    with h5py.File(path, "r") as file:
        logits, labels, images = (file[name][()] for name in ("logits", "label", "image"))
        assert file.attrs["trial"] == number
        with h5py.File(lab.file(), "r") as results:
            assert file.attrs["experiment_hash"] == results.attrs["experiment_hash"]
    assert logits.shape == (120, 10)
    assert images.tolist() == list(range(120))
    assert labels.tolist() == inputs_of(lab)[1].tolist()
    assert np.mean(logits.argmax(axis=1) == labels) == chip["accuracy"]
    wide = logits.astype(float)
    largest = wide.max(axis=1, keepdims=True)
    losses = np.log(np.exp(wide - largest).sum(axis=1)) + largest[:, 0] - wide[np.arange(120), labels]
    assert losses.mean() == pytest.approx(chip["loss"], rel=1e-6)
    return logits


@pytest.mark.parametrize("simulate", ["weights", "arrays"])
def test_a_chip_computes_its_logits_from_what_it_holds(another_lab, simulate):
    another_lab.write(
        {"hardware.simulate": f'"{simulate}"', "network.activation": '"abs"', "trials.count": "10"},
        sweep={"hardware.variation.sigma": "[0.1, 0.3]"},
    )
    another_lab.run()
    where = ("--point", "sigma=0.3", "--trial", 9, "--format", "json")
    chip = json.loads(trial(another_lab, *where, "--dump", "logits").stdout)
    logits = check_logits(another_lab, 9, chip, another_lab.file("R.logits.h5"))
    contents = another_lab.path / "C.h5"
    trial(another_lab, *where, "--dump", "conductances", "--to", contents)
    values = inputs_of(another_lab)[0].astype(float)
    with h5py.File(contents, "r") as file:
        assert file.attrs["simulate"] == simulate
        assert len(file) == 2
        for number in (1, 2):
            layer = file[f"layer_{number}"]
            weights = layer["weights"][()].astype(float)
            if simulate == "arrays":  # 8 bits on cells of 2: four slices of pairs
                cells = [layer[f"slice_{s}"] for s in range(4)]
                of_cells = sum(c["positive"].attrs["scale"] * (c["positive"][()].astype(float) - c["negative"][()]) for c in cells)
                assert abs(of_cells.T - weights).max() < 1e-5 * abs(weights).max()
            values = values @ weights.T + layer["bias"][()]
            values = abs(values) if number == 1 else values
    assert abs(values - logits).max() < 1e-5 * max(1, abs(logits).max())


def test_of_ideal_arrays_one_chip_is_computed(another_lab):
    another_lab.write(
        {"hardware.simulate": '"arrays"', "hardware.adc.bits": "6", "trials.count": "5"},
        sweep={"hardware.variation.sigma": "[0.0, 0.1]"},
    )
    assert chips_to_run(another_lab.run()) == 1 + 5
    with h5py.File(another_lab.file(), "r") as file:
        for metric in ("accuracy", "loss", "correlation", "saturation"):
            ideal, varied = file[f"results/{metric}"][()][:, 0]
            assert np.isfinite(ideal).all() and (ideal == ideal[0]).all()
            assert metric == "saturation" or len(np.unique(varied)) > 1
        assert (file["results/state"][()] == 1).all()
    # Chip 4 by itself is chip 0, so that nothing of it was drawn.
    chip = json.loads(trial(another_lab, "--point", "sigma=0", "--trial", 4, "--format", "json").stdout)
    assert chip["file"] == "equal to the file, bit for bit"


def test_what_is_there_is_not_replaced_by_a_dump(finished, tmp_path):
    path = tmp_path / "L.h5"
    path.write_text("precious")
    options = (*POINT, "--trial", 3, "--dump", "logits", "--to", path)
    assert "--overwrite" in trial(finished, *options, expect=4).stderr
    assert path.read_text() == "precious"
    trial(finished, *options, "--overwrite")
    with h5py.File(path, "r") as file:
        assert "logits" in file
    assert "is the file that the chip is read from" in trial(finished, *options[:-1], finished.file(), "--overwrite", expect=2).stderr
    assert "currents" in trial(finished, *POINT, "--trial", 3, "--dump", "currents", expect=2).stderr
    assert "--dump" in trial(finished, *POINT, "--trial", 3, "--to", path, expect=2).stderr
