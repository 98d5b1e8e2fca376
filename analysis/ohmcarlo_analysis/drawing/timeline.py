"""The busy periods of an accelerator's modules as bars against time, one line a module."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..errors import UsageError
from . import layout, style

LINE_HEIGHT = 0.13  # inches
BAR = 0.7  # of a line
NAME_SIZE = 5.5  # points
SHARE_WIDTH = 0.32  # inches


def window_of(periods, text=None):
    """(first, last) cycle to show, from a text FIRST,LAST; all cycles without. Raises UsageError."""
    whole = int(periods["start"].min()), int(periods["end"].max())
    if text is None:
        return whole
    try:
        first, last = (int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--cycles wants FIRST,LAST, not {text}") from None
    if not (whole[0] <= first < last <= whole[1]):
        raise UsageError(f"--cycles {text}: allowed are FIRST < LAST within {whole[0]},{whole[1]}")
    return first, last


def within(periods, window):
    """The periods cut to a window (first, last), those outside left out."""
    first, last = window
    cut = periods.assign(start=periods["start"].clip(lower=first), end=periods["end"].clip(upper=last))
    return cut[cut["start"] < cut["end"]].reset_index(drop=True)


def timeline_figure(periods, window, notes):
    """A Figure of read_timeline() in a window of cycles: layer by layer its modules as they come, each with its busy share.

    A module that does nothing in the window keeps its line. Layers differ in colour.
    """
    first, last = window
    shown = within(periods, window)
    layers = list(dict.fromkeys(periods["layer"]))
    modules = sorted(dict.fromkeys(zip(periods["layer"], periods["module"])), key=lambda each: layers.index(each[0]))
    with style.style():
        figure = Figure(figsize=(2 * style.COLUMN_WIDTH, 1.0))
        FigureCanvasAgg(figure)
        width = figure.get_figwidth()
        note = "\n".join(layout.wrap(figure, notes, width - 2 * layout.EDGE))
        foot = 0.09 * (note.count("\n") + 1) + 0.45
        names = [f"{layer}: {module}" for layer, module in modules]
        left = max(layout.text_width(figure, name, NAME_SIZE) for name in names) + 2.5 * layout.EDGE
        height = LINE_HEIGHT * len(modules)
        total = foot + height + 2 * layout.EDGE
        figure.set_figheight(total)
        axes = figure.add_axes([left / width, foot / total, (width - left - SHARE_WIDTH) / width, height / total])
        for place, module in enumerate(modules):
            part = shown[(shown["layer"] == module[0]) & (shown["module"] == module[1])]
            colour = style.COLOURS[layers.index(module[0]) % len(style.COLOURS)]
            lengths = (part["end"] - part["start"]).to_numpy()
            bars = np.column_stack([part["start"].to_numpy(), lengths])
            axes.broken_barh(bars, (place - BAR / 2, BAR), color=colour, linewidth=0)
            share = lengths.sum() / (last - first)
            axes.annotate(
                f"{100 * share:.3g} %", (1.0, place), xycoords=("axes fraction", "data"), xytext=(2, 0),
                textcoords="offset points", fontsize=style.NOTE_SIZE, va="center",
            )  # fmt: skip
        axes.set_ylim(len(modules) - 0.5, -0.5)
        axes.set_xlim(first, last)
        axes.set_yticks(range(len(modules)))
        axes.set_yticklabels(names, fontsize=NAME_SIZE)
        axes.tick_params(axis="y", length=0)
        axes.grid(False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 2.5, 5, 10]))
        axes.set_xlabel("Clock cycle; on the right the share of these cycles in which a module is busy")
        figure.text(layout.EDGE / width, layout.EDGE / total, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR)
        return figure
