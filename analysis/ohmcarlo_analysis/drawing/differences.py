"""Paired differences with their intervals, one line each."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..reading.differences import keys_of
from . import layout, style

LINE_HEIGHT = 0.16  # inches
NAME_SIZE = 6.0  # points
LEVEL = 0.05


def differences_figure(table, what, percent, notes):
    """A Figure of read_differences(): differences that Holm's p tells from 0 at 5 % are filled. `what`: the words below the axis."""
    unit = 100.0 if percent else 1.0
    keys = keys_of(table)
    telling = [key for key in keys if table[key].nunique() > 1] or keys
    names = [", ".join(f"{key.split('.')[-1]} {row[key]}" for key in telling) for _, row in table.iterrows()]
    groups = list(dict.fromkeys(table[telling[-1]])) if telling else [""]
    looks = dict(zip(groups, style.line_looks(len(groups), False)))
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 1.0))
        FigureCanvasAgg(figure)
        left = max(layout.text_width(figure, name, NAME_SIZE) for name in names) + 3 * layout.EDGE
        width = max(style.COLUMN_WIDTH, left + 2.2)
        figure.set_figwidth(width)
        note = "\n".join(layout.wrap(figure, notes, width - 2 * layout.EDGE))
        foot, head = 0.09 * (note.count("\n") + 1) + 0.45, 0.22
        height = LINE_HEIGHT * (len(names) + 0.5)
        total = foot + height + head
        figure.set_figheight(total)
        axes = figure.add_axes([left / width, foot / total, (width - left - 2 * layout.EDGE) / width, height / total])
        for place, (_, row) in enumerate(table.iterrows()):
            colour, marker = looks[row[telling[-1]] if telling else ""]
            told = row["adjusted_p"] < LEVEL
            if np.isfinite(row["ci_low"]):
                axes.plot([row["ci_low"] * unit, row["ci_high"] * unit], [place, place], color=colour, linewidth=1.0, zorder=3)
            axes.plot(
                [row["difference"] * unit], [place], color=colour, marker=marker, markersize=style.marker_size(marker),
                markerfacecolor=colour if told else "white", markeredgecolor=colour, markeredgewidth=0.8, zorder=4,
            )  # fmt: skip
        axes.axvline(0, color=style.REFERENCE_COLOUR, linewidth=0.6, zorder=1)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_yticks(range(len(names)))
        axes.set_yticklabels(names, fontsize=NAME_SIZE)
        axes.tick_params(axis="y", length=0)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
        axes.set_xlabel(what)
        look = {"color": style.REFERENCE_COLOUR, "marker": "o", "linestyle": "none", "markersize": style.MARKER_SIZE}
        handles = [
            Line2D([], [], markerfacecolor=face, label=text, **look)
            for face, text in ((style.REFERENCE_COLOUR, "told from 0 (Holm, 5 %)"), ("white", "not told from 0"))
        ]
        figure.legend(handles=handles, ncol=2, loc="upper right", frameon=False, borderpad=0, borderaxespad=0.3, handletextpad=0.3)
        figure.text(layout.EDGE / width, layout.EDGE / total, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR)
    return figure
