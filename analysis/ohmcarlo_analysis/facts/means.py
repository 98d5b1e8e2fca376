"""A mean of chips or trainings with its standard error, and one-sided p-values against a threshold.

What a mean is over is named: "trainings" (replica means), "chips" (of the one training), "chips of these trainings" (replicas
as strata), "this training" (a property of one trained network: compared, not tested).

Chips of noisy arrays are skewed to the left, by -0.5 to -1.5 where errors are small, and Student's one-sided test then lets
7 to 9 % of false claims over 20 chips hold instead of 5 %. So the smaller of two t counts: Student's T, and T as Hall's monotone
transformation corrects it for skewness (P. Hall, J. R. Statist. Soc. B 54, 1992), T + k T^2 / 3 + k^2 T^3 / 27 + k / 6, k being
the third cumulant of the mean over the cube of its standard error (skewness / sqrt(n) for one sample). That leaves 5.4 to 6.4 %
there, 4.4 % of normal chips, and no claim holds whose Student interval says otherwise. Fewer than FEWEST units do not show
their skewness: these have Student's test alone.

Units that are all equal have no spread for a t-test. Where trainings differ by a few images this happens by chance, so they
count by the sign test: 2^-n if they lie on the claimed side, 1 else. Three equal trainings decide nothing, twenty equal chips do.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from ..statistics.intervals import LEVEL
from ..study.conditions import Missing

FEWEST = 6  # units, for a correction of skewness


@dataclass(frozen=True)
class Mean:
    """An estimated expectation. `error`: its standard error, 0 where nothing varies; `skew`: k of the module's text."""

    value: float
    error: float
    freedom: float
    units: int
    over: str
    skew: float = 0.0

    @property
    def compared(self):
        """Whether this is one number without any error, that is compared with thresholds and not tested."""
        return self.over == "this training"

    def t(self, threshold, side):
        """The test statistic for being above (side 1) or below (side -1) the threshold: positive in favour.

        Infinite where nothing varies, 0 on the threshold.
        """
        distance = side * (self.value - threshold)
        if self.error == 0:
            return float(np.copysign(np.inf, distance)) if distance else 0.0
        t, k = distance / self.error, side * self.skew
        return float(min(t, t + k * t**2 / 3 + k**2 * t**3 / 27 + k / 6))

    def p(self, threshold, side):
        """The p-value of the null hypothesis that the expectation is on the threshold or beyond it, on the other side."""
        t = self.t(threshold, side)
        if self.error:
            return float(special.stdtr(self.freedom, -t))  # of stats.t, without its checks of every call
        if t <= 0:
            return 1.0
        return 0.0 if self.compared else 0.5**self.units

    def interval(self):
        """Student's 95 % interval, the one of every table, without the correction for skewness."""
        half = special.stdtrit(self.freedom, 0.5 + LEVEL / 2) * self.error if self.error else 0.0
        return self.value - half, self.value + half

    def statistic(self, threshold, side):
        """The test in words."""
        if self.compared:
            return "compared"
        if self.error == 0:
            return f"sign test, {self.units} equal values"
        student, counts = (self.value - threshold) / self.error, side * self.t(threshold, side)
        corrected = "" if counts == student else f", {counts:.3g} corrected for skewness"
        return f"t({self.freedom:.3g}) = {student:.3g}{corrected}"


def mean_of(values, over):
    """The Mean of a DataArray [replica, trial] or [replica] over "trainings" or "chips".

    Means over trainings need two of them, else they are over the chips of the one there is; so are those over chips where a
    training has a single one. Raises Missing where there is too little of both.
    """
    array = values.transpose("replica", ...).values.astype(float)
    if array.ndim == 1:
        array = array[np.isfinite(array)]
        if not len(array):
            raise Missing("finished trials")
        return Mean(float(array[0]), 0.0, np.nan, 1, "this training") if len(array) == 1 else _of_strata(array[None], "trainings")
    count = np.isfinite(array).sum(axis=1)
    array, count = array[count > 0], count[count > 0]
    if not len(array):
        raise Missing("finished trials of the same chips")
    if len(array) > 1 and (over == "trainings" or (count < 2).any()):
        return _of_strata(np.nanmean(array, axis=1)[None], "trainings")
    if (count < 2).any():
        raise Missing("at least two chips or two trainings")
    return _of_strata(array, "chips" if len(array) == 1 else "chips of these trainings")


def _of_strata(array, over):
    """The Mean of the rows' means; rows are strata of independent units (NaN: none), degrees of freedom Welch-Satterthwaite's."""
    means, centred, count = rows(array)
    variances = (centred**2).sum(axis=1) / (count - 1) / count
    value, variance = float(means.mean()), float(variances.sum())
    if variance == 0:
        return Mean(value, 0.0, np.nan, int(count.sum()), over)
    freedom = float(variance**2 / (variances**2 / (count - 1)).sum())
    skew = 0.0
    if count.min() >= FEWEST:
        cumulants = (centred**3).sum(axis=1) / ((count - 1) * (count - 2)) / count  # unbiased, of the rows' means
        skew = float(cumulants.sum() / variance**1.5)
    return Mean(value, float(np.sqrt(variance)) / len(array), freedom, int(count.sum()), over, skew)


def rows(array):
    """(means, distances from them with 0 where there is no value, numbers of values) of the rows of an array with NaN."""
    present = np.isfinite(array)
    count = present.sum(axis=1)
    least = np.where(present, array, np.inf).min(axis=1)[:, None]  # taken away first: equal values have no spread at all
    distance = np.where(present, array - least, 0.0)
    mean = (distance.sum(axis=1) / count)[:, None]
    return (least + mean)[:, 0], np.where(present, distance - mean, 0.0), count
