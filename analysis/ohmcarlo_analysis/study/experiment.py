"""One experiment of a study: its dataset and its settings, narrowed to the points of a question."""

import itertools
from functools import cached_property

import numpy as np
import xarray as xr

from ..reading.merge import swept_keys
from ..reading.selection import as_text
from ..reading.settings import is_read
from .conditions import EqualTo, Missing, matches

SETUP = ("data.", "network.")  # what makes two experiments incomparable from the start


class Experiment:
    """Some points of a dataset of load(), and the Settings of the whole.

    `kept`: {swept key: positions on its axis}, all where a key is not named. `mask`: which of the kept points count, over
    some of the swept keys, for conditions that are not about one axis; None: all.
    """

    def __init__(self, dataset, settings, kept=None, mask=None):
        self._whole = dataset
        self._kept = kept or {}
        self._mask = mask
        self.settings = settings

    @property
    def attrs(self):
        """The attributes of the dataset."""
        return self._whole.attrs

    @property
    def hash(self):
        """The hash of the experiment, as in its file."""
        return str(self.attrs["experiment_hash"])

    @cached_property
    def axes(self):
        """The swept keys, in the order of the file."""
        return swept_keys(self._whole)

    @cached_property
    def dataset(self):
        """The points as a Dataset; metrics are NaN at points that do not count."""
        return self.part(self._whole.data_vars, {})

    def part(self, names, places):
        """A Dataset of some metrics (those that the file has) at some of the kept points: {swept key: positions}, else all."""
        known = self._whole[[name for name in names if name in self._whole.data_vars]]
        dataset = known.isel({key: kept for key, kept in self._kept.items() if key in known.dims})
        if self._mask is not None:
            masked = {name: self._masked(each) for name, each in dataset.data_vars.items() if name != "state"}
            dataset = dataset.assign(masked)
        return dataset.isel(places)

    def metric(self, name):
        """One metric as a DataArray, None where the file has none of this name."""
        if name is None or name not in self._whole:
            return None
        whole = self._whole[name]
        return self._masked(whole.isel({key: kept for key, kept in self._kept.items() if key in whole.dims}))

    def setting(self, key):
        """What a key is here: a DataArray over the axes on which it depends, else one value; None: not read or not known."""
        found = self.settings.varying.get(key) if self.settings.resolved else None
        if found is None and key in self.axes:
            found = xr.DataArray(self._whole[key].values, {key: self._whole[key]}, [key])
        if found is None:
            return self.settings.value(key)
        return found.isel({name: kept for name, kept in self._kept.items() if name in found.dims})

    def values(self, key):
        """All values that `key` takes here, each once, in the order of the axes; none where it is not read or not known."""
        if self._is_axis(key) and self._mask is None:
            return self._on_axis(key)
        found = self.setting(key)
        if not isinstance(found, xr.DataArray):
            return [] if found is None else [found]
        if self._mask is not None:
            found = found.astype(object).where(self._mask)
        return list(dict.fromkeys(value for value in found.values.ravel().tolist() if is_read(value)))

    def narrowed(self, where):
        """The part with these settings, as an Experiment, or None. What is wanted: a value, a Wanted or an EqualTo."""
        part = self
        for key, wanted in where.items():
            part = part._narrowed_by(key, wanted)
            if part is None:
                return None
        return part

    def setups(self):
        """One Experiment for each swept data set and network."""
        axes = [key for key in self.axes if key.startswith(SETUP)]
        places = itertools.product(*(self._positions(key) for key in axes))
        kept = [{**self._kept, **{key: [position] for key, position in zip(axes, place)}} for place in places]
        return [Experiment(self._whole, self.settings, each) for each in kept]

    def setup(self):
        """The data set and network in words: "mnist, mlp 128-64"."""
        keys = ("data.set", "network.architecture", "network.hidden")
        data, network, hidden = (as_text(next(iter(self.values(key)), "?")) for key in keys)
        widths = " " + hidden.strip("[]").replace(", ", "-") if network == "mlp" else ""
        return f"{data}, {network}{widths}"

    def _positions(self, key):
        return list(self._kept.get(key, range(self._whole.sizes[key])))

    def _masked(self, variable):
        if self._mask is None or not set(self._mask.dims) <= set(variable.dims):
            return variable
        return variable.where(self._mask).transpose(*variable.dims).assign_attrs(variable.attrs)

    def _is_axis(self, key):
        """Whether a key is what its axis says, at every point."""
        return key in self.axes and not (self.settings.resolved and key in self.settings.varying)

    def _on_axis(self, key):
        values = self._whole[key].values.tolist()
        return [values[place] for place in self._positions(key)]

    def _narrowed_by(self, key, wanted):
        if self._is_axis(key) and self._mask is None and not isinstance(wanted, EqualTo):
            places = [place for place, value in zip(self._positions(key), self._on_axis(key)) if matches(value, wanted)]
            return Experiment(self._whole, self.settings, {**self._kept, key: places}) if places else None
        found = self.setting(key)
        right = self._equal(key, found, wanted) if isinstance(wanted, EqualTo) else _matching(found, wanted)
        if not isinstance(right, xr.DataArray):
            return self if right else None
        if self._mask is not None:
            right = right & self._mask
        kept = dict(self._kept)
        for name in right.dims:
            rows = np.flatnonzero(right.any([other for other in right.dims if other != name]).values)
            if not len(rows):
                return None
            positions = self._positions(name)
            kept[name] = [positions[row] for row in rows]
            right = right.isel({name: rows})
        return Experiment(self._whole, self.settings, kept, None if right.values.all() else right)

    def _equal(self, key, found, wanted):
        if isinstance(found, str):
            return found == wanted.words
        other = self.setting(wanted.key)
        if found is None or other is None:
            return False
        if not isinstance(found, xr.DataArray) and not isinstance(other, xr.DataArray):
            return matches(found, other)
        one, two = xr.broadcast(*(each if isinstance(each, xr.DataArray) else xr.DataArray(each) for each in (found, other)))
        pairs = zip(one.values.ravel().tolist(), two.transpose(*one.dims).values.ravel().tolist())
        return one.copy(data=np.reshape([a == wanted.words or (is_read(a) and matches(a, b)) for a, b in pairs], one.shape))


def only_point(values, axes):
    """{axis: position} of the one point whose metric `values` holds, for the axes that have several values left.

    An axis that changes nothing (another method's) may have several. Raises Missing where one has to be chosen.
    """
    place = {}
    for key in axes:
        if key in values.dims and values.sizes[key] > 1:
            if not _same_along(values.values, values.dims.index(key)):
                raise Missing(f"one value of {key} (choose with --select {key}=value)")
            filled = ~np.isnan(values.values)
            rows = np.flatnonzero(filled.any(axis=tuple(each for each in range(filled.ndim) if each != values.dims.index(key))))
            place[key] = int(rows[0])
            values = values.isel({key: [place[key]]})
    return place


def _matching(found, wanted):
    if not isinstance(found, xr.DataArray):
        return matches(found, wanted)
    flat = [matches(value if is_read(value) else None, wanted) for value in found.values.ravel().tolist()]
    return found.copy(data=np.reshape(flat, found.shape))


def _same_along(values, axis):
    first = np.fmax.reduce(values, axis=axis, keepdims=True)
    with np.errstate(invalid="ignore"):
        return bool((np.isnan(values) | (np.abs(values - first) <= 1e-12 * np.abs(first))).all())
