"""Claims about numbers and the tests that decide them, with three outcomes: it holds, it fails, it stays undecided.

Every claim has two p-values: `p` for the null hypothesis that it is false, `p_against` for the one that it is true. A claim
holds when p < alpha, fails when p_against < alpha, and is undecided in between. So a false claim holds with a probability of
at most alpha, also at the border, where it is only just false: test_claims_statistical.py measures it for every rule here.
Alpha is that of one claim: of forty claims that are only just false two hold.

* One number against a threshold: a one-sided t-test (means.py: over what, and what skewness and equal values do to it).
* All of several claims: p is the largest (intersection-union test, no correction needed), p_against is Bonferroni's.
* Any of several: the reverse. "The best of m has it" where having it is what makes it the best: such a choice pays its factor m.
* A claim about one of m candidates that the tested data, or trainings that are tested, have chosen: chosen(), both p times m.
* A trend is all of its steps: a one-sided test of each, all of which must pass. That the whole goes up says nothing about a
  step in it. Equality cannot be shown, so "does not fall" needs a margin, stated with the claim: no value lies below an earlier
  one by the margin or more. These are all pairs and not neighbours alone, for many small steps are a fall.
* A spread: a chi-squared test, with fewer degrees of freedom for long tails and skewness.
* Chips whose number was decided while they came in (trials.until) are tested by the sequence (anytime.py), in a trend, too; their
  spread is not tested, for the rule looked at it. Likewise trainings whose number a race decided.
* Chips that saw samples of the test images (trials.images) are tested like others where the claim is about a mean. Claims about
  single chips are not tested: their spread has that of the samples in it, and equal samples do not make equal chips.
"""

import itertools
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import special

from ..statistics.intervals import LEVEL
from ..study.conditions import Missing
from .anytime import anytime_mean, require_fixed_number
from .means import mean_of, rows
from .sampled import require_all_images

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
    favour: float = 0.0  # the test statistic, positive in favour: orders claims whose p are both 0
    parts: tuple = field(default=(), repr=False)

    def verdict(self, alpha=ALPHA):
        """What the p-values say at the level `alpha`: "holds", "fails" or "undecided"."""
        return HOLDS if self.p < alpha else FAILS if self.p_against < alpha else UNDECIDED


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


def ratio_below(logarithms, limit, text, *, over="trainings"):
    """The geometric mean of ratios, whose `logarithms` are given, is smaller than `limit`: tested by the logarithms, shown as a ratio."""
    claim = below(logarithms, np.log(limit), text, over=over)
    value, low, high = (float(np.exp(each)) for each in (claim.value, claim.low, claim.high))
    return replace(claim, value=value, low=low, high=high, threshold=f"< {limit:.3g}")


def all_of(claims, text):
    """Every one of the claims; shows the numbers of the weakest, after `text` where that is not empty."""
    claims = list(claims)
    against = min(1.0, len(claims) * min(claim.p_against for claim in claims))
    weakest = min(claims, key=_support)
    return _joined(claims, weakest, text, max(claim.p for claim in claims), against)


def any_of(claims, text):
    """At least one of the claims; shows the numbers of the strongest."""
    claims = list(claims)
    p = min(1.0, len(claims) * min(claim.p for claim in claims))
    return _joined(claims, max(claims, key=_support), text, p, max(claim.p_against for claim in claims))


def chosen(claim, among):
    """A claim about one of `among` candidates that was chosen with the data that test it: Bonferroni's correction."""
    if among < 2:
        return claim
    p, against = (min(1.0, among * each) for each in (claim.p, claim.p_against))
    return replace(claim, p=p, p_against=against, statistic=f"{claim.statistic}, chosen among {among}")


def trend(series, direction, text, *, margin=0.0, labels=None, unit="", scale=1.0):
    """The expectations of `series` (DataArrays of the same pairs, in order) rise ("rises") or fall ("falls") throughout.

    `margin` 0: every step has the direction. Above 0, in the unit of `series`: no expectation lies by the margin or more on the
    wrong side of any earlier one ("does not fall", "does not rise").
    """
    count = len(series)
    if count < 3:
        raise Missing("at least three values of the axis")
    labels = labels or [str(index) for index in range(count)]
    pairs = itertools.combinations(range(count), 2) if margin else itertools.pairwise(range(count))
    test, threshold = (above, -margin) if direction == "rises" else (below, margin)
    options = {"scale": scale, "unit": unit}
    steps = [test(series[b] - series[a], threshold, f"{labels[a]} to {labels[b]}", **options) for a, b in pairs]
    weakest = min(steps, key=_support)
    which = "change from one value to a later one" if margin else "step"
    return replace(
        all_of(steps, text), text=f"{text} (weakest: {weakest.text})", threshold=f"every {which} {weakest.threshold}",
        statistic=f"{weakest.statistic}, the weakest of {len(steps)}",
    )  # fmt: skip


def spread_below(values, limit, text):
    """The sd over chips (within trainings, pooled) is smaller than `limit`. `values` [replica, trial].

    A chi-squared test whose degrees of freedom f become f / (1 + g f / (2 n)) for n chips of excess kurtosis g, since
    Var(s^2) = sigma^4 (2 / f + g / n). Bare, it lets 16 % of false claims hold at a skewness of -1.5.
    """
    require_fixed_number(values)
    require_all_images(values)
    array = values.values.astype(float)
    count = np.isfinite(array).sum(axis=1)
    if (count[count > 1] - 1).sum() < 9:
        raise Missing("at least ten chips a point")
    variance, freedom = _pooled_variance(array[count > 1])
    statistic = freedom * variance / limit**2
    low, high = (np.sqrt(freedom * variance / special.chdtri(freedom, q)) for q in (0.5 - LEVEL / 2, 0.5 + LEVEL / 2))
    p, against = float(special.chdtr(freedom, statistic)), float(special.chdtrc(freedom, statistic))
    return Claim(
        text, float(np.sqrt(variance)), float(low), float(high), f"< {limit:.3g}", f"chi2({freedom:.4g}) = {statistic:.4g}",
        p, against, "chips", favour=-statistic / freedom,
    )  # fmt: skip


def identical(differences, text):
    """Every one of the differences is exactly zero: compared, not tested."""
    require_all_images(differences)
    if not differences.notnull().any():
        raise Missing("the same finished chips on both sides")
    largest = float(abs(differences).max())
    wrong = float(largest != 0.0)
    return Claim(
        text, largest, largest, largest, "= 0", "compared", wrong, 1.0 - wrong, "these chips", exact=True, favour=-largest
    )  # fmt: skip


def negated(claim, text, threshold):
    """The opposite of a claim."""
    return replace(claim, text=text, threshold=threshold, p=claim.p_against, p_against=claim.p, favour=-claim.favour)


def _one_sided(values, threshold, text, over, scale, unit, relation):
    mean, side = anytime_mean(values, over) or mean_of(values, over), 1 if relation == ">" else -1
    p = mean.p(threshold, side)
    against = 1.0 - p if mean.compared else mean.p(threshold, -side)
    low, high = mean.interval()
    return Claim(
        text, mean.value * scale, low * scale, high * scale, f"{relation} {threshold * scale:g}", mean.statistic(threshold, side),
        p, against, mean.over, unit, mean.compared, mean.t(threshold, side),
    )  # fmt: skip


def _pooled_variance(array):
    """(variance within the rows, degrees of freedom that their kurtosis leaves) of an array [replica, trial] with NaN.

    The excess kurtosis is the larger of the measured one, which few chips underestimate, and of 1.5 times the squared skewness:
    that of a gamma distribution as skewed as these. Never below 0.
    """
    _, centred, count = rows(array)
    freedom = float((count - 1).sum())
    variance = float((centred**2).sum() / freedom)
    full = count > 3
    if not full.any() or variance == 0:
        return variance, freedom
    n = count[full]
    second, third, fourth = ((centred[full] ** power).sum(axis=1) / n for power in (2, 3, 4))
    cumulant = n**2 * ((n + 1) * fourth - 3 * (n - 1) * second**2) / ((n - 1) * (n - 2) * (n - 3))
    skewness = np.mean(n**2 * third / ((n - 1) * (n - 2))) / variance**1.5
    excess = max(0.0, float(np.mean(cumulant)) / variance**2, 1.5 * float(skewness) ** 2)
    return variance, freedom / (1 + excess * freedom / (2 * count.sum()))


def _support(claim):
    return (-claim.p, claim.p_against, claim.favour)


def _joined(claims, shown, text, p, against):
    if len(claims) == 1:
        return replace(claims[0], text=_named(text, claims[0]), parts=tuple(claims))
    return replace(shown, text=_named(text, shown), p=p, p_against=against, parts=tuple(claims))


def _named(text, claim):
    return claim.text if text in ("", claim.text) else f"{text}: {claim.text}"
