"""How chips are distributed at one point: histogram, cumulative distribution, and quantiles on it."""

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..errors import UsageError
from ..reading.merge import swept_keys
from ..reading.metrics import axis_label_of, shown_in_percent
from ..reading.selection import METHOD_KEY, Roles, as_text, is_numeric, resolve, short_key
from ..statistics.sampled import sampled_points
from ..statistics.table import points_table
from . import layout, style
from .margin_note import note_pieces

QUANTILES = (0.01, 0.05, 0.5)
MOST_LINES = 8
FEWEST_BINS, MOST_BINS = 8, 60
HISTOGRAM_HEIGHT, HISTOGRAM_GAP = 1.15, 0.1  # inches


def distribution_figure(dataset, lines=None, metric="accuracy", percent=True):
    """A Figure of the chips of all trainings at each value of the axis `lines`, others having one left, and its table.

    `lines` None: training.method where it has several values, else the only axis that has. A quantile is marked where it lies
    between two chips: from 1 / q chips on. The table: count, mean, sd and quantiles of every line, in units of the file.
    """
    lines = _lines_axis(dataset, lines)
    if sampled_points(dataset, metric).any():
        raise UsageError(f"chips saw samples of the test images: their {metric} differs by these, too, and has no distribution to show")
    percent = percent and shown_in_percent(metric)
    unit = 100.0 if percent else 1.0
    names = [None] if lines is None else list(dataset[lines].values)
    chips = [_chips(dataset if name is None else dataset.isel({lines: [place]}), metric) for place, name in enumerate(names)]
    if not any(len(values) for values in chips):
        raise UsageError(f"no chip has {metric}")
    numeric = lines is not None and is_numeric(dataset, lines)
    looks = style.line_looks(len(names), numeric)
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 1.0))
        FigureCanvasAgg(figure)
        below = figure.add_axes([0.15, 0.2, 0.8, 0.7])
        for values, (colour, _) in zip(chips, looks):
            _draw_cumulative(below, np.sort(values) * unit, colour)
        below.set_ylim(0, 100)
        below.set_ylabel("Chips at or below (%)")
        below.set_xlabel(axis_label_of(dataset[metric], percent))
        handles = _handles(names, looks, lines, numeric)
        layout.arrange(figure, below, handles, note_pieces(dataset, Roles(None, lines), {metric: points_table(dataset, metric)}))
        _add_histogram(figure, below, [values * unit for values in chips], looks)
    return figure, pd.DataFrame([_numbers(values, name, lines) for values, name in zip(chips, names)])


def _lines_axis(dataset, lines):
    keys = swept_keys(dataset)
    several = [key for key in keys if dataset.sizes[key] > 1]
    if lines is None:
        lines = METHOD_KEY if METHOD_KEY in several else next(iter(several), None)
    else:
        lines = resolve(lines, keys)
    left = [key for key in several if key != lines]
    if left:
        raise UsageError(f"a distribution is of one point: choose with --select key=value ({', '.join(left)})")
    if lines and dataset.sizes[lines] > MOST_LINES:
        raise UsageError(f"{lines} has {dataset.sizes[lines]} values: choose at most {MOST_LINES} with --select")
    return lines


def _chips(part, metric):
    own = [name for name in part[metric].dims if name not in part["state"].dims]
    if own:
        raise UsageError(f"{metric} has an axis of its own ({', '.join(own)}): a distribution is of one number a chip")
    values = part[metric].values.ravel()
    return values[np.isfinite(values)]


def _draw_cumulative(axes, values, colour):
    if not len(values):
        return
    share = 100 * np.arange(1, len(values) + 1) / len(values)
    axes.step(np.concatenate([values[:1], values]), np.concatenate([[0.0], share]), where="post", color=colour, linewidth=1.0, zorder=3)
    for quantile in QUANTILES:
        if quantile * len(values) < 1:
            continue
        at = np.quantile(values, quantile)
        axes.plot([at, at], [0, 100 * quantile], color=colour, linewidth=0.6, linestyle=(0, (1, 1.5)), zorder=2)
        axes.plot([at], [100 * quantile], color=colour, marker="o", markersize=2.4, markeredgecolor="white", markeredgewidth=0.3, zorder=4)


def _add_histogram(figure, below, chips, looks):
    """A second pair of axes on the same x, above the others."""
    left, bottom, width, height = layout.add_room_above(figure, below, HISTOGRAM_HEIGHT + HISTOGRAM_GAP)
    share = HISTOGRAM_GAP / (HISTOGRAM_HEIGHT + HISTOGRAM_GAP)
    above = figure.add_axes([left, bottom + share * height, width, (1 - share) * height], sharex=below)
    both = np.concatenate(chips)
    edges = np.histogram_bin_edges(both, _bins(both))
    for values, (colour, _) in zip(chips, looks):
        counts = 100 * np.histogram(values, edges)[0] / max(1, len(values))
        above.stairs(counts, edges, color=colour, fill=True, alpha=0.25, linewidth=0, zorder=2)
        above.stairs(counts, edges, color=colour, linewidth=0.8, zorder=3)
    above.tick_params(labelbottom=False)
    above.set_ylim(bottom=0)
    above.set_ylabel("Chips (%)")
    figure.align_ylabels()


def _bins(values):
    """As many as Freedman and Diaconis (1981) say, within limits."""
    spread = np.subtract(*np.quantile(values, [0.75, 0.25]))
    if spread <= 0:
        return FEWEST_BINS
    width = 2 * spread / len(values) ** (1 / 3)
    return int(np.clip(np.ptp(values) / width, FEWEST_BINS, MOST_BINS))


def _handles(names, looks, lines, numeric):
    marks = Line2D([], [], color=style.REFERENCE_COLOUR, linestyle="none", marker="o", markersize=2.4, label="1, 5, 50 % of the chips")
    if names == [None]:
        return [marks]
    texts = [f"{short_key(lines)} = {as_text(name)}" if numeric else as_text(name) for name in names]
    return [*(Line2D([], [], color=colour, label=text) for text, (colour, _) in zip(texts, looks)), marks]


def _numbers(values, name, lines):
    row = {} if lines is None else {lines: name}
    row |= {"count": len(values), "mean": values.mean() if len(values) else np.nan, "sd": values.std(ddof=1) if len(values) > 1 else np.nan}
    for quantile in QUANTILES:
        row[f"quantile_{quantile:g}"] = np.quantile(values, quantile) if quantile * len(values) >= 1 else np.nan
    return row
