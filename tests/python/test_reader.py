"""Opening results files: what a Dataset holds, and the one line a bad file earns."""

import h5py
import numpy as np
import pytest
import xarray as xr
from ohmcarlo_analysis import ResultsFileError, load
from results_file import write_results

SIGMA, METHOD = "hardware.variation.sigma", "training.method"


def two_axes(path, **options):
    values = np.arange(2 * 3 * 1 * 4, dtype=float).reshape(2, 3, 1, 4) / 100
    return write_results(path, {SIGMA: [0.0, 0.15], METHOD: ["plain", "ovf", "irs"]}, values, **options), values


def test_axes_values_and_attributes_arrive(tmp_path):
    path, values = two_axes(tmp_path / "r.h5", clean=np.full((2, 3, 1), 0.5))
    data = load(path)
    assert data["accuracy"].dims == (SIGMA, METHOD, "replica", "trial")
    assert data["clean_accuracy"].dims == (SIGMA, METHOD, "replica")
    assert data[METHOD].values.tolist() == ["plain", "ovf", "irs"]
    np.testing.assert_array_equal(data["accuracy"].values, values)
    assert float(data["accuracy"].sel({SIGMA: 0.15, METHOD: "ovf", "trial": 2})) == values[1, 1, 0, 2]
    assert data.attrs["experiment_hash"] == "feedc0de12345678" and data.attrs["seed"] == 1
    assert data.attrs["status"] == "complete" and data.attrs["sources"] == [path]


def test_plain_xarray_reads_the_same(tmp_path):
    path, values = two_axes(tmp_path / "r.h5")
    with xr.open_dataset(path, group="results", engine="h5netcdf") as plain:
        np.testing.assert_array_equal(plain["accuracy"].values, load(path)["accuracy"].values)
        assert plain[METHOD].values.tolist() == ["plain", "ovf", "irs"]


def test_only_done_trials_have_values(tmp_path):
    values = np.array([[0.1, 0.2, 0.3, 0.4]])
    path = write_results(tmp_path / "r.h5", {}, values, state=[[1, 2, 0, 1]])
    np.testing.assert_array_equal(load(path)["accuracy"].values, [[0.1, np.nan, np.nan, 0.4]])


def test_two_axes_of_the_same_length_are_told_apart(tmp_path):
    values = np.arange(3 * 3 * 3 * 3, dtype=float).reshape(3, 3, 3, 3)
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.0, 0.1, 0.2], "hardware.adc.bits": [4, 6, 8]}, values)
    assert load(path)["accuracy"].dims == (SIGMA, "hardware.adc.bits", "replica", "trial")


def test_a_metric_keeps_the_dimension_of_its_own(tmp_path):
    values = np.arange(2 * 1 * 4 * 3, dtype=float).reshape(2, 1, 4, 3)
    path = write_results(
        tmp_path / "r.h5", {SIGMA: [0.0, 0.15]}, np.full((2, 1, 4), 0.5), state=[[[1, 1, 1, 0]]] * 2, metrics={"faults": values}
    )
    data = load(path)
    assert data["faults"].dims == (SIGMA, "replica", "trial", "layer") and data["accuracy"].dims[-1] == "trial"
    assert data["layer"].values.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(data["faults"].values[..., :3, :], values[..., :3, :])
    assert np.isnan(data["faults"].values[..., 3, :]).all()
    assert float(data["faults"].sel({SIGMA: 0.15, "trial": 2, "layer": 3}).squeeze()) == values[1, 0, 2, 2]


def not_hdf5(path):
    path.write_text("sigma,accuracy\n0.1,0.9\n")


def not_ours(path):
    with h5py.File(path, "w") as file:
        file["results/x"] = [1.0]


def truncated(path):
    write_results(path, {}, np.full((1, 4000), 0.5))
    path.write_bytes(path.read_bytes()[:9000])


def newer(path):
    write_results(path, {}, [[0.5]], attributes={"schema_version": "2.0"})


def of_another_format(path):
    write_results(path, {}, [[0.5]], attributes={"format": "something else"})


def without_state(path):
    write_results(path, {}, [[0.5]])
    with h5py.File(path, "a") as file:
        del file["results/state"]


def without_scales(path):
    write_results(path, {}, [[0.5]])
    with h5py.File(path, "a") as file:
        file["results/odd"] = [1.0, 2.0]


def empty(path):
    path.write_bytes(b"")


BAD = [
    (not_hdf5, "not an ohmcarlo results file: .*not HDF5"),
    (not_ours, "not an ohmcarlo results file: .*no attribute schema_version"),
    (of_another_format, "not an ohmcarlo results file: .*something else"),
    (truncated, "damaged results file: .*truncated"),
    (newer, "schema_version is 2.0, this program reads 1.x"),
    (without_state, "damaged results file: .*state"),
    (without_scales, "damaged results file: .*odd has no dimension scale"),
    (empty, "not an ohmcarlo results file"),
    (lambda path: path.mkdir(), "a directory"),
    (lambda path: None, "no such results file"),
]


@pytest.mark.parametrize("make,message", BAD)
def test_a_bad_file_is_named_with_its_fault(tmp_path, make, message):
    path = tmp_path / "bad.h5"
    make(path)
    with pytest.raises(ResultsFileError, match=message) as caught:
        load(path)
    assert "bad.h5" in str(caught.value) and "\n" not in str(caught.value)


def test_a_minor_version_more_is_read(tmp_path):
    assert load(write_results(tmp_path / "r.h5", {}, [[0.5]], attributes={"schema_version": "1.7"}))["accuracy"].size == 1


def test_a_file_that_a_writer_holds_open_is_read(tmp_path):
    path = write_results(tmp_path / "r.h5", {}, [[0.5]])
    with h5py.File(path, "r+"):
        assert float(load(path)["accuracy"].squeeze()) == 0.5
