"""Figures and typeset tables of the papers: our means with 95 % intervals, and the published numbers in the same axes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from . import layout, style
from ..reading.selection import as_text

COLUMNS = ["mean", "ci_low", "ci_high", "count", "over", "experiment", "published"]
DODGE = 0.25  # of the distance between two categories, for all lines together
ROW_HEIGHT = 0.17  # inches, of a typeset table
COLUMN_GAP = 0.15
TABLE_SIZE = 6.5


@dataclass(frozen=True)
class Exhibit:
    """A figure or table of a paper with the numbers behind it.

    `table`: one row a number; `labels` are its leading columns, then COLUMNS in the units of the results file. `scale` and
    `unit` are those in which it is shown ("%" with 100); `compared`: whether `published` belongs beside `mean`.
    """

    name: str
    title: str
    caption: str
    figure: Figure
    table: pd.DataFrame
    labels: tuple
    scale: float
    unit: str
    compared: bool = True
    digits: int = 2  # after the point, as shown
    typeset: tuple | None = None  # (header, rows of text) of what is a table in the paper too


@dataclass(frozen=True)
class Look:
    """Axes of a figure. `categorical`: values of x stand side by side, in their order, whatever their distance."""

    x_label: str
    y_label: str
    categorical: bool = False
    log_y: bool = False
    chance: float | None = None
    order: tuple = ()  # all names a line can have: each keeps its colour whichever others are there


def row(interval, published=np.nan, **labels):
    """One row of an Exhibit's table from an Interval (None: not run here)."""
    numbers = dict.fromkeys(COLUMNS, np.nan) | {"count": 0, "over": "", "experiment": ""}
    if interval is not None:
        numbers |= {"mean": interval.mean, "ci_low": interval.low, "ci_high": interval.high}
        numbers |= {"count": interval.count, "over": interval.over, "experiment": interval.experiment}
    return {**labels, **numbers, "published": published}


def line_figure(table, x, line, look, scale, notes):
    """A Figure of `table`: mean against column `x`, one line for each value of column `line`."""
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 0.74 * style.COLUMN_WIDTH))
        FigureCanvasAgg(figure)
        axes = figure.add_axes([0.15, 0.2, 0.8, 0.7])
        names = list(dict.fromkeys(table[line]))
        places = {value: index if look.categorical else float(value) for index, value in enumerate(_ordered(table[x], look))}
        known = [*look.order, *[name for name in names if name not in look.order]]
        fixed = dict(zip(known, style.line_looks(len(known), False)))
        looks = [fixed[name] for name in names]
        for index, name in enumerate(names):
            rows = table[table[line] == name]
            shift = DODGE * ((index + 0.5) / len(names) - 0.5) if look.categorical else 0.0
            weight = 1.0 + 0.12 * (len(names) - 1 - index)  # the first is drawn widest: the last does not hide it
            _draw(axes, rows, np.array([places[value] + shift for value in rows[x]]), looks[index], weight, look, scale)
        _set_axes(axes, places, look, scale)
        ours = [name for name in names if table[table[line] == name]["mean"].notna().any()]
        handles = [_handle(name, *looks[index]) for index, name in enumerate(names) if name in ours]
        if table["published"].notna().any():
            for index, name in enumerate(names):
                if name not in ours:
                    handles.append(_published_handle(f"{name} (paper only)", *looks[index]))
            handles.append(_published_handle("paper", style.REFERENCE_COLOUR, "o"))
        layout.arrange(figure, axes, handles, notes)
        return figure


def table_figure(header, rows, notes):
    """A Figure that is a typeset table: texts, the first column left, the others right."""
    with style.style():
        height = ROW_HEIGHT * (len(rows) + 1.6)
        figure = Figure(figsize=(style.COLUMN_WIDTH, height + 0.5))
        FigureCanvasAgg(figure)
        needed = np.array([max(layout.text_width(figure, line[index], TABLE_SIZE) for line in [header, *rows]) for index in range(len(header))])
        needed[: len(header)] *= 1.08  # the header is bold
        room = max(0.0, style.COLUMN_WIDTH - 2 * layout.EDGE - needed.sum()) / max(1, len(header) - 1)
        gap = max(COLUMN_GAP, room)
        width = needed.sum() + gap * (len(header) - 1) + 2 * layout.EDGE
        figure.set_figwidth(width)
        edges = (layout.EDGE + np.concatenate([[0], np.cumsum(needed + gap)])) / width
        edges[1:] -= gap / width  # the right edge of each column
        axes = figure.add_axes([0, 0, 1, 1])
        axes.axis("off")
        axes.grid(False)
        note = "\n".join(layout.wrap(figure, notes, width - 2 * layout.EDGE))
        foot = 0.09 * (note.count("\n") + 1) + 0.1
        total = height + foot
        figure.set_figheight(total)
        for number, line in enumerate([header, *rows]):
            y = 1 - (number * ROW_HEIGHT + 0.5 * ROW_HEIGHT + (0.06 if number else 0.0)) / total
            for index, text in enumerate(line):
                left = index == 0
                axes.text(
                    edges[0] if left else edges[index + 1], y, text, ha="left" if left else "right", va="center", fontsize=TABLE_SIZE,
                    fontweight="bold" if number == 0 else "normal",
                )  # fmt: skip
        for y in (ROW_HEIGHT + 0.02, height - 0.3 * ROW_HEIGHT):
            axes.plot([edges[0], edges[-1]], [1 - y / total] * 2, color="black", linewidth=0.6)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        figure.text(layout.EDGE / width, layout.EDGE / total, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR)
        return figure


def number_text(value, scale=1.0, digits=2):
    """A number in the unit shown, "-" for none."""
    return "-" if value is None or not np.isfinite(value) else f"{value * scale:.{digits}f}"


def interval_text(record, scale=1.0, digits=2):
    """ "97.94 ± 0.12" of a row of an Exhibit's table; without ± where there is no interval; "-" where nothing was run."""
    text = number_text(record["mean"], scale, digits)
    half = (record["ci_high"] - record["ci_low"]) / 2
    return f"{text} \u00b1 {half * scale:.{digits}f}" if np.isfinite(half) else text


def _ordered(values, look):
    unique = list(dict.fromkeys(values))
    return unique if look.categorical else sorted(unique)


def _draw(axes, rows, x, colour_marker, weight, look, scale):
    colour, marker = colour_marker
    mean, low, high, published = (rows[name].to_numpy(float) * scale for name in ("mean", "ci_low", "ci_high", "published"))
    there = np.isfinite(published)
    if there.any():
        axes.plot(
            x[there], published[there], color=colour, linestyle=(0, (1, 1.6)), linewidth=0.8, marker=marker,
            markersize=style.marker_size(marker) * 1.15, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=0.7, zorder=3,
        )  # fmt: skip
    there = np.isfinite(mean)
    with_bars = there & np.isfinite(low)
    if with_bars.any():
        lower = np.maximum(low, mean * 0.1) if look.log_y else low  # an interval may reach below zero; a log axis cannot
        lengths = np.array([mean - lower, high - mean])[:, with_bars]
        axes.errorbar(
            x[with_bars], mean[with_bars], lengths, color=colour, linestyle="none", elinewidth=0.8, capsize=2.0, capthick=0.7, zorder=3.2
        )
    axes.plot(
        x[there], mean[there], color=colour, linestyle="-", marker=marker, linewidth=1.1 * weight,
        markersize=style.marker_size(marker) * weight, markeredgecolor="white", markeredgewidth=0.4, zorder=3.5,
    )  # fmt: skip


def _set_axes(axes, places, look, scale):
    positions = np.array(list(places.values()), float)
    step = np.diff(np.sort(positions)).min() if len(positions) > 1 else 1.0
    axes.set_xlim(positions.min() - 0.5 * step, positions.max() + 0.5 * step)
    if look.categorical:
        axes.xaxis.set_major_locator(FixedLocator(positions))
        axes.set_xticklabels([as_text(value) for value in places])
        axes.xaxis.set_minor_locator(NullLocator())
    elif len(positions) <= 9:
        axes.xaxis.set_major_locator(FixedLocator(positions))
        axes.set_xticklabels([f"{position:g}" for position in positions])
    if look.log_y:
        axes.set_yscale("log")
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(look.x_label)
    axes.set_ylabel(look.y_label)
    if look.chance is not None and axes.get_ylim()[0] < (look.chance + 0.1) * scale:
        axes.axhline(look.chance * scale, color=style.REFERENCE_COLOUR, linewidth=0.6, linestyle=(0, (1, 1.5)), zorder=1)
        axes.annotate(
            "chance", (0.01, look.chance * scale), xycoords=("axes fraction", "data"), xytext=(0, 1.5), textcoords="offset points",
            fontsize=5.5, color=style.REFERENCE_COLOUR, va="bottom", zorder=1,
        )  # fmt: skip


def _handle(name, colour, marker):
    return Line2D(
        [], [], color=colour, linestyle="-", marker=marker, markersize=style.marker_size(marker),
        markeredgecolor="white", markeredgewidth=0.4, label=name,
    )  # fmt: skip


def _published_handle(name, colour, marker):
    return Line2D(
        [], [], color=colour, linestyle=(0, (1, 1.6)), linewidth=0.8, marker=marker, markersize=style.marker_size(marker),
        markerfacecolor="white", markeredgecolor=colour, markeredgewidth=0.7, label=name,
    )  # fmt: skip
