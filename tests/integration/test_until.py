"""Chips are added until the mean is known well enough: as many as the rule says, however the job was run."""

import math

import h5py
import numpy as np
import pytest
import xarray as xr
from lab import Lab, chips_to_run, difference, leftovers, networks_to_train
from scipy import stats

GROUP = 8  # chips that are computed together
TARGET, MIN, MAX = 0.016, 10, 200
IMAGES = 120
UNTIL = {
    "trials.count": None,
    "trials.until": f"{{ half_width = {TARGET}, min = {MIN}, max = {MAX} }}",
}
STUDENT, FIXED_WIDTH, SEQUENCE, BETTING = range(4)


def looks(first, most, group=GROUP):
    found = [group * math.ceil(first / group)]
    while found[-1] < most:
        found.append(min(most, group * math.ceil(math.ceil(1.25 * found[-1]) / group)))
    return found


def fixed_width(values, images=IMAGES):
    """Half the width at 95 %: Student's with Johnson's skewness term, the spread at least half an image's."""
    n = len(values)
    t = stats.t.ppf(0.975, n - 1)
    sd = max(values.std(ddof=1), math.sqrt(1 / (4 * images * n)))
    skewness = 0.0 if values.std() == 0 else stats.skew(values)
    return t * sd / math.sqrt(n) + abs(skewness) * sd * (1 + 2 * t * t) / (6 * n)


def expected_chips(values, target=TARGET, first=MIN, most=MAX):
    """The first look at which the accuracies 0..n-1 are known well enough."""
    return next((n for n in looks(first, most) if n <= len(values) and fixed_width(values[:n]) <= target), most)


def accuracies(path):
    """[point, trial], NaN where a chip was not run."""
    with h5py.File(path, "r") as file:
        values = file["results/accuracy"][()]
        return values.reshape(-1, values.shape[-1])


def kinds(path, metric="accuracy"):
    with h5py.File(path, "r") as file:
        return file[f"summary/{metric}/interval_kind"][()].ravel()


@pytest.fixture
def until_lab(lab):
    lab.write(UNTIL)
    return lab


@pytest.fixture(scope="module")
def until_finished(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("until") / "lab", data)
    lab.write(UNTIL)
    lab.run()
    return lab


@pytest.fixture(scope="module")
def all_chips(tmp_path_factory, data):
    """The same points with as many chips as the rule may ever ask for."""
    lab = Lab(tmp_path_factory.mktemp("all") / "lab", data)
    lab.write({"trials.count": str(MAX)})
    lab.run()
    return accuracies(lab.file())


def test_every_point_has_the_chips_that_the_rule_asks_for(until_finished, all_chips):
    values = accuracies(until_finished.file())
    counts = np.isfinite(values).sum(axis=1)
    wanted = [expected_chips(point) for point in all_chips]
    assert list(counts) == wanted
    assert len(set(wanted)) > 2, "points need different numbers of chips, or this tests little"
    assert values.shape[1] == max(wanted)
    for point, known, count in zip(values, all_chips, counts):
        assert np.array_equal(point[:count], known[:count]), "chips are those of any other run"
        assert np.isnan(point[count:]).all()


def test_intervals_say_what_they_are(until_finished, all_chips):
    path = until_finished.file()
    counts = [expected_chips(point) for point in all_chips]
    met = [fixed_width(point[:count]) <= TARGET for point, count in zip(all_chips, counts)]
    assert list(kinds(path)) == [FIXED_WIDTH if good else SEQUENCE for good in met]
    assert set(kinds(path, "loss")) == {SEQUENCE}
    with h5py.File(path, "r") as file:
        low, high, mean = (file[f"summary/accuracy/{name}"][()].ravel() for name in ("ci_low", "ci_high", "mean"))
        assert file["summary/accuracy"].attrs["confidence"] == 0.95
    for i, (point, count) in enumerate(zip(all_chips, counts)):
        assert mean[i] == pytest.approx(point[:count].mean(), abs=1e-12)
        if met[i]:
            half = fixed_width(point[:count])
            assert low[i] == pytest.approx(max(0, mean[i] - half), abs=1e-8)
            assert high[i] == pytest.approx(min(1, mean[i] + half), abs=1e-8)
            assert half <= TARGET
    shown = until_finished.run("--resume").stdout
    assert shown.count("fixed-width") == sum(met)


@pytest.mark.parametrize("ranks", [1, 2, 5])
def test_any_number_of_ranks_gives_the_same(until_lab, until_finished, ranks):
    until_lab.run(ranks=ranks)
    assert difference(until_lab.file(), until_finished.file()) == ""
    assert leftovers(until_lab.out) == []


def test_a_stricter_target_goes_on(until_lab, another_lab):
    until_lab.run()
    stricter = {**UNTIL, "trials.until": f"{{ half_width = {TARGET / 1.5}, min = {MIN}, max = {MAX} }}"}
    until_lab.write(stricter)
    more = until_lab.run("--resume")
    assert networks_to_train(more) == 0
    another_lab.write(stricter)
    another_lab.run()
    assert difference(until_lab.file(), another_lab.file()) == ""
    assert list(kinds(until_lab.file())) == list(kinds(another_lab.file()))


def test_a_looser_target_drops_nothing_and_says_sequence(until_lab, until_finished):
    until_lab.run()
    until_lab.write({**UNTIL, "trials.until": f"{{ half_width = {2 * TARGET}, min = {MIN}, max = {MAX} }}"})
    assert chips_to_run(until_lab.run("--resume")) == 0
    with h5py.File(until_lab.file(), "r") as mine, h5py.File(until_finished.file(), "r") as other:
        for name in ("accuracy", "loss", "ekl", "correct", "state"):
            assert np.array_equal(mine[f"results/{name}"][()], other[f"results/{name}"][()], equal_nan=name != "state")
    values = accuracies(until_finished.file())
    for point, kind in zip(values, kinds(until_lab.file())):
        count = np.isfinite(point).sum()
        assert kind == (FIXED_WIDTH if expected_chips(point[:count], 2 * TARGET) == count else SEQUENCE)
    assert SEQUENCE in kinds(until_lab.file())


def test_chips_of_a_fixed_number_count(until_lab, until_finished):
    """20 chips are there: the rule goes on from them. 16 and 20 are no looks, so 4 of a group are computed again."""
    until_lab.write()
    until_lab.run()
    until_lab.write(UNTIL)
    until_lab.run("--resume")
    values, wanted = accuracies(until_lab.file()), accuracies(until_finished.file())
    for point, other in zip(values, wanted):
        count = max(20, np.isfinite(other).sum())
        assert np.isfinite(point).sum() == count
        both = np.isfinite(other)
        assert np.array_equal(point[: len(other)][both], other[both])


def test_replicas_are_looked_at_together(until_lab, another_lab):
    changes = {**UNTIL, "training.replicas": "2"}
    until_lab.write(changes)
    until_lab.run(ranks=3)
    with h5py.File(until_lab.file(), "r") as file:
        values = file["results/accuracy"][()].reshape(6, 2, -1)
        over = file["summary/accuracy"].attrs["interval_over"]
    assert over == "trainings"
    another_lab.write({"trials.count": str(MAX), "training.replicas": "2"})
    another_lab.run()
    with h5py.File(another_lab.file(), "r") as file:
        known = file["results/accuracy"][()].reshape(6, 2, -1)
    for point, both in zip(values, known):
        count = expected_chips(both.mean(axis=0))
        assert (np.isfinite(point).sum(axis=1) == count).all()


def test_the_package_computes_the_same_summaries(until_finished):
    from ohmcarlo_analysis.statistics.stored import check_summary

    assert check_summary(until_finished.file()) < 1e-9


def test_a_rule_is_not_forgotten_when_chips_are_counted_later(another_lab, until_finished):
    another_lab.write(UNTIL)
    another_lab.use_models(until_finished)
    another_lab.run()
    assert (kinds(another_lab.file()) == FIXED_WIDTH).any()
    most = accuracies(another_lab.file()).shape[-1]
    another_lab.write({"trials.count": str(most + 16)})
    another_lab.run("--resume")
    values = accuracies(another_lab.file())
    assert np.isfinite(values).all()
    assert values.shape[-1] == most + 16
    # The number of chips was not fixed beforehand: all points have more than the rule asked for.
    assert (kinds(another_lab.file()) == SEQUENCE).all()
    from ohmcarlo_analysis.statistics.stored import check_summary

    assert check_summary(another_lab.file()) < 1e-9
    with xr.open_dataset(another_lab.file(), group="results", engine="h5netcdf") as results:
        assert (results.state == 1).all()


def test_readers_see_chips_that_were_not_run(until_finished):
    with xr.open_dataset(until_finished.file(), group="results", engine="h5netcdf") as results:
        counts = results.state.sum("trial")
        assert (results.accuracy.count("trial") == counts).all()
        assert int(counts.max()) == results.sizes["trial"] > int(counts.min())


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"trials.count": "20"}, ["'trials.count' stands beside 'trials.until.half_width'"]),
        ({"trials.until": "{ min = 20 }"}, ["'trials.until.min' needs 'trials.until.half_width'"]),
        ({"trials.until": "{ half_width = 0.01, min = 50, max = 40 }"}, ["'trials.until.max' is 40", "at least 50"]),
        ({"trials.until": "{ half_width = 0.0 }"}, ["trials.until.half_width"]),
        ({"trials.until": "{ half_width = 1.0 }"}, ["trials.until.half_width"]),
        ({"trials.until": "{ half_width = 0.01, min = 7 }"}, ["trials.until.min", "8"]),
        ({"trials.until": '{ half_width = 0.01, metric = "ekl" }'}, ["trials.until.metric", '"accuracy", "loss"']),
        ({"trials.until": '{ half_width = 0.01, interval = "student" }'}, ["trials.until.interval", "fixed-width"]),
        ({"trials.until": '{ half_width = 0.001, interval = "betting" }'}, ["betting", "at least 7004 chips"]),
        ({"trials.until": '{ half_width = 0.1, interval = "betting", metric = "loss" }'}, ["betting", "accuracy alone"]),
        ({"trials.until": "0.01"}, ["trials.until"]),
    ],
)  # fmt: skip
def test_rules_that_cannot_be(lab, rule, says):
    lab.write({**UNTIL, **rule})
    done = lab.run(expect=2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in says:
        assert part in done.stderr, done.stderr
    assert not lab.file().exists()
