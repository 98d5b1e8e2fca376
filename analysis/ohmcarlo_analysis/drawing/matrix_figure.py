"""Matrices of numbers as coloured fields, with the numbers in them where they fit."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from . import layout, style

FIELD = 0.42  # inches, the least width of a field whose number is written
ROW_HEIGHT = 0.3  # inches, of the rows of one of several matrices, unless its height is that of one that is alone
MOST_WRITTEN = 16  # columns, or rows: larger matrices have colours alone
BAR_WIDTH, BAR_GAP, BAR_ROOM = 0.07, 0.06, 0.32  # inches: of the scale of colours at the right, with its numbers
TITLE_HEIGHT = 0.1  # inches, of the scale's
DARK = 0.55  # of the scale: on darker fields numbers are white
MAP = "viridis"


@dataclass(frozen=True)
class Matrix:
    """Numbers [row, column]; fields of NaN stay white. `label`: of the scale of colours; `title`: what stands above.

    `texts`: [row][column], written where there are few enough, or None. `limits`: of the scale; None: those of the values.
    """

    values: np.ndarray
    label: str
    texts: list | None = None
    title: str = ""
    limits: tuple | None = None


def matrix_figure(matrices, columns, rows, labels, notes, downwards=False):
    """A Figure of matrices above each other, all of the same columns and rows, each with a scale of its own.

    `columns`, `rows`: their names. `labels`: (along x, along y). The first row is at the bottom, or on top where rows go
    `downwards`.
    """
    with style.style():
        fits = max(len(columns), len(rows)) <= MOST_WRITTEN
        written = fits and all(matrix.texts is not None for matrix in matrices)
        lines = [line for matrix in matrices for row in matrix.texts for text in row for line in text.split("\n")] if written else []
        needed = len(columns) * max(FIELD, 0.062 * max(map(len, lines), default=0)) + 1.2 if written else style.COLUMN_WIDTH
        figure = Figure(figsize=(max(style.COLUMN_WIDTH, min(needed, 3 * style.COLUMN_WIDTH)), 1.0))
        FigureCanvasAgg(figure)
        stack = []
        for place, matrix in enumerate(matrices):
            axes = figure.add_axes([0.15, 0.2, 0.8, 0.7], label=str(place))
            _draw(axes, matrix, written, downwards)
            _name(axes, columns, rows, labels)
            layout.describe(figure, axes, matrix.title, pad=72 * TITLE_HEIGHT + 4)
            stack.append(axes)
        height = layout.AXES_HEIGHT * figure.get_figwidth()
        if len(stack) > 1:
            height = min(height, max(layout.STACK_HEIGHT * figure.get_figwidth(), ROW_HEIGHT * len(rows)))
        layout.arrange_stack(figure, stack, [], notes, height, over=TITLE_HEIGHT)
        for axes, matrix in zip(stack, matrices):
            _add_scale(figure, axes, _scale(matrix), matrix.label)
        return figure


def _scale(matrix):
    finite = matrix.values[np.isfinite(matrix.values)]
    low, high = matrix.limits or ((finite.min(), finite.max()) if len(finite) else (0.0, 1.0))
    return Normalize(low, high if high > low else low + 1e-9)


def _draw(axes, matrix, written, downwards):
    scale = _scale(matrix)
    axes.grid(False)
    axes.imshow(matrix.values, cmap=MAP, norm=scale, aspect="auto", origin="upper" if downwards else "lower", interpolation="nearest")
    for (row, column), value in np.ndenumerate(matrix.values):
        if written and np.isfinite(value):
            colour = "white" if scale(value) < DARK else "black"
            text = matrix.texts[row][column]
            axes.text(column, row, text, ha="center", va="center", fontsize=5.5, color=colour, linespacing=1.15)


def _name(axes, columns, rows, labels):
    crowded = sum(len(name) + 2 for name in columns) > 60
    thin = max(1, -(-max(len(columns), len(rows)) // 25))
    axes.set_xticks(range(0, len(columns), thin))
    axes.set_xticklabels(columns[::thin], rotation=45 if crowded else 0, ha="right" if crowded else "center", rotation_mode="anchor")
    axes.set_yticks(range(0, len(rows), thin))
    axes.set_yticklabels(rows[::thin])
    axes.tick_params(length=0)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    for side in axes.spines.values():
        side.set_visible(False)


def _add_scale(figure, axes, scale, label):
    width = figure.get_figwidth()
    box = axes.get_position()
    room = (BAR_GAP + BAR_WIDTH + BAR_ROOM) / width
    axes.set_position([box.x0, box.y0, box.width - room, box.height])
    place = [box.x0 + box.width - room + BAR_GAP / width, box.y0, BAR_WIDTH / width, box.height]
    bar_axes = figure.add_axes(place)
    bar_axes.grid(False)
    colours = np.linspace(scale.vmin, scale.vmax, 256)[:, None]
    bar_axes.imshow(colours, cmap=MAP, norm=scale, aspect="auto", origin="lower", extent=[0, 1, scale.vmin, scale.vmax])
    bar_axes.set_xticks([])
    bar_axes.yaxis.tick_right()
    bar_axes.tick_params(labelsize=5.5, length=1.5, pad=1.5)
    bar_axes.set_title(label, fontsize=5.5, loc="right", pad=3)
    for side in bar_axes.spines.values():
        side.set_visible(False)
