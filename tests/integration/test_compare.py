"""Points against each other on common chips, tails and yield: what the program prints is what scipy computes from the file."""

import csv
import io
import itertools
import json
import math
import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, Lab, clean_environment
from scipy import optimize, stats

METHOD, SIGMA = "training.method", "hardware.variation.sigma"
METHODS, SIGMAS = ["plain", "noise-injection"], [0.0, 0.1, 0.3]


def ask(command, path, *options, expect=0):
    done = subprocess.run([PROGRAM, command, path, *map(str, options)], env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == expect, done.stderr
    if expect:
        assert len(done.stderr.splitlines()) == 1 and not done.stdout
        return done.stderr
    assert done.stderr == ""
    return done.stdout


def rows(command, path, *options):
    return list(csv.DictReader(io.StringIO(ask(command, path, *options, "--format", "csv"))))


def values(path, metric="accuracy"):
    """[method, sigma, replica, trial]"""
    with h5py.File(path, "r") as file:
        return file[f"results/{metric}"][()]


def same(text, number):
    return float(text) == pytest.approx(number, rel=1e-9, abs=1e-12, nan_ok=True)


def holm(p_values):
    """By its words, for a list without ties."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted


@pytest.fixture(scope="module")
def chips(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("chips") / "lab", data)
    lab.write({"trials.count": "80", "trials.class_accuracy": "true"})
    lab.run()
    return lab.file()


@pytest.fixture(scope="module")
def trainings(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("trainings") / "lab", data)
    lab.write({"training.replicas": "3", "trials.count": "10"})
    lab.run()
    return lab.file()


@pytest.fixture(scope="module")
def until(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("until") / "lab", data)
    lab.write({"trials.count": None, "trials.until": "{ half_width = 0.016, min = 16, max = 80 }"})
    lab.run()
    return lab.file()


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_differences_are_those_of_the_paired_test(chips, metric):
    found = rows("compare", chips, "--axis", "sigma", "--baseline", "0.3", "--metric", metric)
    assert [(row[METHOD], float(row[SIGMA])) for row in found] == list(itertools.product(METHODS, SIGMAS[:2]))
    cube = values(chips, metric)[:, :, 0]
    p_values = []
    for row in found:
        point = cube[METHODS.index(row[METHOD])]
        x, y = point[SIGMAS.index(float(row[SIGMA]))], point[2]
        test = stats.ttest_rel(x, y)
        low, high = test.confidence_interval(0.95)
        assert row["count"] == "80" and row["left_out"] == "0"
        assert same(row["difference"], np.mean(x - y)) and same(row["sd"], np.std(x - y, ddof=1))
        assert same(row["ci_low"], low) and same(row["ci_high"], high)
        assert same(row["p"], test.pvalue)
        assert same(row["correlation"], np.corrcoef(x, y)[0, 1] if np.ptp(x) > 0 else math.nan)
        gain = (x.var(ddof=1) + y.var(ddof=1)) / np.var(x - y, ddof=1)
        assert same(row["pairing_gain"], gain) and same(row["units_saved"], 80 * (gain - 1))
        p_values.append(test.pvalue)
    assert all(same(row["adjusted_p"], p) for row, p in zip(found, holm(p_values)))


def test_values_of_one_network_share_their_chips(chips):
    row = rows("compare", chips, "--axis", "sigma", "--baseline", "0.3", "--select", "sigma=0.1", "--select", "method=plain")
    assert len(row) == 1 and float(row[0]["correlation"]) > 0.2 and float(row[0]["pairing_gain"]) > 1.2


def test_chips_of_their_own_are_said_to_be(lab):
    lab.write({"trials.common_random_numbers": "false", "trials.count": "60"})
    lab.run()
    options = ["--axis", "sigma", "--baseline", "0.3", "--select", "sigma=0.1", "--metric", "loss"]
    assert "trials.common_random_numbers = false" in ask("compare", lab.file(), *options)
    document = json.loads(ask("compare", lab.file(), *options, "--format", "json"))
    assert document["common_chips"] is False
    assert all(abs(pair["correlation"]) < 0.5 for pair in document["pairs"])  # 4 sd of a correlation of 60 pairs


def test_trainings_are_the_units_of_several_replicas(trainings):
    found = rows("compare", trainings, "--axis", "method", "--baseline", "plain")
    means = values(trainings).mean(axis=3)
    assert len(found) == 3
    for row, sigma in zip(found, range(3)):
        test = stats.ttest_rel(means[1, sigma], means[0, sigma])
        low, high = test.confidence_interval(0.95)
        assert row["count"] == "3"
        if np.array_equal(means[1, sigma], means[0, sigma]):  # scipy has no answer where all differences are 0
            assert sigma == 0 and float(row["p"]) == 1 and float(row["ci_low"]) == float(row["ci_high"]) == 0
            continue
        assert same(row["p"], test.pvalue)
        assert same(row["ci_low"], max(-1, low)) and same(row["ci_high"], min(1, high))
    assert "pairs of trainings" in ask("compare", trainings, "--axis", "method", "--baseline", "plain")


def sequence_half(n, sd, alpha=0.05):
    """The t-mixture tuned for 250 values, its parameter found by minimising the asymptotic width."""

    def width(rho2):
        return 2 * (250 * rho2 + 1) / (250**2 * rho2) * math.log(math.sqrt(250 * rho2 + 1) / alpha)

    c = 1 / optimize.minimize_scalar(width, bounds=(1e-4, 1), method="bounded", options={"xatol": 1e-12}).x
    r = ((n + c) / (c * alpha**2)) ** (1 / n)
    return sd * math.sqrt((n - 1) / n) * math.sqrt((r - 1) / (1 - r * c / (n + c)))


def test_a_number_of_chips_that_was_not_fixed_asks_for_sequences(until):
    found = rows("compare", until, "--axis", "sigma", "--baseline", "0.3")
    cube = values(until)[:, :, 0]
    for row in found:
        point = cube[METHODS.index(row[METHOD])]
        x, y = point[SIGMAS.index(float(row[SIGMA]))], point[2]
        common = np.isfinite(x) & np.isfinite(y)
        n = common.sum()
        assert int(row["count"]) == n == min(np.isfinite(x).sum(), np.isfinite(y).sum())
        d = (x - y)[common]
        half = sequence_half(n, d.std(ddof=1))
        assert float(row["ci_low"]) == pytest.approx(d.mean() - half, abs=1e-6)
        assert float(row["ci_high"]) == pytest.approx(d.mean() + half, abs=1e-6)
        assert half > stats.t.ppf(0.975, n - 1) * d.std(ddof=1) / math.sqrt(n)
    assert len({np.isfinite(point).sum() for point in cube.reshape(-1, cube.shape[-1])}) > 1
    assert "sequence intervals" in ask("compare", until, "--axis", "sigma", "--baseline", "0.3")


def test_the_best_value_and_its_rivals(chips):
    found = rows("compare", chips, "--best", "sigma", "--select", "method=plain", "--metric", "loss")
    cube = values(chips, "loss")[0, :, 0]
    order = list(np.argsort(cube.mean(axis=1), kind="stable"))
    assert [SIGMAS.index(float(row[SIGMA])) for row in found] == order
    assert found[0]["verdict"] == "best"
    for row, rival in zip(found[1:], order[1:]):
        test = stats.ttest_rel(cube[order[0]], cube[rival])
        low, high = test.confidence_interval(1 - 0.05 / 2)  # two rivals share the error
        assert same(row["interval_confidence"], 0.975)
        assert same(row["ci_low"], low) and same(row["ci_high"], high)
        assert same(row["adjusted_p"], min(1, 2 * test.pvalue))
        assert row["verdict"] == ("worse" if high < 0 else "cannot be told from it")


def ranks(n, q):
    """By the words: the largest l with P(Bin <= l - 1) <= .025, the smallest u with P(Bin >= u) <= .025; 0 for none."""
    lower = max((k for k in range(1, n + 1) if stats.binom.cdf(k - 1, n, q) <= 0.025), default=0)
    upper = min((k for k in range(1, n + 1) if stats.binom.sf(k - 1, n, q) <= 0.025), default=0)
    return lower, upper


def test_quantiles_and_yield(chips):
    found = rows("show", chips, "--quantiles", "--yield", 0.75)
    cube = values(chips)[:, :, 0]
    assert len(found) == 6
    for row, sample in zip(found, np.sort(cube.reshape(6, -1))):
        for q, fewest in ((1, 368), (5, 72), (50, 6)):
            low, high = ranks(80, q / 100)
            assert same(row[f"q{q}"], np.quantile(sample, q / 100))
            assert same(row[f"q{q}_low"], sample[low - 1] if low else math.nan)
            assert same(row[f"q{q}_high"], sample[high - 1] if high else math.nan)
            assert int(row[f"q{q}_needs"]) == fewest
        reached = int((sample >= 0.75).sum())
        low, high = stats.binomtest(reached, 80).proportion_ci(method="wilson")
        assert int(row["reached"]) == reached and same(row["yield"], reached / 80)
        assert same(row["yield_low"], low) and same(row["yield_high"], high)
    text = ask("show", chips, "--quantiles")
    assert text.count("needs 368 chips for a 1 % quantile") == 6 and "for a 5 %" not in text


def test_yield_of_a_loss_is_at_most_the_target(chips):
    cube = values(chips, "loss")[0, 2, 0]
    target = float(np.median(cube))
    row = rows("show", chips, "--metric", "loss", "--yield", target, "--select", "method=plain", "--select", "sigma=0.3")
    assert int(row[0]["reached"]) == (cube <= target).sum() == 40


def test_trainings_are_not_pooled(trainings):
    found = rows("show", trainings, "--quantiles")
    assert [int(row["replica"]) for row in found] == [0, 1, 2] * 6
    assert all(row["count"] == "10" for row in found)


def test_the_variance_is_split(trainings, chips):
    for row, point in zip(rows("show", trainings, "--variance"), values(trainings).reshape(6, 3, 10)):
        within = point.var(axis=1, ddof=1)
        between = max(0, point.mean(axis=1).var(ddof=1) - within.mean() / 10)
        assert same(row["variance_chips"], within.mean()) and same(row["variance_trainings"], between)
    assert all(row["variance_trainings"] == "nan" for row in rows("show", chips, "--variance"))


def test_show_without_the_new_options_is_as_it_was(chips):
    for form in ("table", "csv", "json"):
        everything = ask("show", chips, "--format", form)
        assert "accuracy" in everything or form == "table"
    whole = ask("show", chips, "--format", "csv").splitlines()
    part = ask("show", chips, "--format", "csv", "--select", "sigma=0.1", "--metric", "accuracy").splitlines()
    assert part[0] == whole[0] and len(part) == 3
    assert [line.split(",")[:5] for line in part[1:]] == [whole[i].split(",")[:5] for i in (2, 5)]
    with h5py.File(chips, "r") as file:
        means = file["summary/loss/mean"][()].ravel()
    assert all(same(row["mean"], mean) for row, mean in zip(rows("show", chips, "--metric", "loss"), means))


def test_intervals_of_shares_end_at_their_bounds(chips):
    for row in rows("show", chips, "--metric", "accuracy"):
        assert 0 <= float(row["ci_low"]) <= float(row["ci_high"]) <= 1


@pytest.mark.parametrize(
    "command, options, says",
    [
        ("compare", [], "--axis KEY --baseline VALUE, or --best KEY"),
        ("compare", ["--axis", "epochs", "--baseline", "1"], f"allowed: {METHOD}, {SIGMA}"),
        ("compare", ["--axis", "method", "--baseline", "ideal"], "allowed: plain, noise-injection"),
        ("compare", ["--best", "method", "--metric", "speed"], "--metric speed: no metric"),
        ("compare", ["--best", "method", "--metric", "class_accuracy"], "has a value for every class, not one a chip"),
        ("compare", ["--best", "method", "--select", "sigma=7"], "allowed: 0, 0.1, 0.3"),
        ("show", ["--select", "sigma"], "allowed: KEY=VALUE"),
        ("show", ["--metric", "class_accuracy", "--quantiles"], "allowed: accuracy, loss, ekl, correct"),
        ("show", ["--yield", "90"], "--yield 90: no value of accuracy (allowed: from 0 to 1)"),
        ("show", ["--yield", "much"], "yield"),
        ("show", ["--variance", "--quantiles"], "--variance stands alone"),
    ],
)
def test_what_cannot_be_asked(chips, command, options, says):
    assert says in ask(command, chips, *options, expect=2)


def test_the_command_is_listed():
    done = subprocess.run([PROGRAM, "--help"], env=clean_environment(), capture_output=True, text=True)
    assert "ohmcarlo compare RESULTS.h5" in done.stdout
    for command in ("compare", "show"):
        assert subprocess.run([PROGRAM, command, "--help"], env=clean_environment(), capture_output=True).returncode == 0
