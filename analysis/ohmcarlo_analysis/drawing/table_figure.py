"""A table that is typeset as a figure."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from . import layout, style

ROW_HEIGHT = 0.17  # inches
COLUMN_GAP = 0.15  # inches, the least
TABLE_SIZE = 6.5  # points


def table_figure(header, rows, notes):
    """A Figure that is a typeset table: texts, the first column left, the others right."""
    with style.style():
        height = ROW_HEIGHT * (len(rows) + 1.6)
        figure = Figure(figsize=(style.COLUMN_WIDTH, height + 0.5))
        FigureCanvasAgg(figure)
        widths = [[layout.text_width(figure, text, TABLE_SIZE) for text in line] for line in [header, *rows]]
        needed = np.max(widths, axis=0)
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
                    edges[0] if left else edges[index + 1], y, text, ha="left" if left else "right", va="center",
                    fontsize=TABLE_SIZE, fontweight="bold" if number == 0 else "normal",
                )  # fmt: skip
        for y in (ROW_HEIGHT + 0.02, height - 0.3 * ROW_HEIGHT):
            axes.plot([edges[0], edges[-1]], [1 - y / total] * 2, color="black", linewidth=0.6)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        figure.text(layout.EDGE / width, layout.EDGE / total, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR)
        return figure
