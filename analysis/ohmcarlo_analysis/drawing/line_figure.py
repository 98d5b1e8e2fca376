"""Lines of means with 95 % intervals against a setting, and the published numbers in the same axes."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from ..reading.selection import as_text
from . import layout, style

BOUND_MARGIN = 0.02  # of the height of the axes: markers on a bound stay whole
DODGE = 0.25  # of the distance between two categories, for all lines together


@dataclass(frozen=True)
class Look:
    """Axes of a figure.

    `categorical`: values of x stand side by side, in their order, whatever their distance. `measured_x`: x is no setting but a
    number that came out: ticks are not at its values. `bounds`: what the quantity cannot leave, in units of the table: the axis
    ends there, and so do intervals.
    """

    x_label: str
    y_label: str
    categorical: bool = False
    log_y: bool = False
    chance: float | None = None
    order: tuple = ()  # all names a line can have: each keeps its colour whichever others are there
    measured_x: bool = False
    bounds: tuple = (-np.inf, np.inf)
    level: float | None = None  # where a thin line is drawn across, as at a gain of 0


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
            markersize=style.marker_size(marker) * 1.15, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=0.7,
            zorder=3,
        )  # fmt: skip
    there = np.isfinite(mean)
    with_bars = there & np.isfinite(low)
    if with_bars.any():
        lower = np.maximum(low, mean * 0.1) if look.log_y else low  # an interval may reach below zero; a log axis cannot
        lengths = np.array([mean - lower, high - mean])[:, with_bars]
        axes.errorbar(
            x[with_bars], mean[with_bars], lengths, color=colour, linestyle="none", elinewidth=0.8, capsize=2.0, capthick=0.7,
            zorder=3.2,
        )  # fmt: skip
    axes.plot(
        x[there], mean[there], color=colour, linestyle="-", marker=marker, linewidth=1.1 * weight,
        markersize=style.marker_size(marker) * weight, markeredgecolor="white", markeredgewidth=0.4, zorder=3.5,
    )  # fmt: skip


def _set_axes(axes, places, look, scale):
    positions = np.array(list(places.values()), float)
    step = np.diff(np.sort(positions)).min() if len(positions) > 1 else 1.0
    if look.measured_x:
        step = 0.1 * max(np.ptp(positions), 1e-3 * abs(positions).max())
    axes.set_xlim(positions.min() - 0.5 * step, positions.max() + 0.5 * step)
    if look.categorical:
        axes.xaxis.set_major_locator(FixedLocator(positions))
        axes.set_xticklabels([as_text(value) for value in places])
        axes.xaxis.set_minor_locator(NullLocator())
    elif len(positions) <= 9 and not look.measured_x:
        axes.xaxis.set_major_locator(FixedLocator(positions))
        axes.set_xticklabels([f"{position:g}" for position in positions])
    if look.log_y:
        axes.set_yscale("log")
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    _end_at_bounds(axes, look, scale)
    axes.set_xlabel(look.x_label)
    axes.set_ylabel(look.y_label)
    if look.level is not None:
        axes.axhline(look.level * scale, color=style.REFERENCE_COLOUR, linewidth=0.6, zorder=1)
    if look.chance is not None and axes.get_ylim()[0] < (look.chance + 0.1) * scale:
        style.draw_chance(axes, look.chance * scale)


def _end_at_bounds(axes, look, scale):
    low, high = axes.get_ylim()
    least, most = (bound * scale for bound in look.bounds)
    pad = BOUND_MARGIN * (min(high, most) - max(low, least))
    axes.set_ylim(max(low, least - pad), min(high, most + pad))


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
