"""How probable bad chips are: probability against accuracy, with plain Monte Carlo where it reaches."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy import special

from ..errors import UsageError
from ..statistics.tail import tail_curve
from . import layout, style

PLAIN_POINTS = 12
FEWEST_CHIPS = 5  # plain chips at or below an accuracy, for a point


def tail_figure(tail, plain=None):
    """A Figure of P(accuracy <= a) of a Tail and its table. `plain`: accuracies of plain chips of the same point."""
    table = tail_curve(tail)
    with style.style():
        figure = Figure(figsize=(style.COLUMN_WIDTH, 2.6))
        FigureCanvasAgg(figure)
        axes = figure.add_axes([0.16, 0.24, 0.8, 0.68])
        colour = style.COLOURS[0]
        percent = table["accuracy"] * 100
        axes.fill_between(percent, table["ci_low"], table["ci_high"], color=colour, alpha=0.2, linewidth=0, label="95 % interval")
        axes.plot(percent, table["probability"], color=colour, linewidth=1.0, label=f"subset simulation, {len(tail.runs)} runs")
        if plain is not None:
            _draw_plain(axes, np.sort(plain))
        if np.isfinite(tail.below) and tail.estimate > 0:
            mark = {"color": style.COLOURS[1], "markersize": style.MARKER_SIZE, "zorder": 5, "label": "asked for"}
            axes.plot([tail.below * 100], [tail.estimate], "o", **mark)
        axes.set_yscale("log")
        axes.set_ylim(table["probability"][table["probability"] > 0].min() / 2, 1.5)
        axes.set_xlabel("Accuracy (%)")
        axes.set_ylabel("Chips at or below")
        if tail.worst:
            _draw_worst(axes, tail.worst)
        axes.legend(loc="upper left" if tail.worst else "lower right", frameon=False, borderaxespad=0.9)
        note = f"{tail.name}, {tail.point}; {tail.evaluations} chips evaluated"
        figure.text(layout.EDGE / style.COLUMN_WIDTH, layout.EDGE / 2.6, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR)
    return figure, table


def _draw_worst(axes, worst):
    """A mark at the top at the accuracy of each of [(bound, accuracy)], and the least bound of those that are not told apart."""
    colour = style.COLOURS[2]
    top = {"transform": axes.get_xaxis_transform(), "clip_on": False}
    axes.plot([accuracy * 100 for _, accuracy in worst], [1] * len(worst), "v", color=colour, markersize=style.MARKER_SIZE, **top)
    axes.plot([], [], "v", color=colour, markersize=style.MARKER_SIZE, label="worst chip found, all cells within")
    width = np.ptp(axes.get_xlim())
    labelled = []
    for bound, accuracy in sorted(worst):
        if all(abs(accuracy * 100 - other) > 0.09 * width for other in labelled):
            labelled.append(accuracy * 100)
            axes.annotate(
                f"{bound:g} σ", (accuracy * 100, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 4), textcoords="offset points",
                fontsize=style.NOTE_SIZE, color=colour, ha="center", va="bottom", annotation_clip=False,
            )  # fmt: skip


def _draw_plain(axes, chips):
    """Shares of plain chips with their exact binomial intervals, from where there are FEWEST_CHIPS of them on."""
    count = len(chips)
    if count < 2 * FEWEST_CHIPS:
        raise UsageError(f"only {count} plain chips: they say nothing of tails")
    below = np.unique(np.geomspace(FEWEST_CHIPS, count // 2, PLAIN_POINTS).astype(int))
    at = chips[below - 1]
    reached = np.searchsorted(chips, at, side="right")
    share = reached / count
    low = special.betaincinv(reached, count - reached + 1, 0.025)
    high = special.betaincinv(reached + 1, count - reached, 0.975)
    axes.errorbar(
        at * 100, share, yerr=[share - low, high - share], fmt="s", color=style.REFERENCE_COLOUR, markersize=style.MARKER_SIZE * 0.8,
        linewidth=0.7, label=f"{count} plain chips",
    )  # fmt: skip
