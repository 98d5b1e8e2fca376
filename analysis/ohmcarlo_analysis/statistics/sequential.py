"""Intervals of means over chips whose number was decided while they came in, and the rules that decide it.

Half-widths are those of the mean of n values with standard deviation sd (divisor n - 1), alpha = 1 - confidence:

    fixed-width  t sd / sqrt(n) + |g1| sd (1 + 2 t^2) / (6 n)                 (Johnson 1978: g1 is the skewness; Chow, Robbins 1965)
    sequence     sd sqrt((n - 1) / n) sqrt((R - 1) / (1 - R c / (n + c)))     (Lai 1976: a mixture of t statistics)
                 with R = ((n + c) / (c alpha^2))^(1 / n), c = 1 / rho2; it holds at all n at once

The betting interval (Waudby-Smith, Ramdas 2023, hedged) is for values in 0..1 and depends on their order.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from .intervals import weighted_interval

N0 = 250  # chips at which sequences are narrowest, the same for all points and so never chosen from data
LARGEST_BET = 0.5  # of the capital that one value may cost
FEWEST = 8  # chips with values that let a rule stop
HALVINGS = 60


def looks(first, last, group=1):
    """The numbers of chips at which a rule looks, ascending: whole groups, each look a quarter beyond the one before it."""
    found = [group * -(-first // group)]
    while found[-1] < last:
        found.append(group * -(-(-(-5 * found[-1] // 4)) // group))
    return [look for look in found if look < last] + [last]


def skewness(values):
    """m3 / m2^1.5 with divisor n; 0 where nothing varies."""
    distance = values - values.mean()
    spread = np.sqrt((distance**2).mean())
    return float(((distance / spread) ** 3).mean()) if np.ptp(values) and spread else 0.0


def fixed_width_half(count, sd, skew, confidence=0.95):
    """The half-width of the fixed-width interval; Student's where `skew` is 0."""
    if count < 2:
        return np.inf
    t = special.stdtrit(count - 1, 0.5 + confidence / 2)
    return t * sd / np.sqrt(count) + abs(skew) * sd * (1 + 2 * t**2) / (6 * count)


def tuned_rho2(alpha, n0=N0):
    """The rho2 whose sequence at the level alpha is narrowest at n0 values."""
    return float((-special.lambertw(-(alpha**2) / np.e, -1).real - 1) / n0)


def sequence_half(count, sd, confidence=0.95, n0=N0):
    """The half-width of the sequence, of arrays too; infinite where there are too few values."""
    alpha = 1 - confidence
    c = 1 / tuned_rho2(alpha, n0)
    n = np.asarray(count, float)
    with np.errstate(all="ignore"):
        ratio = ((n + c) / (c * alpha**2)) ** (1 / n)
        rest = 1 - ratio * c / (n + c)
        half = sd * np.sqrt((n - 1) / n * (ratio - 1) / rest)
    return np.where((n >= 2) & (rest > 0), half, np.inf)


def sequence_p(count, mean, sd, n0=N0):
    """The p-value of the null hypothesis that the expectation is 0, valid however one has stopped; 1 where all values are 0.

    1 / M of the mixture that the sequence inverts: below alpha where the sequence at the level alpha leaves out 0, for
    the rho2 of the level 0.05.
    """
    if count < 2 or mean == 0:
        return 1.0
    c = 1 / tuned_rho2(0.05, n0)
    share = count * mean**2 / ((count + c) * (mean**2 + (count - 1) * sd**2 / count))
    return float(min(1.0, np.exp((np.log((count + c) / c) + count * np.log1p(-share)) / 2)))


def betting_interval(values, confidence=0.95):
    """(low, high) of the mean of values in 0..1, in their order; NaN if no mean is left."""
    low, high = _betting_end(values, confidence), 1 - _betting_end(1 - values, confidence)
    return (low, high) if low <= high else (np.nan, np.nan)


def _betting_end(values, confidence):
    """The largest mean that bets on values above it exclude: their capital, half of the whole, reaches 1 / alpha."""
    bets, target = betting_fractions(values, confidence), np.log(2 / (1 - confidence))

    def excludes(mean):
        stakes = np.minimum(bets, LARGEST_BET / mean) if mean > 0 else bets
        return bool((np.cumsum(np.log1p(stakes * (values - mean))) >= target).any())

    if not excludes(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return low


def betting_fractions(values, confidence=0.95):
    """The bet on each value, from the variance of those before it."""
    number = np.arange(1, len(values) + 1)
    means = (0.5 + np.cumsum(values)) / (number + 1)
    variances = (0.25 + np.cumsum((values - means) ** 2)) / (number + 1)
    before = np.concatenate([[0.25], variances[:-1]])
    return np.sqrt(2 * np.log(2 / (1 - confidence)) / (before * number * np.log1p(number)))


@dataclass(frozen=True)
class Stop:
    """Where a rule has stopped: at `chips` (0: nowhere yet), with (low, high) of its own kind where the target was `met`."""

    chips: int = 0
    met: bool = False
    low: float = np.nan
    high: float = np.nan


def apply_rule(until, values, group=1, images=np.inf):
    """The Stop of an Until on the values of chips that are all complete; NaN is a failed chip, which is left out.

    `group`: chips that are computed together. `images`: over how many each value is counted, which bounds the spread that
    equal chips are credited with.
    """
    for look in looks(until.min, until.max, group):
        if look > len(values):
            return Stop()
        there = values[:look][np.isfinite(values[:look])]
        if len(there) < FEWEST:
            continue
        low, high = _interval(until, there, images)
        if max(there.mean() - low, high - there.mean()) <= until.half_width:
            return Stop(look, True, low, high)
    return Stop(until.max)


def _interval(until, values, images):
    if until.interval == "betting":
        return betting_interval(values, until.confidence)
    count = len(values)
    found = weighted_interval(values, np.ones(count), np.ones(count, bool))
    mean, sd = float(found["mean"]), max(float(found["sd"]), np.sqrt(1 / (4 * images * count)))
    if until.interval == "sequence":
        half = float(sequence_half(count, sd, until.confidence))
    else:
        half = float(fixed_width_half(count, sd, skewness(values), until.confidence))
    return mean - half, mean + half
