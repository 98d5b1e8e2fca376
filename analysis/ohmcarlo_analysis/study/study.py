"""Several results files as one body of evidence: ask for a metric at some settings, swept or fixed, in whichever file has it.

Files of one experiment (of equal hash) are shards and become one dataset. The settings of its points are what the file says
they are; an older file says what its experiment file does, and the frozen table the defaults of its time. Chips of two points
are pairs when they have equal replicas and trials; that holds across files only with one seed and equal settings elsewhere,
which is checked.
"""

import itertools

import numpy as np
import xarray as xr

from ..reading.metrics import belongs_to_trainings, pooled_over
from ..reading.until import UNTIL
from ..statistics.sampled import VARIANCES, sampled_points
from ..statistics.stopped import NEEDS
from ..statistics.summary import chance_level, estimate
from .conditions import ANY, Missing, shown
from .experiment import only_point
from .interval import Interval
from .pairs import difference


SEQUENTIAL = "sequential"  # a coordinate of cells whose number was decided while they came in; differences keep it
RACED = "raced"  # likewise, where the number of trainings was
SAMPLED = "sampled"  # ... of cells that are estimates, each from a sample of the test images


class Study:
    """The experiments of one question; see the module's text."""

    def __init__(self, experiments, models=(), runs=()):
        self.experiments = list(experiments)
        self.models = list(models)  # {"identity": {key: text}, "validation_accuracy": float}
        self._answers, self._places = {}, {}  # what was asked before
        self.runs = list(runs)  # {"name", "hash", ... , "hosts", "seconds"}: one for every start of a job

    def setups(self):
        """{words: Study} for every data set and network in the files."""
        parts = {}
        for part in itertools.chain.from_iterable(experiment.setups() for experiment in self.experiments):
            parts.setdefault(part.setup(), []).append(part)
        return {name: Study(part, self.models, self.runs) for name, part in parts.items()}

    def apart(self):
        """A Study of each experiment alone."""
        return [Study([each], self.models, self.runs) for each in self.experiments]

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
        question = (metric, tuple(where.items()), layer)
        if question not in self._answers:
            self._answers[question] = self._cells(metric, where, layer)
        return self._answers[question]

    def _cells(self, metric, where, layer):
        experiment = self._at(metric, where)
        variable = experiment.metric(metric)
        values = _at_only_point(variable, experiment.axes, layer)
        images = experiment.metric(pooled_over(variable))
        if images is not None and values.sizes["replica"] > 1:
            images = _at_only_point(images, experiment.axes)
            values = (values * images).sum("trial") / images.where(values.notnull()).sum("trial")
        if "trial" in values.dims and belongs_to_trainings(variable):
            values = values.mean("trial")
        if "trial" in values.dims and UNTIL in experiment.attrs:
            values = values.assign_coords({SEQUENTIAL: True})
        if UNTIL in experiment.attrs and experiment.attrs[UNTIL].trainings:
            values = values.assign_coords({RACED: True})
        if "trial" in values.dims and _is_sampled(experiment, metric, variable):
            values = values.assign_coords({SAMPLED: True})
        values.attrs = {"experiment": experiment, "where": tuple(where)}
        return values

    def interval(self, metric, where, layer=None):
        """The metric at one point as an Interval, by the rules of statistics.summarise(). Raises Missing."""
        values = self.cells(metric, where, layer)
        experiment = values.attrs["experiment"]
        variable = experiment.metric(metric)
        if "trial" not in values.dims and pooled_over(variable) is None:
            return Interval.of_trainings(values, experiment.hash)
        place = only_point(variable, experiment.axes)
        names = [metric, pooled_over(variable), "state", *(NEEDS if UNTIL in experiment.attrs else ())]
        dataset = experiment.part(dict.fromkeys(names), {key: [place.get(key, 0)] for key in experiment.axes})
        return _summarised(dataset if layer is None else dataset.sel(layer=[layer]), metric, experiment.hash)

    def interval_of_difference(self, metric, where, other):
        """The metric at `where` minus that of the same chips at `other`, as an Interval. Raises Missing."""
        one, two = self.cells(metric, where), self.cells(metric, other)
        change = difference(one, two)
        rules = [each.attrs["experiment"].attrs.get(UNTIL) for each in (one, two)]
        rule = {UNTIL: each.unmet() for each in rules if each is not None}
        changes = xr.Dataset({"change": change, "state": change.notnull().astype(int)}, attrs={"sources": [""], **rule})
        return _summarised(changes, "change", one.attrs["experiment"].hash)

    def chance(self):
        """The accuracy of guessing, or None where the number of classes is not known."""
        level = chance_level(self.experiments[0].dataset) if self.experiments else None
        return level if isinstance(level, float) else None  # points that differ in their classes have no one level

    def _at(self, metric, where):
        """The first experiment, narrowed to these settings, that has a value of the metric."""
        question = (metric, tuple(where.items()))
        if question not in self._places:
            self._places[question] = self._found(metric, where)
        found = self._places[question]
        if isinstance(found, str):
            raise Missing(found)
        return found

    def _found(self, metric, where):
        parts = [part for experiment in self.experiments if (part := experiment.narrowed(where))]
        known = [(part, variable) for part in parts if (variable := part.metric(metric)) is not None]
        for part, variable in known:
            if variable.notnull().values.any():
                return part
        place = ", ".join(f"{key} = {shown(value)}" for key, value in where.items() if value is not ANY)
        return f"the metric {metric}" if parts and not known else f"{metric} at {place}" if place else metric


def _at_only_point(variable, axes, layer=None):
    """The values of the one point, without its axes. Raises Missing for an axis or a layer that has to be chosen."""
    place = only_point(variable, axes)
    values = variable.isel({key: place.get(key, 0) for key in axes if key in variable.dims}, drop=True)
    if layer is not None:
        if "layer" not in values.dims or layer not in values["layer"].values:
            raise Missing(f"layer {layer} of {variable.name}")
        values = values.sel(layer=layer, drop=True)
    return values


def _is_sampled(experiment, metric, variable):
    if experiment.metric(VARIANCES["loss"]) is None:
        return False
    place = only_point(variable, experiment.axes)
    part = experiment.part(["state", VARIANCES["loss"]], {key: [place.get(key, 0)] for key in experiment.axes})
    return bool(sampled_points(part, metric).any())


def _summarised(dataset, metric, experiment):
    summary = estimate(dataset, metric)
    mean, low, high = (float(summary[name].values.item()) for name in ("mean", "ci_low", "ci_high"))
    over = summary.attrs["interval_over"]
    count = int(summary["replicas" if over == "trainings" else "count"].values.item())
    kind = summary["interval_kind"].values.item() if over == "chips" and "interval_kind" in summary else "student"
    return Interval(mean, low, high, count, over, experiment, kind)
