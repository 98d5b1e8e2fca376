"""One experiment of a study: its dataset, and the settings that its points share."""

import itertools

import numpy as np

from ..reading.merge import swept_keys
from ..reading.selection import as_text
from .conditions import Missing, matches

# Of the keys that facts and figures ask for and that an experiment file may leave out.
DEFAULTS = {
    "training.method": "plain",
    "training.logit_scale": 1,
    "training.noise_sigma": "tested",
    "hardware.simulate": "weights",
    "hardware.mapping": "one-sided",
    "hardware.variation.sigma": 0.0,
    "hardware.variation.clip": "none",
    "hardware.faults.rate": 0.0,
    "hardware.defects.rate": 0.0,
    "hardware.defects.layers": "all",
    "deployment.steps": "[]",
    "deployment.calibrate.groups": 1,
    "deployment.in-situ.threshold": 1e-2,
    "network.architecture": "mlp",
    "network.hidden": "[100]",
}
SETUP = ("data.", "network.")  # what makes two experiments incomparable from the start


class Experiment:
    """One dataset of load() and the settings its points share."""

    def __init__(self, dataset, fixed):
        self.dataset = dataset
        self.fixed = fixed

    @property
    def hash(self):
        return str(self.dataset.attrs["experiment_hash"])

    def values(self, key):
        """All values that `key` takes here; none where it is neither swept, written down nor known by default."""
        if key in swept_keys(self.dataset):
            return list(self.dataset[key].values)
        value = self.fixed.get(key, DEFAULTS.get(key))
        return [] if value is None else [value]

    def narrowed(self, where):
        """The part with these settings, as an Experiment, or None. A wanted value may be a Wanted."""
        dataset = self.dataset
        for key, wanted in where.items():
            kept = [index for index, value in enumerate(self.values(key) or [None]) if matches(value, wanted)]
            if not kept:
                return None
            if key in swept_keys(dataset):
                dataset = dataset.isel({key: kept})
        return Experiment(dataset, self.fixed)

    def setups(self):
        """One Experiment for each swept data set and network."""
        axes = [key for key in swept_keys(self.dataset) if key.startswith(SETUP)]
        places = itertools.product(*(range(self.dataset.sizes[key]) for key in axes))
        return [Experiment(self.dataset.isel({key: [i] for key, i in zip(axes, place)}), self.fixed) for place in places]

    def setup(self):
        """The data set and network in words: "mnist, mlp 128-64"."""
        part = {key: as_text(next(iter(self.values(key)), "?")) for key in ("data.set", "network.architecture", "network.hidden")}
        widths = part["network.hidden"].strip("[]").replace(", ", "-")
        return f"{part['data.set']}, {part['network.architecture']}{' ' + widths if part['network.architecture'] == 'mlp' else ''}"


def at_one_point(dataset, metric):
    """The dataset with one value left on every axis; an axis that changes nothing (another method's) may have several."""
    for key in swept_keys(dataset):
        if dataset.sizes[key] > 1:
            if key in dataset[metric].dims and not _same_along(dataset[metric], key):
                raise Missing(f"one value of {key} (choose with --select {key}=value)")
            filled = dataset[metric].notnull()
            rows = np.flatnonzero(filled.any([name for name in filled.dims if name != key]).values) if key in filled.dims else [0]
            dataset = dataset.isel({key: [int(rows[0])]})
    return dataset


def squeeze_points(experiment, metric, layer):
    values = at_one_point(experiment.dataset, metric)[metric]
    values = values.squeeze([key for key in values.dims if key in swept_keys(experiment.dataset)], drop=True)
    if layer is not None:
        if "layer" not in values.dims or layer not in values["layer"].values:
            raise Missing(f"layer {layer} of {metric}")
        values = values.sel(layer=layer, drop=True)
    return values


def _same_along(values, dimension):
    first = values.max(dimension)
    return bool(((values.isnull()) | (abs(values - first) <= 1e-12 * abs(first))).all())
