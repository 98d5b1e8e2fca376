"""Means and intervals against numbers worked out by hand, and the check of the summary in the file."""

import math

import numpy as np
import pytest
import xarray as xr
from ohmcarlo_analysis import UsageError, check_summary, compare_summary, load, summarise
from ohmcarlo_analysis.statistics.summary import chance_level, summarise_replicas
from results_file import TOML, write_results, write_summary
from scipy import stats

SIGMA = "hardware.variation.sigma"
NAN = np.nan
# Two-sided 95 % quantiles of Student's t from printed tables, by degrees of freedom.
T = {1: 12.7062, 2: 4.30265, 3: 3.18245, 4: 2.77645}


def of(tmp_path, values, axes=None, **options):
    return load(write_results(tmp_path / "r.h5", axes or {}, values, **options))


def scalar(summary):
    return {name: float(summary[name]) for name in summary.data_vars}


def test_one_replica_is_an_interval_over_chips(tmp_path):
    summary = summarise(of(tmp_path, [[0.1, 0.2, 0.3, 0.4, 0.5]]))
    got = scalar(summary)
    sd = math.sqrt(0.025)  # squares 4, 1, 0, 1, 4 hundredths, over 4
    half = T[4] * sd / math.sqrt(5)
    assert summary.attrs["interval_over"] == "chips"
    assert got["mean"] == pytest.approx(0.3) and got["sd"] == pytest.approx(sd) and got["median"] == 0.3
    assert got["ci_low"] == pytest.approx(0.3 - half, rel=1e-5) and got["ci_high"] == pytest.approx(0.3 + half, rel=1e-5)
    assert (got["chip_ci_low"], got["chip_ci_high"]) == (got["ci_low"], got["ci_high"])
    assert (got["count"], got["replicas"], got["min"], got["max"]) == (5, 1, 0.1, 0.5)


def test_several_replicas_are_an_interval_over_trainings(tmp_path):
    summary = summarise(of(tmp_path, [[0.4, 0.6], [0.6, 0.8], [0.7, 0.9]]))  # means 0.5, 0.7, 0.8
    got = scalar(summary)
    mean, sd = 2 / 3, math.sqrt((1 / 36 + 1 / 900 + 16 / 900) / 2)
    half = T[2] * sd / math.sqrt(3)
    assert summary.attrs["interval_over"] == "trainings"
    assert got["mean"] == pytest.approx(mean) and got["sd"] == pytest.approx(sd) and got["median"] == pytest.approx(0.65)
    assert got["ci_high"] - got["mean"] == pytest.approx(half, rel=1e-5)
    # Chips: every s_r^2 is 0.02, v_r = 0.01; error sqrt(0.03) / 3; with equal v_r the degrees of freedom add to 3.
    assert got["chip_ci_high"] - got["mean"] == pytest.approx(T[3] * math.sqrt(0.03) / 3, rel=1e-5)
    assert (got["count"], got["replicas"]) == (6, 3)


def test_the_shape_is_that_of_chips_around_their_training(tmp_path):
    values = np.array([[0.9, 0.1, 0.3, 0.2], [0.50, 0.55, 0.80, 0.56]])
    got = scalar(summarise(of(tmp_path, values)))
    distances = (values - values.mean(axis=1, keepdims=True)).ravel()
    assert got["skewness"] == pytest.approx(stats.skew(distances))
    assert got["excess_kurtosis"] == pytest.approx(stats.kurtosis(distances))


def test_chips_that_are_equal_have_no_shape(tmp_path):
    got = scalar(summarise(of(tmp_path, [[0.1] * 7])))
    assert math.isnan(got["skewness"]) and math.isnan(got["excess_kurtosis"])


def test_replicas_weigh_the_same_whatever_their_number_of_chips(tmp_path):
    got = scalar(summarise(of(tmp_path, [[0.2, 0.2, 0.2, 0.2], [0.8, NAN, NAN, NAN]])))
    assert got["mean"] == pytest.approx(0.5)
    assert got["ci_high"] - 0.5 == pytest.approx(T[1] * 0.3, rel=1e-5)  # sd of 0.2, 0.8 over sqrt(2) is 0.3
    assert math.isnan(got["chip_ci_low"])  # one chip says nothing about its spread


def test_failed_and_missing_trials_do_not_count(tmp_path):
    values = [[[0.1, 0.3, 0.9, NAN]], [[NAN] * 4], [[0.5, NAN, NAN, NAN]]]
    states = [[[1, 1, 2, 0]], [[0] * 4], [[1, 0, 0, 0]]]
    summary = summarise(of(tmp_path, values, {SIGMA: [0.0, 0.1, 0.2]}, state=states))
    np.testing.assert_array_equal(summary["count"], [2, 0, 1])
    np.testing.assert_allclose(summary["mean"], [0.2, NAN, 0.5])
    np.testing.assert_allclose(summary["sd"], [math.sqrt(0.02), NAN, NAN])
    assert np.isnan(summary["ci_low"].values).tolist() == [False, True, True]
    np.testing.assert_array_equal(summary["max"], [0.3, NAN, 0.5])


def test_trainings_that_went_wrong_are_counted(tmp_path):
    # Group mean 0.6875: only the one at 0.12 is 5 points below; the diverged one and the one near chance collapsed.
    values = [[0.9, 0.9], [0.12, 0.12], [0.9, 0.9], [0.83, 0.83], [NAN, NAN], [NAN, NAN]]
    states = [[1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [0, 0]]
    got = scalar(summarise(of(tmp_path, values, state=states)))
    assert (got["failures"], got["collapsed"], got["replicas"]) == (1, 2, 4)


def test_exactly_five_points_below_is_no_failure(tmp_path):
    assert scalar(summarise(of(tmp_path, [[0.9], [0.8]])))["failures"] == 0


def test_equal_chips_have_an_interval_of_no_width(tmp_path):
    got = scalar(summarise(of(tmp_path, [[0.1] * 7, [0.1] * 7])))
    assert got["ci_high"] - got["ci_low"] == pytest.approx(0, abs=1e-15)
    assert got["chip_ci_high"] - got["chip_ci_low"] == pytest.approx(0, abs=1e-15)


def test_ekl_is_pooled_over_correct_images(tmp_path):
    data = of(tmp_path, [[0.9, 0.3, 0.0]], metrics={"ekl": [[0.1, 0.4, NAN]], "correct": [[90, 30, 0]]})
    got = scalar(summarise(data, "ekl"))
    # (9 + 12) / 120; distances 9 - 90 v = -6.75, 12 - 30 v = 6.75, 0
    assert got["mean"] == pytest.approx(0.175)
    error = math.sqrt(3 / 2 * 2 * 6.75**2) / 120
    assert got["ci_high"] - 0.175 == pytest.approx(T[2] * error, rel=1e-5)
    assert got["sd"] == pytest.approx(math.sqrt(3) * error)
    assert (got["count"], got["median"], got["max"]) == (3, 0.25, 0.4)


def test_replicas_by_themselves(tmp_path):
    own = summarise_replicas(of(tmp_path, [[[0.4, 0.6], [0.5, NAN]]], {SIGMA: [0.1]}))
    assert own["mean"].dims == (SIGMA, "replica")
    np.testing.assert_allclose(own["mean"].values, [[0.5, 0.5]])
    np.testing.assert_array_equal(own["count"].values, [[2, 1]])
    np.testing.assert_allclose(own["sd"].values, [[math.sqrt(0.02), NAN]])


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """4000 intervals of 5 normal values: 95 % cover 0; 8 standard errors allowed (false alarms below 1e-14)."""
    from ohmcarlo_analysis.statistics.intervals import weighted_interval

    values = np.random.default_rng(11).standard_normal((4000, 5))
    got = weighted_interval(values, np.ones_like(values), np.ones(values.shape, bool))
    covered = ((got["ci_low"] < 0) & (0 < got["ci_high"])).mean()
    assert abs(covered - 0.95) < 8 * math.sqrt(0.95 * 0.05 / 4000)


def test_an_unknown_metric_names_those_there_are(tmp_path):
    with pytest.raises(UsageError, match="no metric 'ekl'.*accuracy"):
        summarise(of(tmp_path, [[0.5]]), "ekl")


def test_chance_comes_from_the_data_set():
    cases = {TOML: 0.1, '[data]\nset = "cifar100"\n': 0.01, '[data]\nset = "folder"\n': None, "no toml [": None}
    for text, level in cases.items():
        assert chance_level(xr.Dataset(attrs={"experiment_toml": text})) == level
    assert chance_level(xr.Dataset(attrs={"experiment_toml": TOML, "classes": 4})) == 0.25
    assert chance_level(xr.Dataset()) is None


def test_a_metric_of_layers_has_a_summary_for_each(tmp_path):
    random = np.random.default_rng(4)
    faults = random.uniform(size=(2, 3, 9, 2))
    faults[0, :, :, 1] = NAN  # the first point has one layer only
    data = of(tmp_path, np.full((2, 3, 9), 0.5), {SIGMA: [0.0, 0.1]}, metrics={"faults": faults})
    summary, replicas = summarise(data, "faults"), summarise_replicas(data, "faults")
    assert summary["mean"].dims == summary["collapsed"].dims == (SIGMA, "layer")
    assert replicas["mean"].dims == (SIGMA, "replica", "layer")
    np.testing.assert_array_equal(summary["count"], [[27, 0], [27, 27]])
    for layer in (1, 2):
        alone = data.assign(alone=data["faults"].sel(layer=layer, drop=True))
        for together, one in ((summary, summarise(alone, "alone")), (replicas, summarise_replicas(alone, "alone"))):
            for name in one.data_vars:
                np.testing.assert_allclose(together[name].sel(layer=layer), one[name], rtol=1e-12, err_msg=name)


def with_summary(path, wrong=0.0):
    random = np.random.default_rng(2)
    path = write_results(
        path, {SIGMA: [0.0, 0.1]}, random.uniform(size=(2, 3, 9)), metrics={"faults": random.uniform(size=(2, 3, 9, 4))}
    )
    data = load(path)
    for group, summary in (("summary", summarise), ("summary_replica", summarise_replicas)):
        for metric in ("accuracy", "faults"):
            own = summary(data, metric)
            columns = {
                name: own[name].values.astype(float) for name in own.data_vars if name not in ("min", "max", "replicas")
            }
            write_summary(path, group, metric, columns, own.attrs.get("interval_over"))
    if wrong:
        import h5py

        with h5py.File(path, "a") as file:
            file["summary/accuracy/sd"][1] *= 1 + wrong
            file["summary_replica/faults/mean"][1, 2, 3] *= 1 + 2 * wrong
    return path


def test_a_right_summary_passes_the_check_and_a_wrong_one_does_not(tmp_path):
    assert check_summary(with_summary(tmp_path / "right.h5")) == 0
    wrong = with_summary(tmp_path / "wrong.h5", 1e-3)
    assert check_summary(wrong) == pytest.approx(2e-3, rel=1e-2)
    found = {name: value for name, value in compare_summary(wrong).items() if value}
    assert set(found) == {"/summary/accuracy/sd", "/summary_replica/faults/mean"}
    assert found["/summary/accuracy/sd"] == pytest.approx(1e-3, rel=1e-2)


def test_a_file_without_summary_fails_the_check(tmp_path):
    assert check_summary(write_results(tmp_path / "r.h5", {}, [[0.5, 0.6]])) == math.inf


def test_a_nan_in_the_summary_alone_fails_the_check(tmp_path):
    path = write_results(tmp_path / "r.h5", {}, [[0.5, 0.6]])
    write_summary(path, "summary", "accuracy", {"mean": np.nan}, "chips")
    assert check_summary(path) == math.inf
