"""A race as lines: how far each value is behind the leader, with its interval, over the chips that the race has spent."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from . import layout, style

SHARES = ("accuracy", "validation_accuracy")


def race_table(race):
    """The numbers of the figure: the standings with `spent`, the units (chips or trainings) of all values up to each look."""
    rows = race.standings
    looks = sorted(set(rows["units"]))
    spent, before, total = {}, 0, 0
    for look in looks:
        total += int((rows["units"] == look).sum()) * int(look - before)
        spent[look], before = total, look
    names = ["value", "spent", "units", "mean", "behind", "ci_low", "ci_high", "leads", "dropped"]
    return rows.assign(spent=[spent[look] for look in rows["units"]])[names].rename(columns={"units": race.units})


def race_figure(race, notes):
    """A Figure of a race from read_races(): a line for each value until it is dropped, which a cross marks.

    Values that are left at the end are drawn in colour, the others in grey; the tolerance is a grey band. Both axes are
    logarithmic, the vertical one beyond the tolerance: early intervals are a hundred times as wide as the last.
    """
    table = race_table(race)
    scale, unit = (100, "points") if race.metric in SHARES else (1, "nat")
    dropped = set(table.loc[table["dropped"] == 1, "value"])
    values = list(dict.fromkeys(race.standings.sort_values("place")["value"]))
    left = [value for value in values if value not in dropped]
    looks = dict(zip(left, style.line_looks(len(left), False)))
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 0.82 * style.COLUMN_WIDTH))
        FigureCanvasAgg(figure)
        axes = figure.add_axes([0.16, 0.2, 0.79, 0.7])
        ticks = np.log(sorted(set(table["spent"])))
        step = (np.diff(ticks).min() if len(ticks) > 1 else 0.1) * 0.7
        handles = []
        for order, value in enumerate(values):
            rows = table[table["value"] == value]
            colour, marker = looks.get(value, (style.REFERENCE_COLOUR, "o"))
            apart = np.exp(step * ((order + 0.5) / len(values) - 0.5))
            line = _draw_value(axes, rows, apart, colour, marker, value in looks, scale)
            if value in looks:
                line.set_label(value)
                handles.append(line)
        if dropped:
            (cross,) = axes.plot([], [], "x", color=style.REFERENCE_COLOUR, markersize=4, label=f"dropped ({len(dropped)})")
            handles.append(cross)
        tolerance = scale * race.tolerance
        axes.axhspan(-tolerance, tolerance, color=style.REFERENCE_COLOUR, alpha=0.15, linewidth=0, zorder=0.5)
        axes.axhline(0, color=style.REFERENCE_COLOUR, linewidth=0.6, zorder=1)
        axes.set_yscale("symlog", linthresh=max(tolerance, 1e-3 * scale), linscale=0.7)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel(f"{race.units.capitalize()} spent by the race")
        axes.set_ylabel(f"Behind the leader ({unit})")
        layout.arrange(figure, axes, handles, notes)
        return figure


def _draw_value(axes, rows, apart, colour, marker, is_left, scale):
    x = rows["spent"].to_numpy(float) * apart
    behind, low, high = (rows[name].to_numpy(float) * scale for name in ("behind", "ci_low", "ci_high"))
    known = np.isfinite(low)
    weight = 1.0 if is_left else 0.6
    if known.any():
        lengths = np.array([behind - low, high - behind])[:, known]
        axes.errorbar(
            x[known], behind[known], lengths, color=colour, linestyle="none", elinewidth=0.7 * weight, capsize=1.5,
            capthick=0.6 * weight, alpha=1.0 if is_left else 0.6, zorder=3 if is_left else 2,
        )  # fmt: skip
    (line,) = axes.plot(
        x, behind, color=colour, linestyle="-", marker=marker if is_left else None, linewidth=weight,
        markersize=style.marker_size(marker), markeredgecolor="white", markeredgewidth=0.3, zorder=3.5 if is_left else 2.5,
    )  # fmt: skip
    out = rows["dropped"].to_numpy() == 1
    if out.any():
        axes.plot(x[out], behind[out], "x", color=colour, markersize=4, zorder=4)
    return line
