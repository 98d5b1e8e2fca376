"""Claims about numbers and the tests that decide them, with three outcomes: it holds, it fails, it stays undecided.

Every claim has two p-values: `p` for the null hypothesis that it is false, `p_against` for the one that it is true. A claim
holds when p < alpha, fails when p_against < alpha, and is undecided in between: its interval straddles the threshold.

* One number against a threshold: one-sided t-test. What it is over is named: "trainings" (replica means; the t-interval of
  statistics.summarise()), "chips" (replicas as strata, degrees of freedom of Welch-Satterthwaite: these trainings, other
  chips), or "this training" (a property of one trained network: compared, not tested; p is 0 or 1).
* All of several claims: p is the largest (intersection-union test, no correction needed), p_against is Bonferroni's.
* Any of several: the reverse. Choosing the best of m candidates is an `any_of` and so pays its factor m.
* Chips whose number was decided while they came in (trials.until) are tested by the sequence that holds at any time
  (anytime.py); a trend or a spread of such chips is not tested.
* A trend: Page's L over trainings (chips where there is one training); a step that goes the wrong way keeps it from holding
  and, when significant after Bonferroni, makes it fail.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import special, stats

from ..statistics.intervals import LEVEL
from ..study.conditions import Missing
from .anytime import anytime_mean, require_fixed_number

HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"
ALPHA = 0.05


@dataclass(frozen=True)
class Claim:
    """One tested claim. `value`, `low`, `high` (95 % interval) and `threshold` in `unit`; `parts`: what it is made of."""

    text: str
    value: float
    low: float
    high: float
    threshold: str
    statistic: str
    p: float
    p_against: float
    over: str
    unit: str = ""
    exact: bool = False
    margin: float = 0.0  # the test statistic, positive in favour: orders claims whose p are both 0
    parts: tuple = field(default=(), repr=False)

    def verdict(self, alpha=ALPHA):
        """What the p-values say at the level `alpha`: "holds", "fails" or "undecided"."""
        return HOLDS if self.p < alpha else FAILS if self.p_against < alpha else UNDECIDED


@dataclass(frozen=True)
class _Mean:
    value: float
    error: float  # 0: nothing varies, or one trained network
    freedom: float
    over: str

    def t(self, threshold):
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.nan_to_num((self.value - threshold) / np.float64(self.error), nan=0.0, posinf=np.inf, neginf=-np.inf))

    def p_above(self, threshold):
        """For the null hypothesis that the expectation is at most the threshold."""
        if self.error == 0:
            return 0.0 if self.value > threshold else 1.0
        return float(special.stdtr(self.freedom, -self.t(threshold)))  # of stats.t, without its checks of every call

    def interval(self):
        half = special.stdtrit(self.freedom, 0.5 + LEVEL / 2) * self.error if self.error else 0.0
        return self.value - half, self.value + half


def above(values, threshold, text, *, over="trainings", scale=1.0, unit=""):
    """The expectation of `values` (a DataArray [replica, trial] or [replica]) is larger than the threshold."""
    return _one_sided(values, threshold, text, over, scale, unit, ">")


def below(values, threshold, text, *, over="trainings", scale=1.0, unit=""):
    """The expectation of `values` (a DataArray [replica, trial] or [replica]) is smaller than the threshold."""
    return _one_sided(values, threshold, text, over, scale, unit, "<")


def between(values, low, high, text, *, over="trainings", scale=1.0, unit=""):
    """The expectation lies between `low` and `high`: two one-sided tests."""
    options = {"over": over, "scale": scale, "unit": unit}
    both = all_of([above(values, low, text, **options), below(values, high, text, **options)], text)
    return replace(both, threshold=f"in {low * scale:g} .. {high * scale:g}", parts=())


def all_of(claims, text):
    """Every one of the claims; shows the numbers of the weakest."""
    claims = list(claims)
    against = min(1.0, len(claims) * min(claim.p_against for claim in claims))
    weakest = min(claims, key=_support)
    return _joined(claims, weakest, text, max(claim.p for claim in claims), against)


def any_of(claims, text):
    """At least one of the claims; shows the numbers of the strongest."""
    claims = list(claims)
    p = min(1.0, len(claims) * min(claim.p for claim in claims))
    return _joined(claims, max(claims, key=_support), text, p, max(claim.p_against for claim in claims))


def trend(series, direction, text, *, strict=True, labels=None, unit="", scale=1.0):
    """The expectations of `series` (DataArrays of the same pairs, in order) rise ("rises") or fall ("falls") throughout.

    `strict`: a step of exactly zero counts as a wrong one.
    """
    if len(series) < 3:
        raise Missing("at least three values of the axis")
    for each in series:
        if "trial" in each.dims and each.sizes["replica"] == 1:  # else over trainings, whose number is fixed
            require_fixed_number(each)
    sign = 1.0 if direction == "rises" else -1.0
    labels = labels or [str(index) for index in range(len(series))]
    steps = [_mean(sign * (b - a), "trainings") for a, b in zip(series, series[1:])]
    wrong = [index for index, step in enumerate(steps) if step.value < 0 or (strict and step.value == 0)]
    against = _against(steps, strict)
    worst = min(range(len(steps)), key=lambda index: steps[index].value)
    blocks = _blocks(series)
    exact = steps[0].over == "this training"
    if exact:
        p = 1.0 if wrong else 0.0
        statistic = f"{len(wrong)} of {len(steps)} steps the wrong way" if wrong else f"all {len(steps)} steps right"
    else:
        p, level = _page(blocks, direction)
        reverse, _ = _page(blocks, "falls" if direction == "rises" else "rises")
        against = min(1.0, 2 * min(against, reverse))
        statistic = f"Page L = {level:g}, {len(wrong)} of {len(steps)} steps the wrong way"
        p = 1.0 if wrong else p
    low, high = steps[worst].interval()
    low, high = sorted((sign * low, sign * high))
    where = f"{labels[worst]} to {labels[worst + 1]}"
    word = "> 0" if direction == "rises" else "< 0"
    return Claim(
        f"{text} (weakest step {where})", sign * steps[worst].value * scale, low * scale, high * scale,
        f"every step {word if strict else word.replace(' ', '= ')}", statistic, p, against, steps[0].over, unit, exact,
        margin=-float(len(wrong)) or 1.0,
    )  # fmt: skip


def spread_below(values, limit, text):
    """The sd over chips (within trainings, pooled) is smaller than `limit`: chi-squared test. `values` [replica, trial]."""
    require_fixed_number(values)
    array = values.values.astype(float)
    count = np.isfinite(array).sum(axis=1)
    freedom = int((count[count > 1] - 1).sum())
    if freedom < 9:
        raise Missing("at least ten chips a point")
    variance = float(np.nansum((array - np.nanmean(array, axis=1, keepdims=True)) ** 2) / freedom)
    statistic = freedom * variance / limit**2
    low, high = (np.sqrt(freedom * variance / stats.chi2.ppf(q, freedom)) for q in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2))
    p, against = float(stats.chi2.cdf(statistic, freedom)), float(stats.chi2.sf(statistic, freedom))
    return Claim(
        text, float(np.sqrt(variance)), float(low), float(high), f"< {limit:.3g}", f"chi2({freedom}) = {statistic:.4g}",
        p, against, "chips", margin=-statistic / freedom,
    )  # fmt: skip


def identical(differences, text):
    """Every one of the differences is exactly zero: compared, not tested."""
    if not differences.notnull().any():
        raise Missing("the same finished chips on both sides")
    largest = float(abs(differences).max())
    wrong = float(largest != 0.0)
    return Claim(
        text, largest, largest, largest, "= 0", "compared", wrong, 1.0 - wrong, "these chips", exact=True, margin=-largest
    )  # fmt: skip


def negated(claim, text, threshold):
    """The opposite of a claim."""
    return replace(claim, text=text, threshold=threshold, p=claim.p_against, p_against=claim.p, margin=-claim.margin)


def _one_sided(values, threshold, text, over, scale, unit, relation):
    anytime = anytime_mean(values, over)
    if anytime is not None:
        return _anytime_claim(anytime, threshold, text, scale, unit, relation)
    mean = _mean(values, over)
    up, t = mean.p_above(threshold), mean.t(threshold)
    down = 1.0 - up if mean.error else float(not mean.value < threshold)
    up, down = (up, down) if relation == ">" else (down, up)
    low, high = mean.interval()
    exact = mean.error == 0
    statistic = "compared" if exact else f"t({mean.freedom:.3g}) = {t:.3g}"
    against = float(up < 0.5) if exact else 1.0 - up
    return Claim(
        text, mean.value * scale, low * scale, high * scale, f"{relation} {threshold * scale:g}", statistic, up, against,
        mean.over, unit, exact, t if relation == ">" else -t,
    )  # fmt: skip


def _anytime_claim(mean, threshold, text, scale, unit, relation):
    side = 1 if relation == ">" else -1
    low, high = mean.interval()
    return Claim(
        text, mean.value * scale, low * scale, high * scale, f"{relation} {threshold * scale:g}", mean.statistic(),
        mean.p(threshold, side), mean.p(threshold, -side), mean.over, unit, margin=side * (mean.value - threshold),
    )  # fmt: skip


def _against(steps, strict):
    """Bonferroni's p for the null hypothesis that every step goes the right way."""
    ps = []
    for step in steps:
        if step.error:
            ps.append(1.0 - step.p_above(0.0))
        else:
            ps.append(0.0 if step.value < 0 or (strict and step.value == 0) else 1.0)
    return min(1.0, len(ps) * min(ps))


def _support(claim):
    return (-claim.p, claim.p_against, claim.margin)


def _joined(claims, shown, text, p, against):
    if len(claims) == 1:
        return replace(claims[0], text=_named(text, claims[0]), parts=tuple(claims))
    return replace(shown, text=_named(text, shown), p=p, p_against=against, parts=tuple(claims))


def _named(text, claim):
    return text if text == claim.text else f"{text}: {claim.text}"


def _mean(values, over):
    """Mean and standard error of a DataArray [replica, trial] or [replica]; see the module's text for `over`."""
    array = values.transpose("replica", ...).values.astype(float)
    if array.ndim == 1:
        array = array[np.isfinite(array)]
        if not len(array):
            raise Missing("finished trials")
        if len(array) == 1:
            return _Mean(float(array[0]), 0.0, np.nan, "this training")
        return _Mean(float(array.mean()), float(array.std(ddof=1) / np.sqrt(len(array))), len(array) - 1, "trainings")
    count = np.isfinite(array).sum(axis=1)
    array, count = array[count > 0], count[count > 0]
    if not len(array):
        raise Missing("finished trials of the same chips")
    means = np.nanmean(array, axis=1)
    if len(array) > 1 and (over == "trainings" or (count < 2).any()):
        return _Mean(float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means))), len(means) - 1, "trainings")
    if (count < 2).any():
        raise Missing("at least two chips or two trainings")
    variances = np.nanvar(array, axis=1, ddof=1) / count
    error = float(np.sqrt(variances.sum()) / len(array))
    freedom = float(variances.sum() ** 2 / (variances**2 / (count - 1)).sum()) if error else np.nan
    return _Mean(float(means.mean()), error, freedom, "chips" if len(array) == 1 else "chips of these trainings")


def _blocks(series):
    """Rows for Page's test: trainings, or the chips of a single one; columns: the series."""
    joined = [values.mean("trial") if "trial" in values.dims and values.sizes["replica"] > 1 else values for values in series]
    rows = np.stack([values.values.astype(float).reshape(-1) for values in joined], axis=1)
    return rows[np.isfinite(rows).all(axis=1)]


def _page(blocks, direction):
    if len(blocks) < 2:
        raise Missing("at least two chips or trainings that have every value of the axis")
    count, levels = blocks.shape
    order = np.arange(1, levels + 1) if direction == "rises" else np.arange(levels, 0, -1)
    method = "exact" if levels <= 8 and count <= 12 else "asymptotic"
    result = stats.page_trend_test(blocks, predicted_ranks=order, method=method)
    return float(result.pvalue), float(result.statistic)
