"""What a results file says is true: statistics, coordinates, trained networks; and every reader says the same."""

import csv
import io
import json
import subprocess

import h5py
import numpy as np
import pytest
import xarray as xr
from lab import LABELS, PROGRAM, clean_environment, difference, digits, states
from ohmcarlo_analysis import check_summary, load, summarise

METHOD, SIGMA = "training.method", "hardware.variation.sigma"
COLUMNS = ("count", "mean", "sd", "ci_low", "ci_high", "median", "failures", "collapsed")


def show(path, form):
    done = subprocess.run([PROGRAM, "show", path, "--format", form], env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    return done.stdout


def stored_point(path, method, sigma):
    """One point of /summary/accuracy."""
    with h5py.File(path, "r") as file:
        index = (
            list(file[f"results/{METHOD}"].asstr()[()]).index(method),
            list(file[f"results/{SIGMA}"][()]).index(sigma),
        )
        values = {name: file["summary/accuracy"][name][index] for name in COLUMNS}
        values["clean_accuracy"] = file["results/clean_accuracy"][index].mean()
    return values


@pytest.fixture(scope="module")
def replicated(tmp_path_factory, data):
    from lab import Lab

    lab = Lab(tmp_path_factory.mktemp("replicated") / "lab", data)
    lab.write({"training.replicas": "3"})
    lab.run()
    return lab


def test_the_network_has_learnt_and_noise_hurts(finished):
    """Otherwise nothing here would mean much."""
    mean = summarise(load(finished.file()))["mean"]
    assert float(mean.sel({SIGMA: 0.0}).min()) > 0.5
    assert float(mean.sel({SIGMA: 0.3, METHOD: "plain"})) < float(mean.sel({SIGMA: 0.0, METHOD: "plain"})) - 0.05
    assert float(load(finished.file())["accuracy"].sel({SIGMA: 0.3}).std("trial").min()) > 0


def test_summaries_agree_with_an_independent_computation(finished, replicated):
    assert check_summary(finished.file()) < 1e-7
    assert check_summary(replicated.file()) < 1e-7


def test_attributes_of_the_contract(finished):
    with h5py.File(finished.file(), "r") as file:
        attributes = dict(file.attrs)
        assert attributes["schema_version"] == "1.2"
        assert attributes["ohmcarlo_version"] and attributes["git_commit"]
        assert attributes["experiment_toml"] == (finished.path / "experiment.toml").read_text()
        assert len(attributes["experiment_hash"]) == 64
        assert attributes["seed"] == 3
        assert attributes["status"] == "complete"
        assert {"results", "summary", "summary_replica", "models", "timing", "provenance"} <= set(file)
        assert file[f"results/{SIGMA}"] == file[SIGMA], "the axis is linked at the root"


def test_hash_ignores_what_changes_no_cell(lab, finished):
    def hash_with(*options):
        lab.run("--overwrite", *options)
        with h5py.File(lab.file(), "r") as file:
            return file.attrs["experiment_hash"]

    with h5py.File(finished.file(), "r") as file:
        reference = file.attrs["experiment_hash"]
    assert hash_with("--set", "trials.count=8", "--set", "experiment.name=other") == reference
    assert hash_with("--set", f"{SIGMA}=[0.2]", "--set", "storage.checkpoint_seconds=5") == reference
    assert hash_with("--set", "training.epochs=1") != reference
    assert hash_with("--set", "experiment.seed=4") != reference


def test_overrides_are_kept_with_the_results(lab):
    lab.run("--set", "trials.count=8", "--set", f"{SIGMA}=[0.1, 0.2]")
    with h5py.File(lab.file(), "r") as file:
        (lab.path / "again.toml").write_text(file.attrs["experiment_toml"])
    lab.run(out="again.h5", experiment="again.toml")
    xr.testing.assert_equal(load(lab.file()), load(lab.file("again.h5")))


def test_xarray_opens_the_results_with_coordinates(finished):
    with xr.open_dataset(finished.file(), group="results", engine="h5netcdf") as results:
        assert results["accuracy"].dims == (METHOD, SIGMA, "replica", "trial")
        assert results[METHOD].values.tolist() == ["plain", "noise-injection"]
        assert results[SIGMA].values.tolist() == [0.0, 0.1, 0.3]
        assert results["replica"].values.tolist() == [0]
        assert results["trial"].values.tolist() == list(range(20))
        accuracy, correct = results["accuracy"].values, results["correct"].values
        assert np.array_equal(accuracy, correct / 120)
        assert (results["state"].values == 1).all()


def test_ranges_are_decimal(lab):
    lab.write({"trials.count": "1"}, {SIGMA: "{ start = 0.0, stop = 0.4, step = 0.05 }"})
    lab.run()
    assert load(lab.file())[SIGMA].values.tolist() == [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4]


def test_results_may_be_a_link(lab, finished):
    """Results kept on another disk stay there; the link stays a link."""
    disk = lab.path / "disk"
    disk.mkdir()
    lab.run("--set", "trials.count=4", out="../disk/R.h5")
    lab.file().symlink_to("../disk/R.h5")
    lab.use_models(finished)
    lab.run("--resume")
    assert lab.file().is_symlink() and sorted(path.name for path in lab.out.iterdir()) == ["R.h5", "models"]
    assert sorted(path.name for path in disk.iterdir()) == ["R.h5", "R.h5.previous", "models"]
    assert difference(disk / "R.h5", finished.file()) == ""


def test_without_a_sweep(lab):
    lab.write(sweep={})
    lab.run()
    assert load(lab.file())["accuracy"].dims == ("replica", "trial")
    assert check_summary(lab.file()) < 1e-7
    assert len(list(csv.DictReader(io.StringIO(show(lab.file(), "csv"))))) == 1


@pytest.mark.parametrize("which", ["finished", "replicated"])
def test_show_says_what_the_file_says(which, request):
    path = request.getfixturevalue(which).file()
    rows = list(csv.DictReader(io.StringIO(show(path, "csv"))))
    document = json.loads(show(path, "json"))
    assert len(rows) == len(document["points"]) == 6
    assert document["status"] == "complete" and document["experiment"] == "tiny"
    over = "chips" if which == "finished" else "trainings"
    assert document["interval_over"] == over
    for row, point in zip(rows, document["points"]):
        stored = stored_point(path, row[METHOD], float(row[SIGMA]))
        assert (row[METHOD], float(row[SIGMA]), row["interval_over"]) == (point[METHOD], point[SIGMA], over)
        for name, value in stored.items():
            if name in ("ci_low", "ci_high"):  # shown to people: within the bounds of accuracies
                value = min(max(value, 0.0), 1.0) if value == value else value
            assert float(row[name]) == pytest.approx(value, rel=1e-12, nan_ok=True)
            assert (np.nan if point[name] is None else point[name]) == pytest.approx(value, rel=1e-12, nan_ok=True)
    lines = [line for line in show(path, "table").splitlines() if not line.startswith("Chips are far from normal")]
    assert f"{100 * stored['mean']:.2f}" in lines[-1]


def test_chips_without_errors_are_the_network_itself(replicated):
    results = load(replicated.file())
    ideal = results["accuracy"].sel({SIGMA: 0.0})
    assert (ideal == results["clean_accuracy"].sel({SIGMA: 0.0})).all()
    loss = results["loss"].sel({SIGMA: 0.0})
    assert (loss == results["clean_loss"].sel({SIGMA: 0.0})).all()


def test_chips_of_equal_number_are_equal_over_sigma(finished):
    """Common random numbers: the loss of neighbouring sigmas moves together from chip to chip."""
    loss = load(finished.file())["loss"].sel({METHOD: "plain"}).squeeze("replica")
    assert np.corrcoef(loss.sel({SIGMA: 0.1}), loss.sel({SIGMA: 0.3}))[0, 1] > 0.3


def test_stored_networks_give_their_accuracy_and_loss(finished):
    """An independent forward pass, in double precision, over the images as they were made."""
    images, labels = digits(120, 2)
    models = sorted((finished.out / "models").glob("*.model.h5"))
    assert len(models) == 4
    clean = {}
    for path in models:
        with h5py.File(path, "r") as file:
            layers = {name: array[()].astype(float) for name, array in file["parameters"].items()}
            clean[path.name] = file.attrs["clean_accuracy"], file.attrs["clean_loss"]
        x = images.reshape(120, 784) / 255
        names = sorted({name.split(".")[0] for name in layers})
        assert len(names) == 2
        for name in names:
            x = x @ layers[f"{name}.weights"].T + layers[f"{name}.bias"]
            if name != names[-1]:
                x = np.maximum(x, 0)
        accuracy, loss = clean[path.name]
        assert abs((x.argmax(axis=1) == labels).sum() - 120 * accuracy) <= 1
        assert loss == pytest.approx((np.log(np.exp(x).sum(axis=1)) - x[np.arange(120), labels]).mean(), rel=1e-4)
    with h5py.File(finished.file(), "r") as file:
        for entry in file["models"].values():
            assert (entry.attrs["clean_accuracy"], entry.attrs["clean_loss"]) == clean.pop(entry.attrs["file"])
    assert not clean
    assert (finished.data / f"t10k{LABELS}").read_bytes()[8:] == labels.astype(np.uint8).tobytes()


def test_provenance_has_one_entry_for_every_start(lab):
    lab.run("--set", "trials.count=8")
    lab.run("--resume")
    with h5py.File(lab.file(), "r") as file:
        runs = list(file["provenance"].values())
        assert len(runs) == 2
        assert all(run.attrs["exit_status"] == "0" and run.attrs["ranks"] == "1" for run in runs)
        assert "--resume" in runs[1].attrs["command"]


def test_training_that_diverges(lab):
    changes = {"training.optimizer": '"sgd"', "training.learning_rate": "1000", "network.activation": '"abs"'}
    lab.write({**changes, "training.replicas": "2"}, {SIGMA: "[0.0, 0.1]"})
    done = lab.run()
    assert done.stderr.count("diverged") == 2
    assert states(lab.file()).tolist() == [0, 0, 80]
    with h5py.File(lab.file(), "r") as file:
        assert all(np.isnan(file["results"][name][()]).all() for name in ("accuracy", "loss", "ekl", "correct"))
        assert file["summary/accuracy/collapsed"][()].tolist() == [2, 2]
        assert file["summary/accuracy/count"][()].tolist() == [0, 0]
        assert all(entry.attrs["diverged"] for entry in file["models"].values())
    assert check_summary(lab.file()) < 1e-7
    assert json.loads(show(lab.file(), "json"))["points"][0]["mean"] is None
    assert "0 chips to run" in lab.run("--resume").stderr


def test_training_that_diverges_in_its_last_step(lab):
    """However many steps it takes to overflow, a network without a finite loss is no network, and NaN is never a result."""
    changes = {"training.optimizer": '"sgd"', "training.learning_rate": "1000", "network.activation": '"abs"'}
    changes |= {"training.epochs": "1", "training.momentum": "0.0", "training.batch": None, "trials.count": "2"}
    lab.write(changes, {"training.batch": "[20, 40, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 65, 70, 80, 200, 400]"})
    lab.run()
    results = load(lab.file())
    done = results["state"] == 1
    assert done.any() and not done.all()
    for name in ("accuracy", "loss", "correct"):
        assert (np.isfinite(results[name]) == done).all()
