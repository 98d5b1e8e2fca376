"""Accuracy (or another metric) against a swept value: mean, 95 % interval, single chips, and the digital reference."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..errors import UsageError
from ..reading.metrics import label_of, shown_in_percent
from ..reading.selection import as_text, fixed_values, is_numeric, short_key
from ..statistics.sampled import images_text
from ..statistics.stopped import kinds_text, level_text
from ..statistics.summary import chance_level
from ..statistics.table import points_table
from . import layout, style
from .accuracy_axes import draw_chips, draw_line, set_x, set_y
from .accuracy_lines import lines_of, positions_along, slot_width

RASTERISE_ABOVE = 2000  # chips in the whole figure


@dataclass(frozen=True)
class Options:
    """What the user chose about the look: `percent` for fractions, `x_scale` auto, linear or log, `width` in inches."""

    percent: bool = True
    x_scale: str = "auto"
    x_label: str | None = None
    width: float = style.COLUMN_WIDTH


def accuracy_figure(dataset, roles, metric="accuracy", options=Options()):
    """A matplotlib Figure and the table behind it (points_table(), in the units of the file).

    `dataset` from load(), with one value left on every axis that `roles` (selection.choose_roles()) does not use. Where any
    chips saw samples of the test images no single chips are drawn: their values differ by their images, too.
    """
    own = [name for name in dataset[metric].dims if name not in dataset["state"].dims] if metric in dataset else []
    for name in own:
        if dataset.sizes[name] > 1:
            raise UsageError(f"{metric} has an axis of its own: choose one value with --select {name}=value")
    dataset = dataset.squeeze(own, drop=True)
    with style.style():
        table = points_table(dataset, metric)
        percent = options.percent and shown_in_percent(metric)
        positions, log = positions_along(dataset, roles.x, options.x_scale)
        lines = lines_of(dataset, roles, metric, table, positions, 100.0 if percent else 1.0)
        categorical = roles.x is None or not is_numeric(dataset, roles.x)
        bars = categorical or len(positions) == 1  # nothing to join: error bars instead of a line in a band

        figure = Figure(figsize=(options.width, 0.74 * options.width))
        FigureCanvasAgg(figure)
        axes = figure.add_axes([0.15, 0.2, 0.8, 0.7])
        slot = slot_width(positions, log)
        total = sum(np.isfinite(line.chips).sum() for line in lines)
        for index, line in enumerate(lines):
            offset = (index - (len(lines) - 1) / 2) * slot / len(lines)
            draw_chips(axes, line, offset, slot / len(lines), log, total > RASTERISE_ABOVE, len(lines))
            draw_line(axes, line, offset if bars else 0.0, log, bars, slot / len(lines))
        set_x(axes, dataset, roles.x, positions, slot, log, categorical, options.x_label)
        chance = chance_level(dataset) if metric == "accuracy" else None
        chance = chance if isinstance(chance, float) else None  # one line for all points, or none
        cut = set_y(axes, lines, None if chance is None else chance * (100.0 if percent else 1.0), percent, metric)
        axes.set_ylabel(label_of(dataset[metric]) + (" (%)" if percent else ""))
        handles = _legend_handles(lines, total, bars)
        layout.arrange(figure, axes, handles, note_pieces(dataset, roles, metric, table, cut))
        return figure, table


def _legend_handles(lines, total_chips, bars):
    alone = len(lines) == 1 and lines[0].name is None
    handles = [
        Line2D(
            [], [], color=line.colour, linestyle="none" if bars else "-", marker=line.marker,
            markersize=style.marker_size(line.marker), markeredgecolor="white", markeredgewidth=0.4, label=line.name or "mean",
        )
        for line in lines
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


def note_pieces(dataset, roles, metric, table, cut):
    """The margin note: pieces of text that say where the numbers come from and what the interval means."""
    attributes = dataset.attrs
    counts = table["count"]
    chips = _range(counts.min(), counts.max(), "chip")
    replicas = _range(table["replicas"].min(), table["replicas"].max(), "training")
    trainings = table["interval_over"].iloc[0] == "trainings"
    pieces = [str(attributes.get("experiment_name") or "unnamed experiment")]
    pieces += [f"{short_key(key)} = {as_text(value)}" for key, value in fixed_values(dataset, roles).items()]
    pieces.append(f"{chips}, {replicas} a point")
    pieces.append("95 % interval over trainings" if trainings else f"{level_text(dataset)} interval over chips (this trained network)")
    kinds = "" if trainings else kinds_text(table.loc[counts > 0, "interval_kind"])
    if kinds:
        pieces.append(f"intervals: {kinds}")
    images = images_text(dataset, metric)
    pieces += [images, "no single chips drawn"] if images else []
    if cut:
        pieces.append("widest intervals cut by the axis")
    pieces.append(f"experiment {str(attributes['experiment_hash'])[:8]}")
    commit = str(attributes.get("git_commit") or "")
    pieces.append(f"ohmcarlo {attributes['ohmcarlo_version']}" + (f" ({commit[:8]})" if commit else ""))
    if attributes["status"] != "complete":
        pieces.append(f"unfinished run ({attributes['status']})")
    return pieces


def _range(low, high, noun):
    number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{number} {noun}{'' if low == high == 1 else 's'}"
