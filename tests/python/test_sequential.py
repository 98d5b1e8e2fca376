"""Intervals and rules for chips that are counted while they come in: against known answers and the error rates they promise."""

import numpy as np
import pytest
from ohmcarlo_analysis.reading.until import Until
from ohmcarlo_analysis.statistics.sequential import (
    apply_rule, betting_fractions, betting_interval, fixed_width_half, looks, sequence_half, sequence_p, skewness, tuned_rho2,
)  # fmt: skip
from scipy import stats

SKEWED = np.array([0.70, 0.80, 0.85, 0.88, 0.90, 0.91, 0.92, 0.92, 0.93, 0.93])
TEN = np.array([0.91, 0.93, 0.90, 0.95, 0.92, 0.94, 0.92, 0.93, 0.91, 0.94])


def rule(half_width, interval="fixed-width", **changes):
    known = {"metric": "accuracy", "confidence": 0.95, "min": 30, "max": 5000}
    return Until(**(known | changes), half_width=half_width, interval=interval)


def test_looks_grow_by_a_quarter_in_whole_groups():
    expected = "32 40 56 72 96 120 152 192 240 304 384 480 600 752 944 1184 1480 1856 2320 2904 3632 4544 5000"
    assert looks(30, 5000, 8) == [int(each) for each in expected.split()]
    assert looks(30, 60) == [30, 38, 48, 60] and looks(30, 31, 8) == [31] and looks(8, 8) == [8]


def test_the_fixed_width_half_of_ten_skewed_values():
    sd, skew = SKEWED.std(ddof=1), skewness(SKEWED)
    assert (sd, skew) == pytest.approx((0.0736659125, -1.4873724337), rel=1e-9)
    assert fixed_width_half(10, sd, 0.0) == pytest.approx(0.0526974193, rel=1e-8)
    assert fixed_width_half(10, sd, skew) == pytest.approx(0.0732136190, rel=1e-8)
    assert skewness(np.full(9, 0.1)) == 0.0 and fixed_width_half(1, np.nan, 0.0) == np.inf


def test_the_sequence_at_known_numbers_of_chips():
    assert [tuned_rho2(0.05, n0) for n0 in (30, 100, 250)] == pytest.approx([0.273732269, 0.082119681, 0.032847872], rel=1e-8)
    counts = np.array([24, 32, 120, 480, 5000])
    assert sequence_half(counts, 1.0) == pytest.approx([1.068050, 0.752857, 0.287286, 0.140294, 0.047279], abs=1e-6)
    assert sequence_half(np.array([16, 32, 100, 1000]), 1.0, n0=100) == pytest.approx([1.215845, 0.615178, 0.309917, 0.102880], abs=1e-6)
    assert np.isinf(sequence_half(np.arange(16), 1.0)).all() and np.isfinite(sequence_half(16, 1.0))
    forty = np.tile(TEN, 4)
    assert sequence_half(40, forty.std(ddof=1), n0=100) == pytest.approx(0.008002796, rel=1e-6)


@pytest.mark.parametrize("count", [20, 72, 1000])
def test_the_sequence_ends_where_its_p_value_is_alpha(count):
    half = float(sequence_half(count, 0.02))
    assert sequence_p(count, half, 0.02) == pytest.approx(0.05, rel=1e-9)
    assert sequence_p(count, -1.1 * half, 0.02) < 0.05 < sequence_p(count, 0.9 * half, 0.02)
    assert sequence_p(count, 0.0, 0.02) == sequence_p(count, 0.0, 0.0) == sequence_p(1, 1.0, 0.0) == 1.0


def test_betting_on_ten_values():
    bets = betting_fractions(TEN)
    assert bets[[0, 1, 2, 9]] == pytest.approx([6.524985, 4.795457, 4.113457, 2.958521], rel=1e-6)
    low, high = betting_interval(TEN)
    assert low == pytest.approx(0.488794, abs=1e-6) and high == 1.0
    mirrored = betting_interval(1 - TEN)
    assert mirrored == pytest.approx((0.0, 1 - low))


def capital(values, mean, alpha=0.05):
    """The largest capital of both bets against a mean after any number of values, value by value."""
    total, squares, variance, up, down, largest = 0.5, 0.25, 0.25, 1.0, 1.0, 0.0
    for number, value in enumerate(values, 1):
        bet = np.sqrt(2 * np.log(2 / alpha) / (variance * number * np.log(1 + number)))
        up *= 1 + min(bet, 0.5 / mean) * (value - mean)
        down *= 1 - min(bet, 0.5 / (1 - mean)) * (value - mean)
        total += value
        squares += (value - total / (number + 1)) ** 2
        variance = squares / (number + 1)
        largest = max(largest, max(up, down) / 2)
    return largest


def test_betting_ends_where_the_capital_is_one_over_alpha():
    values = np.random.default_rng(3).beta(8, 2, 200)
    assert np.log([capital(TEN[:1], 0.5), capital(TEN[:1], 0.97)]) == pytest.approx(
        np.log([0.5 * (1 + 0.41), 0.5 * (1 + 6.524985 * 0.06)]), rel=1e-6
    )  # fmt: skip
    low, high = betting_interval(values)
    assert 0.5 < low < values.mean() < high < 1
    for inside, outside in ((low + 1e-6, low - 1e-6), (high - 1e-6, high + 1e-6)):
        assert capital(values, inside) < 20 < capital(values, outside)


def first_look(values, target, half):
    return next((look for look in looks(30, 5000, 8) if look <= len(values) and half(values[:look]) <= target), 0)


@pytest.mark.parametrize("kind", ["fixed-width", "sequence", "betting"])
def test_the_rule_stops_at_the_first_look_that_is_narrow_enough(kind):
    values = np.random.default_rng(5).beta(60, 4, 5000)
    target = 0.05 if kind == "betting" else 0.004
    wanted = {
        "fixed-width": lambda chips: fixed_width_half(len(chips), chips.std(ddof=1), stats.skew(chips)),
        "sequence": lambda chips: sequence_half(len(chips), chips.std(ddof=1)),
        "betting": lambda chips: max(np.abs(np.array(betting_interval(chips)) - chips.mean())),
    }[kind]  # fmt: skip
    expected = first_look(values, target, wanted)
    assert 40 < expected < 1000
    stop = apply_rule(rule(target, kind), values, 8)
    assert (stop.chips, stop.met) == (expected, True)
    assert stop.low == pytest.approx(values[:expected].mean() - wanted(values[:expected]), abs=1e-9) or kind == "betting"
    assert apply_rule(rule(target, kind), values[:expected], 8) == stop  # what comes after is not looked at
    assert apply_rule(rule(target, kind), values[: expected - 1], 8).chips == 0


def test_the_rule_ends_at_the_maximum_and_leaves_failed_chips_out():
    values = np.random.default_rng(6).normal(0.5, 0.1, 100)
    stop = apply_rule(rule(0.001, max=100), values, 8)
    assert (stop.chips, stop.met) == (100, False)
    failed = np.where(np.arange(100) % 4 == 0, np.nan, values)
    there = {look: failed[:look][np.isfinite(failed[:look])] for look in (16, 24, 32, 40)}
    halves = {look: fixed_width_half(len(chips), chips.std(ddof=1), stats.skew(chips)) for look, chips in there.items()}
    assert halves[32] > 0.05 > halves[40] and apply_rule(rule(0.05, min=10), failed, 8).chips == 40
    assert apply_rule(rule(0.5, min=8), np.where(np.arange(16) < 2, np.nan, values[:16]), 8).chips == 16  # 6 chips never stop


def test_equal_chips_have_the_spread_of_half_an_image():
    equal = np.full(5000, 0.9)
    assert apply_rule(rule(0.001), equal).chips == 30
    stop = apply_rule(rule(0.005), equal, images=20)
    t = lambda n: stats.t.ppf(0.975, n - 1) * np.sqrt(1 / (80 * n)) / np.sqrt(n)  # noqa: E731
    assert t(stop.chips) <= 0.005 and stop.chips == next(look for look in looks(30, 5000) if t(look) <= 0.005)


def test_a_sequence_may_be_looked_at_again_and_again():
    """Gaussian chips at 0: at most 5 % ever leave it out (beyond one in a million), and Student's leaves it out far more often."""
    random, runs = np.random.default_rng(7), 400
    steps = np.array(looks(30, 2000, 8))
    chips = random.standard_normal((runs, 2000))
    mean = np.cumsum(chips, axis=1)[:, steps - 1] / steps
    sd = np.sqrt((np.cumsum(chips**2, axis=1)[:, steps - 1] - steps * mean**2) / (steps - 1))
    missed = (np.abs(mean) > sequence_half(steps, sd)).any(axis=1).sum()
    peeked = (np.abs(mean) > stats.t.ppf(0.975, steps - 1) * sd / np.sqrt(steps)).any(axis=1).sum()
    assert stats.binom.sf(missed - 1, runs, 0.05) > 1e-6 and stats.binom.sf(peeked - 1, runs, 0.05) < 1e-20


def test_intervals_of_equal_chips_have_the_width_of_half_an_image(tmp_path):
    """Accuracies over 100 images, or over samples of which the smallest counts; losses have no such bound."""
    import xarray as xr

    from ohmcarlo_analysis.reading.until import UNIT, UNTIL
    from ohmcarlo_analysis.statistics.summary import summarise, summarise_replicas

    chips = (("replica", "trial"), np.full((1, 40), 0.9))
    variables = {
        "accuracy": chips, "loss": chips, "correct": (chips[0], np.full((1, 40), 90.0)),
        "state": (chips[0], np.ones((1, 40), int)), UNIT: ((), 8),
    }  # fmt: skip
    attrs = {"sources": [""], UNTIL: rule(0.0001)}
    dataset = xr.Dataset(variables, {"replica": [0], "trial": np.arange(40)}, attrs)
    sampled = dataset.assign(
        sampled_images=(chips[0], np.where(np.arange(40) % 2, 25.0, 30.0)[None]), correct=dataset["correct"] * np.nan
    )
    for data, images in ((dataset, 100), (sampled, 25)):
        half = float(sequence_half(40, np.sqrt(1 / (4 * images * 40))))
        for found in (summarise(data), summarise_replicas(data)):
            assert float(found["ci_high"].squeeze()) - 0.9 == pytest.approx(half, rel=1e-9)
        loss = summarise(data, "loss")
        assert float(loss["ci_high"] - loss["ci_low"]) == pytest.approx(0, abs=1e-12)
