"""Curves in panels, one above the other: laws and distributions."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from . import layout, style

PANEL_HEIGHT, TITLE_HEIGHT, LABEL_HEIGHT, TICKS_HEIGHT = 0.95, 0.17, 0.3, 0.16  # inches
LEFT, RIGHT = 0.47, 0.08


@dataclass(frozen=True)
class Curve:
    """A line through (x, y), or with `filled` the pale area below it."""

    x: np.ndarray
    y: np.ndarray
    colour: object
    filled: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Dots:
    """Points with intervals low .. high, named beside the last one."""

    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    colour: object
    marker: str
    name: str


@dataclass(frozen=True)
class Panel:
    """One pair of axes. `thresholds`: places along x that thin lines mark. `x_label`: where it differs from the others'."""

    y_label: str
    curves: list
    dots: tuple = ()
    title: str = ""
    y_limits: tuple = (0.0, None)
    x_label: str | None = None
    thresholds: tuple = ()


def panel_figure(panels, x_label, notes):
    """A Figure of the panels from top to bottom; `x_label` is that of those without their own, and stands under the last."""
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 1.0))
        FigureCanvasAgg(figure)
        width = figure.get_figwidth()
        note = "\n".join(layout.wrap(figure, notes, width - 2 * layout.EDGE))
        foot = 0.09 * (note.count("\n") + 1) + 2 * layout.EDGE
        labels = [panel.x_label or (x_label if place == len(panels) - 1 else None) for place, panel in enumerate(panels)]
        unders = [LABEL_HEIGHT if label else TICKS_HEIGHT for label in labels]
        total = foot + sum(TITLE_HEIGHT + PANEL_HEIGHT + under for under in unders)
        figure.set_figheight(total)
        top = total
        for panel, label, under in zip(panels, labels, unders):
            bottom = top - TITLE_HEIGHT - PANEL_HEIGHT
            place = [LEFT / width, bottom / total, (width - LEFT - RIGHT) / width, PANEL_HEIGHT / total]
            _draw(figure.add_axes(place), panel, label)
            top = bottom - under
        figure.text(layout.EDGE / width, layout.EDGE / total, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR, va="bottom")
        return figure


def _draw(axes, panel, label):
    for curve in panel.curves:
        if curve.filled:
            axes.fill_between(curve.x, curve.y, color=curve.colour, alpha=0.3, linewidth=0, zorder=2)
        else:
            axes.plot(
                curve.x, curve.y, color=curve.colour, linewidth=0.8, linestyle=style.CLEAN_DASHES if curve.dashed else "-", zorder=3
            )
    for dots in panel.dots:
        axes.errorbar(
            dots.x, dots.y, [dots.y - dots.low, dots.high - dots.y], color=dots.colour, linestyle="none", marker=dots.marker,
            markersize=0.7 * style.marker_size(dots.marker), elinewidth=0.6, zorder=4,
        )  # fmt: skip
        last = np.argmax(dots.y)
        axes.annotate(
            dots.name, (dots.x[last], dots.y[last]), xytext=(0, 4), textcoords="offset points", color=dots.colour, fontsize=6.5,
            ha="center", va="bottom",
        )  # fmt: skip
    for threshold in panel.thresholds:
        axes.axvline(threshold, color=style.REFERENCE_COLOUR, linewidth=0.3, linestyle=(0, (1, 2)), zorder=1)
    axes.margins(x=0.01)
    axes.set_ylim(*panel.y_limits)
    axes.set_ylabel(panel.y_label)
    axes.set_title(panel.title, fontsize=6.5, loc="left", pad=2.5)
    if label:
        axes.set_xlabel(label)
