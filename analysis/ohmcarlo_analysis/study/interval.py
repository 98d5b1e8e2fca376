"""A number with its interval, as figures and tables show it."""

from dataclasses import dataclass

import numpy as np

from ..statistics.intervals import weighted_interval


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval over `count` trainings or chips (NaN bounds for a single one), and whose hash it has.

    `kind`: stopped.KINDS; one that is not Student's has the confidence of the experiment's rule.
    """

    mean: float
    low: float
    high: float
    count: int
    over: str
    experiment: str = ""
    kind: str = "student"

    @staticmethod
    def of_trainings(values, experiment=""):
        """From a DataArray [replica]."""
        found = values.values.astype(float)[None]
        present = np.isfinite(found)
        columns = weighted_interval(np.where(present, found, 0.0), np.ones_like(found), present)
        mean, low, high = (float(columns[name][0]) for name in ("mean", "ci_low", "ci_high"))
        return Interval(mean, low, high, int(present.sum()), "trainings", experiment)
