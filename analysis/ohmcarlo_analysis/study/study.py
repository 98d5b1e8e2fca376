"""Several results files as one body of evidence: ask for a metric at some settings, swept or fixed, in whichever file has it.

Files of one experiment (the same hash) are shards and become one dataset. A setting of a file is a value of its axis, the
value in its experiment file, or the default of the key. Chips of two points are pairs when they have the same replica and
trial; that holds across files only with one seed and equal settings elsewhere, which is checked.
"""

import itertools

import numpy as np
import xarray as xr

from ..statistics.summary import POOLED_BY, chance_level, summarise
from .conditions import Missing, shown
from .experiment import at_one_point, squeeze_points
from .interval import Interval
from .pairs import difference


class Study:
    """The experiments of one question; see the module's text."""

    def __init__(self, experiments, models=(), runs=()):
        self.experiments = list(experiments)
        self.models = list(models)  # {"identity": {key: text}, "validation_accuracy": float}
        self.runs = list(runs)  # {"name", "hash", ... , "hosts", "seconds"}: one for every start of a job

    def setups(self):
        """{words: Study} for every data set and network in the files."""
        parts = {}
        for part in itertools.chain.from_iterable(experiment.setups() for experiment in self.experiments):
            parts.setdefault(part.setup(), []).append(part)
        return {name: Study(part, self.models, self.runs) for name, part in parts.items()}

    def setup(self):
        """The set-up in words; several are joined."""
        return "; ".join(dict.fromkeys(experiment.setup() for experiment in self.experiments))

    def values(self, key, where=None):
        """All values of a key at points with these settings: numbers ascending, texts in order of appearance."""
        parts = [part for experiment in self.experiments if (part := experiment.narrowed(where or {}))]
        found = list(itertools.chain.from_iterable(part.values(key) for part in parts))
        if all(isinstance(value, (int, float, np.number)) for value in found):
            return sorted({float(value) for value in found})
        return list(dict.fromkeys(found))

    def has(self, metric, where):
        """Whether the metric can be had at this point."""
        try:
            self._at(metric, where)
        except Missing:
            return False
        return True

    def cells(self, metric, where, layer=None):
        """The metric at one point: a DataArray [replica, trial]; [replica] for what belongs to trained networks.

        `ekl` of several trainings is pooled over the chips of each. Raises Missing.
        """
        experiment = self._at(metric, where)
        values = squeeze_points(experiment, metric, layer)
        if metric in POOLED_BY and POOLED_BY[metric] in experiment.dataset and values.sizes["replica"] > 1:
            images = squeeze_points(experiment, POOLED_BY[metric], None)
            values = (values * images).sum("trial") / images.where(values.notnull()).sum("trial")
        if "trial" in values.dims and metric in OF_MODELS:
            values = values.mean("trial")
        values.attrs = {"experiment": experiment, "where": tuple(where)}
        return values

    def interval(self, metric, where, layer=None):
        """The metric at one point as an Interval, by the rules of statistics.summarise(). Raises Missing."""
        values = self.cells(metric, where, layer)
        if "trial" not in values.dims and metric not in POOLED_BY:
            return Interval.of_trainings(values, values.attrs["experiment"].hash)
        experiment = values.attrs["experiment"]
        dataset = at_one_point(experiment.dataset, metric)
        return _summarised(dataset if layer is None else dataset.sel(layer=[layer]), metric, experiment.hash)

    def interval_of_difference(self, metric, where, other):
        """As interval(), for the metric at `where` minus that of the same chips at `other`."""
        one = self.cells(metric, where)
        change = difference(one, self.cells(metric, other))
        state = change.notnull().astype(int)
        return _summarised(xr.Dataset({"change": change, "state": state}, attrs={"sources": [""]}), "change", one.attrs["experiment"].hash)

    def chance(self):
        """The accuracy of guessing, or None where the number of classes is not known."""
        return next((chance_level(each.dataset.attrs) for each in self.experiments), None)

    def _at(self, metric, where):
        parts = [part for experiment in self.experiments if (part := experiment.narrowed(where))]
        known = [part for part in parts if metric in part.dataset]
        filled = [part for part in known if part.dataset[metric].notnull().any()]
        if not filled:
            place = ", ".join(f"{key} = {shown(value)}" for key, value in where.items())
            raise Missing(f"the metric {metric}" if parts and not known else f"{metric} at {place}" if place else metric)
        return filled[0]


# Equal for all chips of a training; results files hold one number a replica, or repeat it for every chip.
OF_MODELS = {"clean_accuracy", "clean_loss", "kurtosis", "weight_entropy", "relative_error"}


def _summarised(dataset, metric, experiment):
    summary = summarise(dataset, metric)
    mean, low, high = (float(summary[name].values.item()) for name in ("mean", "ci_low", "ci_high"))
    over = summary.attrs["interval_over"]
    return Interval(mean, low, high, int(summary["replicas" if over == "trainings" else "count"].values.item()), over, experiment)
