"""The lines of an accuracy figure as numbers: where the points stand, their means, chips and trainings."""

from dataclasses import dataclass

import numpy as np

from ..reading.selection import as_text, is_numeric, short_key
from ..statistics.sampled import sampled_points
from ..statistics.stopped import BOUNDS
from . import style

MOST_TRAININGS_DRAWN = 20


@dataclass
class Line:
    """One line of the figure; arrays run along x, values are in the unit shown; `chips` is (points, chips) and
    `trainings` (points, replicas): the replica means, none where there is only one replica. Chips that are estimates are NaN.
    `clean_colour`: of the digital accuracy, which is nobody's where all lines have the same."""

    name: str | None
    colour: str
    marker: str
    x: np.ndarray
    table: object
    clean: np.ndarray
    chips: np.ndarray
    trainings: np.ndarray
    clean_colour: str


def positions_along(dataset, x, scale):
    """Where the points stand along x, and whether that axis is logarithmic."""
    if x is None or not is_numeric(dataset, x):
        return np.arange(1 if x is None else dataset.sizes[x], dtype=float), False
    values = dataset[x].values.astype(float)
    log = can_be_log(values) and (scale == "log" or scale == "auto" and _looks_logarithmic(values[values > 0]))
    return (_with_zero_beside(values) if log else values), log


def can_be_log(values):
    """Whether values fit a logarithmic axis on which 0 has a place of its own."""
    return bool((values >= 0).all() and (values > 0).any())


def _looks_logarithmic(values):
    """Whether values span much, and in more even ratios than steps."""
    if len(values) < 3:
        return False
    ordered = np.sort(values)
    steps, ratios = np.diff(ordered), np.diff(np.log(ordered))
    return bool(ordered[-1] / ordered[0] >= 20 and np.ptp(ratios) / ratios.mean() < np.ptp(steps) / steps.mean())


def _with_zero_beside(values):
    """The values with 0 at a place of its own, one step (a factor of 2 to 10) before the smallest of the others."""
    positive = np.sort(values[values > 0])
    step = np.clip(np.exp(np.diff(np.log(positive)).mean()) if len(positive) > 1 else 10.0, 2.0, 10.0)
    return np.where(values == 0, positive[0] / step, values)


def lines_of(dataset, roles, metric, table, positions, unit):
    """The Lines of a figure from points_table(), whose numbers times `unit` are shown."""
    names = [None] if roles.lines is None else list(dataset[roles.lines].values)
    ordered = roles.lines is not None and is_numeric(dataset, roles.lines)
    looks = style.line_looks(len(names), ordered)
    order = np.argsort(positions, kind="stable")
    estimates = sampled_points(dataset, metric).any()
    lines = []
    for index, name in enumerate(names):
        rows = table if name is None else table[table[roles.lines] == name]
        part = dataset if name is None else dataset.isel({roles.lines: [index]})
        values = part[metric] * unit
        along = [] if roles.x is None else [roles.x]
        chips = values.transpose(*along, ..., "replica", "trial").values.reshape(len(positions), -1)[order]
        chips = np.full_like(chips, np.nan) if estimates else chips
        trainings = values.mean("trial").transpose(*along, ..., "replica").values.reshape(len(positions), -1)[order]
        trainings = trainings if 1 < trainings.shape[1] <= MOST_TRAININGS_DRAWN else trainings[:, :0]
        shown = rows.iloc[order][["mean", "ci_low", "ci_high"]].clip(*BOUNDS.get(metric, (None, None))) * unit
        clean = rows.iloc[order]["clean_accuracy"].to_numpy(float) * unit
        if metric != "accuracy":
            clean = np.full_like(clean, np.nan)
        label = None if name is None else as_text(name) if not ordered else f"{short_key(roles.lines)} = {as_text(name)}"
        colour, marker = looks[index]
        lines.append(
            Line(label, colour, marker, positions[order], shown.reset_index(drop=True), clean, chips, trainings, colour)
        )
    if len(lines) > 1 and all(np.array_equal(line.clean, lines[0].clean, equal_nan=True) for line in lines):
        for line in lines:
            line.clean_colour = style.REFERENCE_COLOUR
    return lines


def slot_width(positions, log):
    """The width, along x, that the chips of one point may take: in decades on a logarithmic axis."""
    along = np.log10(positions) if log else positions
    steps = np.diff(np.sort(along))
    if len(steps):
        return 0.55 * steps.min()
    return 0.25 * (1.0 if log or positions[0] == 0 else abs(positions[0]))


def shift(x, offset, log):
    """A position moved along x by `offset`: decades on a logarithmic axis, else units of the axis."""
    return x * 10.0**offset if log else x + offset
