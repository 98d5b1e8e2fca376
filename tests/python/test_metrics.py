"""What kind a metric is: its attributes in the file decide, the frozen table speaks for older files only."""

import h5py
import numpy as np
import pytest
from ohmcarlo_analysis import load, summarise
from ohmcarlo_analysis.reading.metrics import belongs_to_trainings, label_of, pooled_over, shown_in_percent
from ohmcarlo_analysis.reading.provenance import read_models, read_runs
from ohmcarlo_analysis.reading.reader import open_results
from ohmcarlo_analysis.study.loading import load_study
from results_file import write_results


def with_attributes(path, metrics, attributes, shape=(1, 3)):
    path = write_results(path, {}, np.full(shape, 0.5), metrics=metrics)
    with h5py.File(path, "a") as file:
        for name, values in attributes.items():
            file["results"][name].attrs.update(values)
    return path


def test_a_new_metric_says_what_it_is_pooled_over(tmp_path):
    metrics = {"margin": [[1.0, 2.0, 4.0]], "frames": [[1.0, 1.0, 2.0]]}
    path = with_attributes(tmp_path / "r.h5", metrics, {"margin": {"pooled_over": "frames", "units": "nat"}})
    data = load(path)
    assert pooled_over(data["margin"]) == "frames" and pooled_over(data["frames"]) is None
    assert float(summarise(data, "margin")["mean"]) == pytest.approx((1 + 2 + 8) / 4)
    assert label_of(data["margin"]) == "margin (nat)" and label_of(data["frames"]) == "frames"


def test_older_files_pool_ekl_over_correct_images(tmp_path):
    data = load(with_attributes(tmp_path / "r.h5", {"ekl": [[0.1, 0.2, 0.3]]}, {"accuracy": {"units": "1"}}))
    assert pooled_over(data["ekl"]) == "correct" and label_of(data["ekl"]) == "EKL"
    assert label_of(data["accuracy"]) == "Test accuracy" and shown_in_percent("accuracy") and not shown_in_percent("ekl")


def test_a_metric_of_trainings_is_one_number_a_training(tmp_path):
    metrics = {"depth": np.array([[3.0] * 3, [5.0] * 3]), "noise": np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])}
    path = with_attributes(tmp_path / "r.h5", metrics, {"depth": {"constant_over": "trial"}}, (2, 3))
    data = load(path)
    assert belongs_to_trainings(data["depth"]) and not belongs_to_trainings(data["noise"])
    study = load_study([path])
    assert study.cells("depth", {}).values.tolist() == [3.0, 5.0] and study.cells("noise", {}).dims == ("replica", "trial")
    assert study.interval("depth", {}).count == 2 and study.interval("depth", {}).over == "trainings"


def test_models_and_runs_are_those_of_the_file(tmp_path):
    path = write_results(tmp_path / "r.h5", {}, [[0.5]])
    with open_results(path) as file:
        assert read_models(file) == [] and [run["run"] for run in read_runs(file, path)] == [""]
    with h5py.File(path, "a") as file:
        model = file.create_group("models/m1")
        model.attrs.update({"identity": 'training.ovf.beta = 0.5\nnot a line\n', "method": "ovf", "validation_accuracy": 0.75})
        for index in (1, 2):
            file.create_group(f"provenance/run_{index}").attrs["hosts"] = f"node{index}"
    with open_results(path) as file:
        (model,) = read_models(file)
        assert model["identity"] == {"training.ovf.beta": "0.5", "training.method": '"ovf"'}
        assert model["validation_accuracy"] == 0.75
        runs = read_runs(file, path)
    assert [(run["hosts"], run["run"], run["file"]) for run in runs] == [("node1", "run_1", path), ("node2", "run_2", path)]
    assert all(run["experiment_hash"] == "feedc0de12345678" for run in runs)
