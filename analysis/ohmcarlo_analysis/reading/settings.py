"""The settings of an experiment: what every key is at every point, swept or not, defaults included.

Files of schema 1.1 carry them in `/settings`: a key that all points share is an attribute of the group, one that differs
between points a dataset over the axes on which it depends. A key that a point does not read has no value there. Older files
have only the experiment file as it was written; the frozen table holds the defaults of their time.
"""

import tomllib
from dataclasses import dataclass

import numpy as np
import xarray as xr

from . import frozen
from .merge import swept_keys

GROUP = "settings"


@dataclass(frozen=True)
class Settings:
    """The settings of one experiment, its swept axes left to its dataset.

    `written`: {key: value} of the experiment file, without its sweep. `shared`: {key: value} of the keys that have one value
    at all points; None where the file does not say. `varying`: {key: DataArray over some of the swept keys}, with NaN or ""
    at points that do not read the key. Lists are texts.
    """

    written: dict
    shared: dict | None = None
    varying: dict | None = None

    @property
    def resolved(self):
        """Whether the file itself says what every key is."""
        return self.shared is not None

    def value(self, key):
        """What all points share: None for a key that no point reads or that is not known."""
        return self.shared.get(key) if self.resolved else self.written.get(key, frozen.DEFAULTS.get(key))

    def names(self):
        """The keys that have a value at some point, as far as the file says."""
        return {*self.shared, *self.varying} if self.resolved else set(self.written)

    def of_file(self):
        """These settings as if the file said only what its experiment file does: to be compared with older files."""
        return Settings(self.written)


def parse_experiment(text):
    """{key: value} of the text of an experiment file, without its sweep. Raises tomllib.TOMLDecodeError."""
    document = tomllib.loads(text)
    document.pop("sweep", None)
    return dict(_flat(document, ""))


def merge_settings(parts, datasets):
    """The settings of shards of one experiment, whose datasets these are: where shards differ, a key varies."""
    if len(parts) == 1 or not all(part.resolved for part in parts):
        return parts[0] if len(parts) == 1 else parts[0].of_file()
    keys = list(dict.fromkeys(key for part in parts for key in (*part.shared, *part.varying)))
    shared, varying = {}, {}
    for key in keys:
        values = [part.shared.get(key) for part in parts]
        if all(key in part.shared and value == values[0] for part, value in zip(parts, values)):
            shared[key] = values[0]
        else:
            varying[key] = _united([_over_all_axes(part, key, dataset) for part, dataset in zip(parts, datasets)])
    return Settings(parts[0].written, shared, varying)


def is_read(value):
    """Whether a value of a varying key is one: points that do not read the key have NaN or an empty text."""
    return value is not None and value != "" and not (isinstance(value, (float, np.floating)) and np.isnan(value))


def _over_all_axes(part, key, dataset):
    axes = swept_keys(dataset)
    nothing = np.full([dataset.sizes[name] for name in axes], None, object)
    points = xr.DataArray(nothing, {name: dataset[name] for name in axes}, axes)
    found = part.varying.get(key)
    if found is None:
        points[...] = part.shared.get(key)
        return points
    return found.astype(object).broadcast_like(points).transpose(*axes)


def _united(arrays):
    merged = arrays[0]
    for other in arrays[1:]:
        merged = merged.combine_first(other)
    return merged


def _flat(table, prefix):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value) if isinstance(value, list) else value
