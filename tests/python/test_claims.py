"""The tests behind the facts: against scipy's own, closed forms, and their false-alarm rates where they are exact."""

import numpy as np
import pytest
import xarray as xr
from ohmcarlo_analysis.facts.claims import above, all_of, any_of, below, between, chosen, identical, ratio_below, spread_below, trend
from ohmcarlo_analysis.study.conditions import Missing
from scipy import stats

RUNS = 1000


def chips(values):
    values = np.atleast_2d(np.asarray(values, float))
    return xr.DataArray(values, dims=("replica", "trial"))


def trainings(values):
    return xr.DataArray(np.asarray(values, float), dims=("replica",))


def within(count, runs, rate):
    """Whether `count` of `runs` is credible for a rate: both tails of the exact binomial at one in a million."""
    return stats.binom.cdf(count, runs, rate) > 1e-6 and stats.binom.sf(count - 1, runs, rate) > 1e-6


def test_a_difference_of_pairs_is_the_paired_t_test():
    random = np.random.default_rng(1)
    one, other = random.normal(0.1, 1, 5), random.normal(0, 1, 5)
    expected = stats.ttest_rel(one, other, alternative="greater")
    claim = above(chips(one - other), 0.0, "x")
    assert claim.p == pytest.approx(expected.pvalue) and claim.p_against == pytest.approx(1 - expected.pvalue)
    assert below(chips(one - other), 0.0, "x").p == pytest.approx(1 - expected.pvalue)
    half = stats.t.ppf(0.975, 4) * np.std(one - other, ddof=1) / np.sqrt(5)
    assert claim.high - claim.low == pytest.approx(2 * half)
    assert claim.statistic == f"t(4) = {expected.statistic:.3g}"


def test_a_ratio_is_tested_by_its_logarithm_and_shown_as_itself():
    """Five pairs: the interval is that of scipy.stats.gmean's logarithm, exponentiated."""
    ratios = np.array([0.2, 0.25, 0.31, 0.22, 0.28])
    claim = ratio_below(trainings(np.log(ratios)), 1 / 3, "x")
    test = stats.ttest_1samp(np.log(ratios), np.log(1 / 3), alternative="less")
    low, high = stats.ttest_1samp(np.log(ratios), 0.0).confidence_interval(0.95)
    assert (claim.value, claim.low, claim.high) == pytest.approx((stats.gmean(ratios), np.exp(low), np.exp(high)))
    assert claim.p == pytest.approx(test.pvalue) and claim.threshold == "< 0.333"


def test_from_six_chips_on_the_p_value_is_the_larger_of_student_s_and_of_that_corrected_for_skewness():
    values = -np.random.default_rng(7).gamma(1.0, size=30) + 1.3
    expected = stats.ttest_1samp(values, 0.0)
    skewness, t = stats.skew(values, bias=False), expected.statistic
    hall = t + skewness * t**2 / (3 * np.sqrt(30)) + skewness**2 * t**3 / (27 * 30) + skewness / (6 * np.sqrt(30))
    claim = above(chips(values), 0.0, "x")
    assert skewness < -1 and hall < t and claim.p == pytest.approx(stats.t.sf(hall, 29)) and claim.p > stats.t.sf(t, 29)
    assert claim.p_against == pytest.approx(stats.t.cdf(t, 29))  # the correction makes nothing easier
    assert claim.statistic == f"t(29) = {t:.3g}, {hall:.3g} corrected for skewness"
    mirrored = below(chips(-values), 0.0, "x")
    assert mirrored.p == pytest.approx(claim.p) and mirrored.p_against == pytest.approx(claim.p_against)


def test_a_larger_difference_is_never_weaker_evidence():
    """The correction is monotone, however skewed the chips and however far they are from the threshold."""
    values = -np.random.default_rng(8).gamma(0.2, size=10)
    found = [above(chips(values + shift), 0.0, "x") for shift in np.linspace(-3, 30, 200)]
    assert all(one.p >= other.p and one.favour < other.favour for one, other in zip(found, found[1:])) and found[-1].p < 1e-3


def test_several_trainings_are_the_units():
    values = np.random.default_rng(2).normal(0.2, 1, (4, 50)) + np.array([[0.0], [1.0], [2.0], [3.0]])
    expected = stats.ttest_1samp(values.mean(axis=1), 1.0, alternative="greater").pvalue
    assert above(chips(values), 1.0, "x").p == pytest.approx(expected)


def test_chips_of_several_trainings_are_strata():
    """Balanced strata of equal spread: the standard error within, with about as many degrees of freedom as chips."""
    values = np.random.default_rng(3).normal(0.0, 1, (3, 40)) + np.array([[0.0], [5.0], [9.0]])
    error = np.sqrt((values.var(axis=1, ddof=1) / 40).sum()) / 3
    claim = above(chips(values), 4.0, "x", over="chips")
    freedom = (values.var(axis=1, ddof=1).sum()) ** 2 / ((values.var(axis=1, ddof=1) ** 2) / 39).sum()
    third = (stats.skew(values, axis=1, bias=False) * values.std(axis=1, ddof=1) ** 3 / 40**2).sum() / 27
    t, k = (values.mean() - 4.0) / error, third / error**3
    corrected = min(t, t + k * t**2 / 3 + k**2 * t**3 / 27 + k / 6)
    assert claim.p == pytest.approx(stats.t.sf(corrected, freedom)) and 80 < freedom < 117.1
    assert claim.over == "chips of these trainings"


def test_what_does_not_vary_is_compared():
    for value, verdict in ((0.2, "holds"), (-0.2, "fails"), (0.0, "fails")):
        claim = above(trainings([value]), 0.0, "x")
        assert claim.exact and claim.verdict() == verdict and claim.over == "this training"
    assert below(trainings([-1.0]), 0.0, "x").verdict() == "holds" and below(trainings([0.0]), 0.0, "x").verdict() == "fails"


def test_equal_values_count_by_the_sign_test():
    """Equal trainings are no proof of anything beyond their number, whatever the threshold; twenty equal chips are."""
    for units, verdict in ((2, "undecided"), (4, "undecided"), (5, "holds"), (20, "holds")):
        claim = above(trainings([0.1] * units), 0.0, "x")  # 0.1: no sum of its copies is exact
        assert claim.p == 0.5**units and claim.p_against == 1.0 and not claim.exact and claim.verdict() == verdict
        assert claim.statistic == f"sign test, {units} equal values"
    assert below(chips([0.1] * 20), 0.0, "x").verdict() == "fails"
    assert above(chips([0.0] * 20), 0.0, "x").verdict() == below(chips([0.0] * 20), 0.0, "x").verdict() == "undecided"
    assert between(chips([0.0] * 20), -0.1, 0.1, "x").p == 0.5**20


def test_one_chip_is_not_enough():
    with pytest.raises(Missing, match="two chips"):
        above(chips([[0.5]]), 0.0, "x")
    with pytest.raises(Missing):
        above(chips([[np.nan, np.nan]]), 0.0, "x")


def test_false_alarms_of_a_claim_at_its_threshold():
    """Five per cent each of false "holds" and of false "fails"; exact, so a band of one in a million on each side."""
    random = np.random.default_rng(4)
    found = [above(chips(random.normal(0, 1, 5)), 0.0, "x").verdict() for _ in range(RUNS)]
    assert within(found.count("holds"), RUNS, 0.05) and within(found.count("fails"), RUNS, 0.05)


def test_choosing_the_best_of_many_does_not_add_false_alarms():
    """Eight candidates without any effect: uncorrected 34 % would "hold"; Bonferroni on independent ones 4.9 %."""
    random = np.random.default_rng(5)
    found, runs = 0, 500
    for _ in range(runs):
        claims = [above(chips(random.normal(0, 1, 5)), 0.0, str(index)) for index in range(8)]
        found += any_of(claims, "best").verdict() == "holds"
    assert within(found, runs, 1 - (1 - 0.05 / 8) ** 8)


def test_all_of_needs_the_weakest_and_any_of_the_strongest():
    strong, weak = above(chips([5.0, 5.1, 4.9, 5.2]), 0.0, "strong"), above(chips([0.1, -0.1, 0.2, -0.2]), 0.0, "weak")
    false = above(chips([-5.0, -5.1, -4.9]), 0.0, "false")
    assert all_of([strong, weak], "x").verdict() == "undecided" and "weak" in all_of([strong, weak], "x").text
    assert any_of([strong, weak], "x").verdict() == "holds" and "strong" in any_of([strong, weak], "x").text
    assert all_of([strong, false], "x").verdict() == "fails" and any_of([strong, false], "x").verdict() == "holds"
    assert any_of([false, false], "x").verdict() == "fails"
    assert all_of([strong, weak], "x").p == weak.p and any_of([strong, weak], "x").p == pytest.approx(2 * strong.p)


def test_between_is_false_on_either_side():
    near = np.array([-0.1, 0.1, 0.05, -0.05])
    assert [between(chips(near + value), -1, 1, "x").verdict() for value in (0.0, 3.0, -3.0)] == ["holds", "fails", "fails"]


def steps(means, units=5, spread=0.1, seed=6):
    random = np.random.default_rng(seed)
    return [trainings(mean + spread * random.normal(size=units)) for mean in means]


def test_a_trend():
    assert trend(steps([4, 3, 2, 1]), "falls", "x").verdict() == "holds"
    assert trend(steps([4, 3, 2, 1]), "rises", "x").verdict() == "fails"
    assert trend(steps([4, 2, 3, 1]), "falls", "x").verdict() == "fails"  # a significant step back, though the trend is there
    assert trend(steps([1, 1, 1, 1], units=3, seed=8), "falls", "x").verdict() != "holds"
    claim = trend(steps([4, 3, 2.9, 1]), "falls", "x", labels=["a", "b", "c", "d"])
    assert claim.text == "x (weakest: b to c)" and claim.threshold == "every step < 0" and "the weakest of 3" in claim.statistic
    with pytest.raises(Missing, match="three values"):
        trend(steps([2, 1]), "falls", "x")


def test_a_trend_is_its_weakest_step():
    """The p of the trend is the largest of the paired t-tests of the steps, p_against the smallest of the others times three."""
    series = steps([4, 3, 2.9, 1])
    p, against = ([stats.ttest_rel(a, b, alternative=side).pvalue for a, b in zip(series, series[1:])] for side in ("greater", "less"))
    claim = trend(series, "falls", "x")
    assert claim.p == pytest.approx(max(p)) and claim.p_against == pytest.approx(min(1, 3 * min(against)))
    assert len(claim.parts) == 3 and claim.value == pytest.approx(float((series[2] - series[1]).mean()))


def test_a_trend_with_a_margin_is_about_all_pairs():
    """Two steps of 0.3 back are none of 0.5, but together they are."""
    options = {"margin": 0.5, "labels": ["a", "b", "c", "d"]}
    assert trend(steps([1, 2, 1.95, 3], spread=0.01), "rises", "x", **options).verdict() == "holds"
    assert trend(steps([1, 2, 1.95, 3], spread=0.01), "rises", "x").verdict() == "fails"
    slide = trend(steps([1, 2, 1.7, 1.4], spread=0.01), "rises", "x", **options)
    assert slide.verdict() == "fails" and slide.text == "x (weakest: b to d)" and "the weakest of 6" in slide.statistic
    assert slide.threshold == "every change from one value to a later one > -0.5"
    assert trend(steps([3, 2, 2.05, 1], spread=0.01), "falls", "x", **options).verdict() == "holds"
    assert trend(steps([3, 2, 2.6, 1], spread=0.01), "falls", "x", **options).verdict() == "fails"


def test_a_trend_of_one_training_is_compared():
    assert trend(steps([3, 2, 1], units=1, spread=0), "falls", "x").verdict() == "holds"
    assert trend(steps([3, 2, 2], units=1, spread=0), "falls", "x").verdict() == "fails"
    assert trend(steps([3, 2, 2], units=1, spread=0), "falls", "x", margin=0.1).verdict() == "holds"


def test_a_choice_is_paid_for():
    claim = above(chips([5.0, 5.1, 4.9, 5.2]), 5.0, "x")
    paid = chosen(claim, 3)
    assert paid.p == pytest.approx(3 * claim.p) and paid.p_against == 1.0 and paid.statistic.endswith(", chosen among 3")
    assert chosen(claim, 1) == claim


def test_a_spread_is_a_chi_squared_test():
    values = np.random.default_rng(10).normal(0.5, 0.05, (2, 30))
    claim = spread_below(chips(values), 0.06, "x")
    variance = values.var(axis=1, ddof=1).mean()
    assert claim.value == pytest.approx(np.sqrt(variance))
    third, fourth = (np.mean([stats.kstat(row, order) for row in values]) for order in (3, 4))
    excess = max(0.0, fourth / variance**2, 1.5 * third**2 / variance**3)
    freedom = 58 / (1 + excess * 58 / 120)
    assert excess > 0 and claim.p == pytest.approx(stats.chi2.cdf(freedom * variance / 0.06**2, freedom))
    assert claim.low < claim.value < claim.high
    assert [spread_below(chips(values), limit, "x").verdict() for limit in (0.2, 0.01)] == ["holds", "fails"]
    with pytest.raises(Missing, match="ten chips"):
        spread_below(chips([[0.1, 0.2, 0.3]]), 1.0, "x")


def test_identical_means_every_bit():
    assert identical(chips([0.0, 0.0]), "x").verdict() == "holds"
    assert identical(chips([0.0, 1e-17]), "x").verdict() == "fails"
    with pytest.raises(Missing):
        identical(chips([np.nan]), "x")
