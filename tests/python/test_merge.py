"""Shards of one experiment: what one lacks comes from the others, and strangers are refused."""

import numpy as np
import pytest
from ohmcarlo_analysis import ResultsFileError, load, summarise
from results_file import write_results

SIGMA, METHOD = "hardware.variation.sigma", "training.method"
NAN = np.nan


def test_gaps_are_filled_and_axes_united(tmp_path):
    a = write_results(tmp_path / "a.h5", {SIGMA: [0.0, 0.2]}, [[[0.9, NAN]], [[0.5, 0.6]]], clean=[[0.95], [0.95]])
    b = write_results(
        tmp_path / "b.h5", {SIGMA: [0.0, 0.1]}, [[[NAN, 0.8, 0.7]], [[0.1, 0.2, 0.3]]], clean=[[NAN], [0.85]],
        attributes={"status": "interrupted"},
    )  # fmt: skip
    merged = load(a, b)
    assert merged[SIGMA].values.tolist() == [0.0, 0.1, 0.2]
    np.testing.assert_array_equal(
        merged["accuracy"].values[:, 0], [[0.9, 0.8, 0.7], [0.1, 0.2, 0.3], [0.5, 0.6, NAN]]
    )
    np.testing.assert_array_equal(merged["state"].values[:, 0], [[1, 1, 1], [1, 1, 1], [1, 1, 0]])
    np.testing.assert_array_equal(merged["clean_accuracy"].values[:, 0], [0.95, 0.85, 0.95])
    assert merged.attrs["status"] == "interrupted" and merged.attrs["sources"] == [a, b]
    assert merged.attrs["overlap_conflicts"] == 0


def test_metrics_of_layers_merge(tmp_path):
    """The shards' networks differ in depth, and only one of them has the other metric."""
    a = write_results(tmp_path / "a.h5", {SIGMA: [0.0]}, [[[0.5]]], metrics={"faults": [[[[1, 2]]]]})
    b = write_results(
        tmp_path / "b.h5", {SIGMA: [0.1]}, [[[0.6]]], metrics={"faults": [[[[3, 4, 5]]]], "pulses": [[[[6, 7, 8]]]]}
    )
    merged = load(a, b)
    assert merged["faults"].dims == (SIGMA, "replica", "trial", "layer")
    np.testing.assert_array_equal(merged["faults"].values[:, 0, 0], [[1, 2, NAN], [3, 4, 5]])
    np.testing.assert_array_equal(merged["pulses"].values[:, 0, 0], [[NAN] * 3, [6, 7, 8]])
    assert merged["layer"].values.tolist() == [1, 2, 3] and merged.attrs["overlap_conflicts"] == 0


def test_cells_that_differ_in_one_layer_conflict(tmp_path):
    paths = [
        write_results(tmp_path / f"{last}.h5", {}, [[0.5, 0.6]], metrics={"faults": [[[1, 2], [3, last]]]}) for last in (4, 5)
    ]
    merged = load(*paths)
    assert merged.attrs["overlap_conflicts"] == 1 and merged["faults"].values.ravel().tolist() == [1, 2, 3, 4]


def test_names_keep_their_order_and_three_shards_merge(tmp_path):
    paths = [
        write_results(tmp_path / f"{name}.h5", {METHOD: [name]}, [[[value]]])
        for name, value in (("plain", 0.1), ("ovf", 0.2), ("irs", 0.3))
    ]
    merged = load(*paths)
    assert merged[METHOD].values.tolist() == ["plain", "ovf", "irs"]
    np.testing.assert_array_equal(merged["accuracy"].values.ravel(), [0.1, 0.2, 0.3])


def test_a_merged_summary_equals_that_of_the_whole(tmp_path):
    values = np.random.default_rng(5).uniform(size=(2, 2, 40))
    axes = {SIGMA: [0.0, 0.1]}
    odd, even = values.copy(), values.copy()
    odd[..., ::2], even[..., 1::2] = NAN, NAN
    whole = summarise(load(write_results(tmp_path / "w.h5", axes, values)))
    merged = summarise(load(write_results(tmp_path / "o.h5", axes, odd), write_results(tmp_path / "e.h5", axes, even)))
    for name in whole.data_vars:
        np.testing.assert_array_equal(whole[name].values, merged[name].values, err_msg=name)


def test_done_beats_failed_and_the_first_file_wins_a_conflict(tmp_path):
    a = write_results(tmp_path / "a.h5", {}, [[NAN, 0.5, NAN]], state=[[2, 1, 0]])
    b = write_results(tmp_path / "b.h5", {}, [[0.7, 0.6, NAN]], state=[[1, 1, 2]])
    merged = load(a, b)
    np.testing.assert_array_equal(merged["accuracy"].values, [[0.7, 0.5, NAN]])
    assert merged["state"].values.tolist() == [[1, 1, 2]]
    assert merged.attrs["overlap_conflicts"] == 1


def test_other_experiments_and_other_axes_are_refused(tmp_path):
    a = write_results(tmp_path / "a.h5", {SIGMA: [0.0]}, [[[0.5]]])
    b = write_results(tmp_path / "b.h5", {SIGMA: [0.0]}, [[[0.5]]], attributes={"experiment_hash": "ffff"})
    c = write_results(tmp_path / "c.h5", {METHOD: ["plain"]}, [[[0.5]]])
    with pytest.raises(ResultsFileError, match="a.h5 and .*b.h5.*different experiments"):
        load(a, b)
    with pytest.raises(ResultsFileError, match="a.h5 and .*c.h5.*sweeps"):
        load(a, c)
