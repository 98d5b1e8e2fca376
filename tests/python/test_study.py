"""Asking for a metric at settings: which file answers, which points it is, and what is missing."""

import made_papers as make
import numpy as np
import pytest
import xarray as xr
from ohmcarlo_analysis import load, summarise
from ohmcarlo_analysis.facts.insitu import NOTHING, deployment
from ohmcarlo_analysis.study.conditions import ABSENT, Missing, Wanted, matches, shown
from ohmcarlo_analysis.study.experiment import only_point
from ohmcarlo_analysis.study.interval import Interval
from ohmcarlo_analysis.study.loading import load_study
from ohmcarlo_analysis.study.pairs import difference
from results_file import write_results

SIGMA, METHOD, BITS = "hardware.variation.sigma", "training.method", "hardware.adc.bits"


def test_numbers_match_up_to_rounding_and_all_else_exactly():
    assert matches(0.1 + 0.2, 0.3) and not matches(0.3, 0.3001) and matches(8, 8.0) and matches("ovf", "ovf")
    assert not matches(True, 1.5) and not matches("1", 1) and not matches(None, 0.0)
    large = Wanted("large", lambda value: value is not None and value > 2)
    assert matches(3, large) and not matches(None, large) and matches(None, ABSENT) and not matches(0, ABSENT)
    assert shown(large) == "large" and shown(0.30000000000000004) == "0.3"


def test_an_interval_of_trainings_is_students_t():
    interval = Interval.of_trainings(xr.DataArray([1.0, 2.0, np.nan, 6.0], dims="replica"), "abc")
    half = 4.30265 * np.sqrt(7.0) / np.sqrt(3)  # of the printed table; squares 4, 1, 9 over 2
    assert (interval.mean, interval.count, interval.over, interval.experiment) == (3.0, 3, "trainings", "abc")
    assert interval.high - interval.mean == pytest.approx(half, rel=1e-5) == interval.mean - interval.low
    assert np.isnan(Interval.of_trainings(xr.DataArray([1.0], dims="replica")).low)


def test_an_axis_that_changes_nothing_needs_no_choice():
    values = xr.DataArray([[[0.5, 0.7]], [[0.5, np.nan]]], dims=(BITS, "replica", "trial"))
    assert only_point(values, [BITS, SIGMA]) == {BITS: 0}
    empty = xr.DataArray([[[np.nan, np.nan]], [[0.5, 0.7]]], dims=(BITS, "replica", "trial"))
    assert only_point(empty, [BITS]) == {BITS: 1}  # where the points are that were run
    with pytest.raises(Missing, match="one value of hardware.adc.bits .choose with --select hardware.adc.bits=value."):
        only_point(values + xr.DataArray([0.0, 0.1], dims=BITS), [BITS])


def grid(path, **options):
    axes = {SIGMA: [0.0, 0.1], METHOD: ["plain", "ovf"]}
    values = np.random.default_rng(1).uniform(size=(2, 2, 3, 4))
    return write_results(path, axes, values, **options), values


def test_a_point_is_asked_by_its_settings(tmp_path):
    path, values = grid(tmp_path / "r.h5")
    study = load_study([path])
    where = {SIGMA: 0.1, METHOD: "ovf"}
    np.testing.assert_array_equal(study.cells("accuracy", where).values, values[1, 1])
    assert study.values(SIGMA) == [0.0, 0.1] and study.values(METHOD, {SIGMA: 0.1}) == ["plain", "ovf"]
    interval, summary = study.interval("accuracy", where), summarise(load(path)).sel(where)
    found = (interval.mean, interval.low, interval.high)
    assert found == pytest.approx(tuple(float(summary[name]) for name in ("mean", "ci_low", "ci_high")), rel=1e-12)
    assert interval.count == 3 and interval.over == "trainings"
    for metric, place, words in (("ekl", where, "the metric ekl"), ("accuracy", {SIGMA: 0.2}, f"accuracy at {SIGMA} = 0.2")):
        assert not study.has(metric, place)
        with pytest.raises(Missing, match=words):
            study.cells(metric, place)


def test_the_first_file_that_has_the_point_answers(tmp_path):
    one, values = grid(tmp_path / "a.h5", state=np.zeros((2, 2, 3, 4)), attributes={"experiment_hash": "a"})
    other, _ = grid(tmp_path / "b.h5", attributes={"experiment_hash": "b"})
    study = load_study([one, other])
    assert study.cells("accuracy", {SIGMA: 0.1, METHOD: "ovf"}).attrs["experiment"].hash == "b"


def test_choices_narrow_every_file_that_has_the_axis(tmp_path):
    paths = [grid(tmp_path / "a.h5", attributes={"experiment_hash": "a"})[0]]
    paths.append(write_results(tmp_path / "b.h5", {BITS: [4, 8]}, np.full((2, 1, 3), 0.5), attributes={"experiment_hash": "b"}))
    study = load_study(paths, ["method=ovf"])
    assert study.values(METHOD) == ["ovf", "plain"] and study.values(BITS) == [4, 8]  # plain: the default of the other file


def test_differences_are_of_chips_that_both_have(tmp_path):
    path, values = grid(tmp_path / "r.h5")
    study = load_study([path])
    one, other = (study.cells("accuracy", {SIGMA: 0.1, METHOD: name}) for name in ("ovf", "plain"))
    np.testing.assert_array_equal(difference(one, other).values, values[1, 1] - values[1, 0])
    change = study.interval_of_difference("accuracy", {SIGMA: 0.1, METHOD: "ovf"}, {SIGMA: 0.1, METHOD: "plain"})
    assert change.mean == pytest.approx((values[1, 1] - values[1, 0]).mean())


def test_settings_are_found_whether_swept_or_fixed(tmp_path):
    """One file sweeps the deployment, another fixes it: both answer the same question."""
    swept = make.insitu()
    fixed = make.insitu().only(make.STEPS, make.NONE)
    fixed.axes.pop(make.STEPS)
    fixed.accuracy, fixed.clean = fixed.accuracy[:, 0], fixed.clean[:, 0]
    means = []
    for index, made in enumerate((swept, fixed)):
        study = load_study([made.write(tmp_path / f"{index}.h5")])
        means.append(study.interval("accuracy", deployment(study, NOTHING, 0.20)).mean)
    assert means[0] == means[1]


def test_shards_of_one_experiment_are_joined(tmp_path):
    parts = [make.kurtosis().only(make.LAMBDA, 0.0, 3e-4, 1e-3, 5e-3), make.kurtosis().only(make.LAMBDA, 1e-2, 1e-1, 2.0, 10.0)]
    study = load_study([part.write(tmp_path / f"{index}.h5") for index, part in enumerate(parts)])
    assert len(study.experiments) == 1 and len(study.values(make.LAMBDA)) == 8
