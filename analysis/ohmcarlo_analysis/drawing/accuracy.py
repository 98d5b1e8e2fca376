"""Accuracy and other metrics against a swept value: mean, 95 % interval, single chips, and the digital reference."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..reading.metrics import axis_label_of, description_of, has_usual_name, shown_in_percent
from ..reading.selection import is_numeric, single_own_axes
from ..statistics.summary import chance_level
from ..statistics.table import join_tables, points_table
from . import layout, style
from .accuracy_axes import draw_chips, draw_line, set_x, set_y
from .accuracy_lines import lines_of, positions_along, slot_width
from .margin_note import note_pieces

RASTERISE_ABOVE = 2000  # chips in the whole figure


@dataclass(frozen=True)
class Options:
    """What the user chose about the look: `percent` for fractions, `x_scale` auto, linear or log, `width` in inches."""

    percent: bool = True
    x_scale: str = "auto"
    x_label: str | None = None
    width: float = style.COLUMN_WIDTH


@dataclass(frozen=True)
class _Panel:
    """One metric of the figure: the Dataset without the metric's own axes, points_table() of it, its Lines in the unit shown.

    `description`: what the file says of the metric.
    """

    metric: str
    dataset: object
    table: object
    percent: bool
    lines: list
    description: str

    def chips(self):
        """How many chips are drawn."""
        return sum(np.isfinite(line.chips).sum() for line in self.lines)


def accuracy_figure(dataset, roles, metrics=("accuracy",), options=Options()):
    """A matplotlib Figure with a panel a metric, and the table behind it (join_tables(), in the units of the file).

    `dataset` from load(), with one value left on every axis that `roles` (selection.choose_roles()) does not use. Panels share
    the x axis and the legend; above each stands what the file says of its metric, unless it is alone and has a usual name.
    Where any chips saw samples of the test images no single chips are drawn: their values differ by their images, too.
    """
    with style.style():
        positions, log = positions_along(dataset, roles.x, options.x_scale)
        panels = [_panel(dataset, roles, metric, positions, options.percent) for metric in metrics]
        categorical = roles.x is None or not is_numeric(dataset, roles.x)
        bars = categorical or len(positions) == 1  # nothing to join: error bars instead of a line in a band
        figure = Figure(figsize=(options.width, 0.74 * options.width))
        FigureCanvasAgg(figure)
        slot, total = slot_width(positions, log), sum(panel.chips() for panel in panels)
        stack, cut = [], False
        for panel in panels:
            axes = figure.add_axes([0.15, 0.2, 0.8, 0.7], label=panel.metric, sharex=stack[0] if stack else None)
            for index, line in enumerate(panel.lines):
                width = slot / len(panel.lines)
                offset = (index - (len(panel.lines) - 1) / 2) * width
                draw_chips(axes, line, offset, width, log, total > RASTERISE_ABOVE, len(panel.lines))
                draw_line(axes, line, offset if bars else 0.0, log, bars, width)
            set_x(axes, dataset, roles.x, positions, slot, log, categorical, options.x_label)
            cut = _set_y(axes, panel) or cut
            if len(panels) > 1 or not has_usual_name(panel.metric):
                layout.describe(figure, axes, panel.description)
            stack.append(axes)
        handles = _legend_handles([line for panel in panels for line in panel.lines], len(panels[0].lines), total, bars)
        tables = {panel.metric: panel.table for panel in panels}
        layout.arrange_stack(figure, stack, handles, note_pieces(dataset, roles, tables, cut))
        return figure, join_tables(dataset, tables)


def _panel(dataset, roles, metric, positions, percent):
    own = single_own_axes(dataset, metric)
    part = dataset.squeeze(own, drop=True)
    table = points_table(part, metric)
    percent = percent and shown_in_percent(metric)
    lines = lines_of(part, roles, metric, table, positions, 100.0 if percent else 1.0)
    return _Panel(metric, part, table, percent, lines, description_of(dataset, metric))


def _set_y(axes, panel):
    """Limits and label of the y axis; whether an interval is cut by it."""
    chance = chance_level(panel.dataset) if panel.metric == "accuracy" else None
    chance = chance if isinstance(chance, float) else None  # one line for all points, or none
    shown = None if chance is None else chance * (100.0 if panel.percent else 1.0)
    axes.set_ylabel(axis_label_of(panel.dataset[panel.metric], panel.percent))
    return set_y(axes, panel.lines, shown, panel.percent, panel.metric)


def _legend_handles(lines, names, total_chips, bars):
    """Of the first `names` of the lines, which have the names of all, and of the marks that any line has."""
    alone = names == 1 and lines[0].name is None
    handles = [
        Line2D(
            [], [], color=line.colour, linestyle="none" if bars else "-", marker=line.marker,
            markersize=style.marker_size(line.marker), markeredgecolor="white", markeredgewidth=0.4, label=line.name or "mean",
        )
        for line in lines[:names]
    ]  # fmt: skip
    colour = lines[0].colour if alone else style.REFERENCE_COLOUR
    if any(np.isfinite(line.clean).any() for line in lines):
        handles.append(Line2D([], [], color=colour, linestyle=style.CLEAN_DASHES, linewidth=0.8, label="digital, no noise"))
    dot = {"color": colour, "linestyle": "none"}
    if any(line.trainings.size for line in lines):
        handles.append(Line2D([], [], marker="_", markersize=4.0, markeredgewidth=0.7, label="one training", **dot))
    if total_chips > 1:
        handles.append(Line2D([], [], marker="o", markersize=1.8, markeredgewidth=0, alpha=0.6, label="one chip", **dot))
    return handles
