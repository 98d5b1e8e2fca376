"""Convolutional networks with normalisations and branches: trained anywhere, stopped at any time, checked before."""

import hashlib
import os
import signal
import subprocess
import time

import h5py
import numpy as np
import pytest
import xarray as xr
from lab import PROGRAM, Lab, clean_environment, difference, leftovers, networks_to_train, snapshot, wait_for
from ohmcarlo_analysis import load

LAYERS = ["conv 4 stride 2 padding 1 no-bias", "norm", "relu", "residual 6 stride 2", "dropout 0.1", "flatten", "dense classes"]


def listed(*layers):
    return {
        "network.hidden": None,
        "network.architecture": '"list"',
        "network.layers": "[" + ", ".join(f'"{layer}"' for layer in layers) + "]",
    }


NETWORK = listed(*LAYERS) | {
    "training.epochs": "2",
    "training.crop_padding": "1",
    "training.flip": "true",
    "trials.count": "3",
}
SWEEP = {"training.method": '["plain", "noise-injection"]', "hardware.variation.sigma": "[0.0, 0.2]"}
IDENTICAL = ""


def models(lab):
    return snapshot(lab.out / "models")


# ---- the same bits -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("networks") / "lab", data)
    lab.write(NETWORK, SWEEP)
    assert networks_to_train(lab.run()) == 3
    return lab


def test_models_are_there(trained):
    names = list(models(trained))
    assert len(names) == 3 and all(name.endswith(".model.h5") for name in names)
    with h5py.File(trained.out / "models" / names[0], "r") as file:
        arrays = set(file["parameters"])
    assert {"conv1.weights", "norm1.gamma", "norm1.variance", "block1.shortcut.weights", "block1.norm2.mean"} <= arrays
    assert (load(trained.file()).clean_accuracy > 0.2).all(), "bars can be told apart: better than chance"


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_any_number_of_ranks_trains_the_same(lab, trained, ranks):
    lab.write(NETWORK, SWEEP)
    lab.run(ranks=ranks)
    assert models(lab) == models(trained)
    assert difference(lab.file(), trained.file()) == IDENTICAL


# ---- stopped in a training -----------------------------------------------------------------------------------------------

LONG = NETWORK | {"training.epochs": "60", "storage.checkpoint_seconds": "0.1", "trials.count": "1"}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("uninterrupted") / "lab", data)
    lab.write(LONG, {})
    lab.run()
    return lab


def progress_files(lab):
    return sorted((lab.out / "models").glob("*.progress"))


def kill_in_training(lab):
    """Starts the long training and kills it once some progress is kept; returns the file that holds it."""
    lab.write(LONG, {})
    with lab.running() as job:
        wait_for(lambda: progress_files(lab), "progress that is kept")
        first = progress_files(lab)[0].read_bytes()
        wait_for(lambda: progress_files(lab) and progress_files(lab)[0].read_bytes() != first, "more progress")
        job.send_signal(signal.SIGKILL)
        job.wait(30)
    assert list((lab.out / "models").glob("*.model.h5")) == [], "the training was over before the signal"
    return progress_files(lab)[0]


def finish(lab, uninterrupted, same=True):
    lab.run("--resume")
    ours = {name: content for name, content in models(lab).items() if not name.endswith(".tmp")}  # of the process killed
    assert list(ours) == list(models(uninterrupted)), "no progress is left"
    assert (ours == models(uninterrupted)) == same
    assert (difference(lab.file(), uninterrupted.file()) == IDENTICAL) == same
    assert [name for name in leftovers(lab.out) if name.endswith(".lock")] == []


def test_kill_9_during_a_training(lab, uninterrupted):
    kill_in_training(lab)
    finish(lab, uninterrupted)


def test_term_during_a_training_keeps_its_last_step(lab, uninterrupted):
    lab.write(LONG | {"storage.checkpoint_seconds": "3600"}, {})
    for pause in (0, 0.05, 0.2, 0.8):  # the signal may come before the first step, of which nothing is kept
        with lab.running("--resume") as job:
            wait_for(lambda: "to train" in lab.stderr(), "the start of the training")
            time.sleep(pause)
            job.send_signal(signal.SIGTERM)
            assert job.wait(60) == 75, lab.stderr()
        if progress_files(lab):
            break
    assert len(progress_files(lab)) == 1
    finish(lab, uninterrupted)


def test_progress_is_what_goes_on(lab, uninterrupted):
    """The last bytes of a training's progress are values of its optimiser: another value, another model."""
    path = kill_in_training(lab)
    content = bytearray(path.read_bytes()[: -len("sha256 \n") - 64])
    content[-4:] = np.float32(1).tobytes()
    path.write_bytes(bytes(content) + f"sha256 {hashlib.sha256(content).hexdigest()}\n".encode())
    finish(lab, uninterrupted, same=False)


@pytest.mark.parametrize("damage", ["changed", "cut", "empty", "of another training"])
def test_damaged_progress_is_no_progress(lab, uninterrupted, damage):
    path = kill_in_training(lab)
    whole = path.read_bytes()
    middle = len(whole) // 2
    other = whole.replace(b"replica = 0\n", b"replica = 1\n")
    assert other != whole
    other = other[: -len("sha256 \n") - 64]
    path.write_bytes({
        "changed": whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :],
        "cut": whole[:middle],
        "empty": b"",
        "of another training": other + f"sha256 {hashlib.sha256(other).hexdigest()}\n".encode(),
    }[damage])  # fmt: skip
    finish(lab, uninterrupted)


def test_a_training_that_diverges_counts_as_collapsed(lab):
    changes = {"training.epochs": None, "training.optimizer": '"sgd"', "training.learning_rate": "1e3", "training.weight_decay": "1e3"}
    lab.write(changes, {"training.epochs": "[1, 3]"})
    done = lab.run("--set", "training.replicas=2")
    assert done.stderr.count("training diverged; its chips count as collapsed") == 4
    results = load(lab.file())
    assert (results.state == 2).all() and results.accuracy.isnull().all()
    with h5py.File(lab.file(), "r") as file:
        assert file.attrs["status"] == "complete"
        assert file["summary/accuracy/collapsed"][()].tolist() == [2, 2]


# ---- what does not fit ---------------------------------------------------------------------------------------------------

MISFITS = {
    "classes": (listed("flatten", "dense 7"), ["layer dense1", "7 features", "10 classes"]),
    "channels": (listed("conv 6 groups 3", "flatten", "dense classes"), ["layer conv1", "3 groups", "1 channels in"]),
    "image size": (listed("conv 4", "conv 4 size 27", "flatten", "dense classes"), ["layer conv2", "window of size 27", "26 x 26"]),
    "normalisation that cannot be folded": (
        listed("conv 4", "max-pool 2", "norm", "flatten", "dense classes") | {"hardware.fold_normalisation": "true"},
        ["layer norm1", "does not follow a weight layer"],
    ),
    "no layer": (listed("flaten", "dense classes"), ["network.layers", '"flaten" is no layer']),
    "no layers": (listed(), ["network.layers"]),
    "hardware noise without arrays": (
        {"training.method": '"noise-injection"', "training.noise": '"hardware"'}, ["'training.noise'", "arrays"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("network", ["lenet5", "vgg8", "vgg16c", "resnet18"])
def test_check_shows_the_layers_of_named_networks(lab, network):
    lab.write({"network.hidden": None, "network.architecture": f'"{network}"', "network.width": "0.25"}, {})
    done = subprocess.run(
        [PROGRAM, "check", str(lab.path / "experiment.toml")], env=clean_environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "conv1" in done.stdout and "dense1" in done.stdout


@pytest.mark.parametrize("name", MISFITS)
def test_check_refuses_what_does_not_fit(lab, name):
    changes, says = MISFITS[name]
    lab.write(changes, {})
    done = subprocess.run(
        [PROGRAM, "check", str(lab.path / "experiment.toml")], env=clean_environment(), capture_output=True, text=True
    )
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("ohmcarlo: ") and done.stderr.count("\n") == 1, done.stderr
    for part in ("experiment.toml", *says):
        assert part in done.stderr
    lab.run(expect=2)
    assert os.listdir(lab.out) == []


# ---- what is measured ----------------------------------------------------------------------------------------------------


def test_class_accuracy_and_confusion_add_up(lab, trained):
    lab.use_models(trained)
    lab.write(NETWORK | {"trials.class_accuracy": "true", "trials.confusion": "true"}, SWEEP)
    lab.run()
    results = load(lab.file())
    confusion = results.confusion
    assert confusion.dims[-2:] == ("class", "answer") and confusion.shape[-2:] == (10, 10)
    assert results["class"].values.tolist() == results["answer"].values.tolist() == list(range(10))
    assert (confusion.sum("answer") == 12).all(), "120 images of ten classes"
    right = confusion.values.diagonal(axis1=-2, axis2=-1)
    np.testing.assert_array_equal(right.sum(axis=-1), results.correct.values)
    np.testing.assert_allclose(right / 12, results.class_accuracy.values, rtol=1e-15)
    np.testing.assert_allclose(results.class_accuracy.mean("class"), results.accuracy, rtol=1e-12)
    with xr.open_dataset(lab.file(), group="results", engine="h5netcdf") as plain:
        assert plain.confusion.dims[-2:] == ("class", "answer")
    with h5py.File(lab.file(), "r") as file:
        assert file["summary/class_accuracy/mean"].shape == (2, 2, 10)
        assert "confusion" not in file["summary"], "whoever wants its mean takes it from the chips"
    # They change nothing else, and the file goes on without them.
    for name in ("accuracy", "loss", "correct"):
        np.testing.assert_array_equal(results[name], load(trained.file())[name])


def test_folded_normalisation_is_nearly_the_same(lab, trained):
    lab.use_models(trained)
    lab.write(NETWORK | {"trials.count": "1"}, SWEEP | {"hardware.fold_normalisation": "[false, true]"})
    assert networks_to_train(lab.run()) == 0
    results = load(lab.file()).sel({"hardware.variation.sigma": 0.0})
    digital, folded = (results.sel({"hardware.fold_normalisation": text}) for text in ("false", "true"))
    assert float(abs(digital.correct - folded.correct).max()) <= 1
    np.testing.assert_allclose(folded.loss, digital.loss, rtol=1e-4)
    noisy = load(lab.file()).sel({"hardware.variation.sigma": 0.2})
    losses = [noisy.loss.sel({"hardware.fold_normalisation": text}).values for text in ("false", "true")]
    assert not np.allclose(*losses, rtol=1e-3), "folding changes the largest weight, and with it the noise"
