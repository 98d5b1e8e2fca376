"""What the user may say about axes: short names, single values, and which axis becomes what in a figure."""

from dataclasses import dataclass

import numpy as np

from ..errors import UsageError
from .merge import swept_keys
from .metrics import own_axes
from .until import UNTIL

METHOD_KEY = "training.method"
MOST_VALUES_SHOWN = 12


@dataclass(frozen=True)
class Roles:
    """Which axis runs along x and which one makes the lines; None where there is none."""

    x: str | None
    lines: str | None


def resolve(name, keys):
    """The full key for a full name or an unambiguous last part of it (`sigma` for `hardware.variation.sigma`)."""
    matches = [key for key in keys if key == name] or [key for key in keys if key.endswith("." + name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"{name!r} could be {' or '.join(matches)}")
    raise UsageError(f"no axis {name!r}; there is {', '.join(keys)}" if keys else f"no axis {name!r}; nothing was swept")


def select(dataset, choices):
    """The Dataset with only the chosen values of some axes; an axis stays, even with one value.

    `choices`: texts `key=value` or `key=value,value`, for swept keys, `replica`, `trial` and a metric's own axis (`layer`).
    """
    keys = [*swept_keys(dataset), "replica", "trial"]
    keys += [name for name in dataset.coords if name in dataset.dims and name not in keys]
    for choice in choices:
        name, equals, wanted = choice.partition("=")
        if not equals or not name or not wanted:
            raise UsageError(f"--select wants key=value, not {choice!r}")
        key = resolve(name.strip(), keys)
        size = dataset.sizes[key]
        dataset = dataset.isel({key: _positions(dataset[key].values, key, wanted.strip())})
        if key in ("replica", "trial") and dataset.sizes[key] < size and UNTIL in dataset.attrs:
            dataset = dataset.assign_attrs({UNTIL: dataset.attrs[UNTIL].unmet()})  # it has decided on all of them
    return dataset


def choose_roles(dataset, x=None, lines=None):
    """Decide which axis is x and which makes the lines; every other axis must have a single value left.

    x: the first numeric axis with several values, else a text axis. Lines: `training.method` if it is swept, else the other
    axis with several values. Raises UsageError that says what to add when more axes are left.
    """
    keys = swept_keys(dataset)
    x = resolve(x, keys) if x else None
    lines = resolve(lines, keys) if lines else None
    if x and x == lines:
        raise UsageError(f"--x and --lines both name {x}")
    several = [key for key in keys if dataset.sizes[key] > 1]
    if x is None:
        free = [key for key in several if key != lines]
        numeric = [key for key in free if is_numeric(dataset, key)]
        others = [key for key in free if key != METHOD_KEY] + [key for key in free if key == METHOD_KEY]
        single = [key for key in keys if key != lines and is_numeric(dataset, key)]
        x = next(iter(numeric or others or single), None)
    if lines is None:
        free = [key for key in several if key != x]
        lines = METHOD_KEY if METHOD_KEY in free else next(iter(free), None)
    left = [key for key in several if key not in (x, lines)]
    if left:
        options = "; ".join(f"{key} has {_shown(dataset[key].values)}" for key in left)
        raise UsageError(f"too many swept axes for one figure: choose with --select key=value ({options})")
    return Roles(x, lines)


def single_own_axes(dataset, metric):
    """own_axes() of a metric that a figure of one number a chip can show; none of one that is not there.

    Raises UsageError that says what to add where several values are left on one.
    """
    own = own_axes(dataset, metric) if metric in dataset else []
    for name in own:
        if dataset.sizes[name] > 1:
            raise UsageError(f"{metric} has an axis of its own: choose one value with --select {name}=value")
    return own


def fixed_values(dataset, roles):
    """{key: value} of the swept axes that are neither x nor lines: one value each."""
    return {key: dataset[key].values[0] for key in swept_keys(dataset) if key not in (roles.x, roles.lines)}


def is_numeric(dataset, key):
    """Whether an axis holds numbers (and not names)."""
    return dataset[key].dtype.kind in "fiu"


def short_key(key):
    """The last two parts of a key: enough to know it by (`adc.bits`, `variation.sigma`)."""
    return ".".join(key.split(".")[-2:])


def as_text(value):
    """One axis value as a person would write it."""
    return f"{value:.10g}" if isinstance(value, (float, np.floating)) else str(value)


def _positions(values, key, wanted):
    whole = _position(values, wanted)
    if whole is not None:
        return [whole]
    positions = [_position(values, part.strip()) for part in wanted.split(",")]
    if None in positions:
        missing = wanted.split(",")[positions.index(None)].strip()
        raise UsageError(f"--select: {key} has no value {missing}; it has {_shown(values)}")
    return sorted(set(positions))


def _position(values, wanted):
    if values.dtype.kind == "O":
        found = [index for index, value in enumerate(values) if str(value) == wanted]
    else:
        try:
            found = np.flatnonzero(np.isclose(values.astype(float), float(wanted), rtol=1e-9, atol=1e-12))
        except ValueError:
            found = []
    return int(found[0]) if len(found) else None


def _shown(values):
    texts = [as_text(value) for value in values[:MOST_VALUES_SHOWN]]
    return ", ".join(texts) + (", ..." if len(values) > MOST_VALUES_SHOWN else "")
