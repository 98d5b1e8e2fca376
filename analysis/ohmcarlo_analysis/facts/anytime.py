"""Means of chips whose number was decided while they came in, tested against a threshold at any time.

A t-test takes the number of chips as fixed. Where `trials.until` decided it, the test is the one that the sequence inverts: a
claim holds at the level alpha when the sequence of that level lies on its side of the threshold. The sequence holds at all numbers
of chips at once, so no rule for stopping, and no look at unfinished files, lets more than alpha of false claims hold; the price is
some 2.5 times the chips. With several trainings the chips are means over them; claims over trainings keep their t-test where
the number of trainings is fixed. Where a race decided it (`trials.race.chips`) they are tested alike, over the means of trainings.
"""

from dataclasses import dataclass

import numpy as np

from ..statistics.intervals import weighted_interval
from ..statistics.sequential import N0, sequence_half, sequence_p
from ..statistics.stopped import TRAININGS
from ..study.conditions import Missing
from ..study.study import RACED, SEQUENTIAL


@dataclass(frozen=True)
class AnytimeMean:
    """The mean of `count` chips, or trainings, with their sd; answers what means.Mean does."""

    value: float
    sd: float
    count: int
    over: str
    tuned_for: int = N0  # units at which the sequence is narrowest
    compared = False

    def t(self, threshold, side):
        """How far the mean is above (side 1) or below (side -1) the threshold, in standard errors; infinite without any."""
        distance = side * (self.value - threshold)
        if self.sd == 0:
            return float(np.copysign(np.inf, distance)) if distance else 0.0
        return float(distance * np.sqrt(self.count) / self.sd)

    def p(self, threshold, side):
        """The p-value for being above (side 1) or below (side -1) the threshold; 1 for a mean that is not."""
        distance = side * (self.value - threshold)
        return sequence_p(self.count, distance, self.sd, self.tuned_for) if distance > 0 else 1.0

    def interval(self):
        """The 95 % sequence; no bounds where there are too few chips."""
        half = float(sequence_half(self.count, self.sd, n0=self.tuned_for))
        half = half if np.isfinite(half) else np.nan
        return self.value - half, self.value + half

    def statistic(self, threshold, side):
        """The test in words."""
        return f"sequence (anytime-valid) of {self.count} {'trainings' if self.over == 'trainings' else 'chips'}"


def anytime_mean(values, over):
    """The AnytimeMean of a DataArray [replica, trial] or [replica]; None where the number of what it is over was fixed."""
    if over == "trainings" and RACED in values.coords:
        return _mean_of_trainings(values.mean("trial") if "trial" in values.dims else values)
    if SEQUENTIAL not in values.coords or "trial" not in values.dims:
        return None
    array = values.transpose("replica", "trial").values.astype(float)
    there = np.isfinite(array)
    array, there = array[there.any(axis=1)], there[there.any(axis=1)]
    if not len(array) or (there.sum(axis=1) < 2).any() or (len(array) > 1 and over == "trainings"):
        return None
    number = there.sum(axis=0)
    chips = np.where(there, array, 0.0).sum(axis=0) / np.maximum(number, 1)
    found = weighted_interval(chips, np.ones_like(chips), number > 0)
    return AnytimeMean(
        float(found["mean"]), float(found["sd"]), int(found["count"]), "chips" if len(array) == 1 else "chips of these trainings"
    )


def _mean_of_trainings(means):
    """Of raced trainings, two or more that have a value; else None."""
    means = means.values.ravel()
    means = means[np.isfinite(means)]
    if len(means) < 2:
        return None
    return AnytimeMean(float(means.mean()), float(means.std(ddof=1)), len(means), "trainings", TRAININGS)


def require_fixed_number(values):
    """Raises Missing unless the number of chips was fixed beforehand."""
    if SEQUENTIAL in values.coords:
        raise Missing("a number of chips that was fixed beforehand (trials.count, not trials.until)")
