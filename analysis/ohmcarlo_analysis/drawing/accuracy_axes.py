"""Draw the lines of an accuracy figure into its axes, and choose the limits and ticks of these."""

import numpy as np
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator

from ..reading.metrics import shown_in_percent
from ..reading.selection import as_text
from . import style
from .accuracy_lines import shift

GOLDEN = 0.6180339887498949
MOST_CHIPS_DRAWN = 1000  # of one point; above that every k-th, and always the lowest and the highest
BAND_SHARE = 0.6  # how much of the data's own height intervals may add above and below


def draw_chips(axes, line, offset, width, log, rasterised, lines):
    """Dots of single chips around each point, spread over `width` along x, and dashes of single trainings."""
    xs, ys = [], []
    for x, chips in zip(line.x, line.chips):
        values = chips[np.isfinite(chips)]
        jitter = (np.arange(len(values)) * GOLDEN) % 1.0 - 0.5  # even, deterministic, the same chip at the same place
        keep = _thinned(values)
        xs.append(shift(np.full(len(keep), x), offset + 0.8 * width * jitter[keep], log))
        ys.append(values[keep])
    xs, ys = np.concatenate(xs), np.concatenate(ys)
    if len(xs):
        most = np.isfinite(line.chips).sum(axis=1).max()
        crowd = 1.0 + max(0, lines - 3) / 4  # with many lines the means are what matters
        alpha = float(np.clip(4.0 / np.sqrt(most), 0.10, 0.6)) / crowd
        axes.plot(
            xs, ys, linestyle="none", marker="o", markersize=1.5 / np.sqrt(crowd), markeredgewidth=0, color=line.colour,
            alpha=alpha, zorder=1.5, rasterized=rasterised,
        )  # fmt: skip
    if line.trainings.size:
        x = np.repeat(shift(line.x, offset, log), line.trainings.shape[1])
        axes.plot(
            x, line.trainings.ravel(), linestyle="none", marker="_", markersize=4.0, markeredgewidth=0.7, color=line.colour,
            zorder=3.2,
        )  # fmt: skip


def _thinned(values):
    if len(values) <= MOST_CHIPS_DRAWN:
        return np.arange(len(values))
    step = -(-len(values) // MOST_CHIPS_DRAWN)
    return np.unique([*range(0, len(values), step), int(values.argmin()), int(values.argmax())])


def draw_line(axes, line, offset, log, bars, width):
    """The means with their intervals (bars, else a band) and the digital accuracy of one line."""
    x = shift(line.x, offset, log)
    mean, low, high = (line.table[name].to_numpy() for name in ("mean", "ci_low", "ci_high"))
    dashes = {"color": line.clean_colour, "linestyle": style.CLEAN_DASHES, "linewidth": 0.8, "zorder": 2.4}
    with_bars, with_clean = np.isfinite(low), np.isfinite(line.clean)
    if not bars:
        axes.fill_between(x, low, high, color=line.colour, alpha=0.22, linewidth=0, zorder=2)
        axes.plot(x, line.clean, alpha=0.9, **dashes)
        with_bars, with_clean = _alone(with_bars), _alone(with_clean)
    if with_bars.any():
        lengths = np.array([mean - low, high - mean])[:, with_bars]
        axes.errorbar(
            x[with_bars], mean[with_bars], lengths, color=line.colour, linestyle="none", elinewidth=0.8, capsize=3.5,
            capthick=0.8, zorder=3,
        )  # fmt: skip
    for centre, value in zip(x[with_clean], line.clean[with_clean]):
        axes.plot([shift(centre, -width / 2, log), shift(centre, width / 2, log)], [value, value], **dashes)
    axes.plot(
        x, mean, color=line.colour, linestyle="none" if bars else "-", marker=line.marker,
        markersize=style.marker_size(line.marker) * (0.8 if bars else 1.0), markeredgecolor="white", markeredgewidth=0.4,
        zorder=3.5,
    )  # fmt: skip


def _alone(present):
    """Which of the present points have no present neighbour, so that a band or a line would not show them."""
    padded = np.concatenate([[False], present, [False]])
    return present & ~padded[:-2] & ~padded[2:]


def set_x(axes, dataset, x, positions, slot, log, categorical, label):
    """The limits, ticks and label of the x axis."""
    margin = slot * (0.8 if len(positions) > 1 else 2.0)
    if log:
        axes.set_xscale("log")
        if (dataset[x].values == 0).any():
            _mark_zero(axes, np.sort(positions))
    axes.set_xlim(shift(positions.min(), -margin, log), shift(positions.max(), margin, log))
    if not log:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 2.5, 5, 10]))
        if len(positions) <= 6 or np.all(positions == np.round(positions)) and len(positions) <= 10:
            axes.xaxis.set_major_locator(FixedLocator(np.sort(positions)))
    if categorical:
        names = [""] if x is None else [as_text(value) for value in dataset[x].values]
        crowded = sum(len(name) + 2 for name in names) > 48
        axes.set_xticks(positions)
        axes.set_xticklabels(names, rotation=30 if crowded else 0, ha="right" if crowded else "center", rotation_mode="anchor")
        axes.xaxis.set_minor_locator(NullLocator())
    if x is None:
        axes.tick_params(axis="x", length=0)
    axes.set_xlabel(label if label is not None else "" if x is None else style.axis_label(x))


def _mark_zero(axes, ordered):
    """Ticks of a logarithmic axis whose first place stands for 0: the axis is broken behind it."""
    zero, positive = ordered[0], ordered[1:]
    decades = 10.0 ** np.arange(np.ceil(np.log10(positive[0]) - 1e-9), np.floor(np.log10(positive[-1]) + 1e-9) + 1)
    ticks = decades if len(decades) > 1 else positive
    axes.set_xticks([zero, *ticks])
    axes.set_xticklabels(["0", *(f"$10^{{{round(np.log10(tick))}}}$" if len(decades) > 1 else as_text(tick) for tick in ticks)])
    minor = np.outer(10.0 ** np.arange(np.floor(np.log10(positive[0])), np.ceil(np.log10(positive[-1]))), np.arange(2, 10)).ravel()
    axes.xaxis.set_minor_locator(FixedLocator(minor[(minor >= positive[0]) & (minor <= positive[-1])]))
    axes.xaxis.set_minor_formatter(NullFormatter())
    middle = np.sqrt(zero * positive[0])
    axes.plot(
        [middle], [0.0], transform=axes.get_xaxis_transform(), marker=[(-0.5, -1), (0.5, 1)], markersize=5, color="black",
        markeredgewidth=0.6, linestyle="none", clip_on=False, zorder=5,
    )  # fmt: skip


def set_y(axes, lines, chance, percent, metric):
    """Limits from the data; the chance level when accuracy comes near it. True if an interval is cut by the axis."""
    columns = [line.clean for line in lines] + [line.table["mean"].to_numpy() for line in lines]
    columns += [line.chips.ravel() for line in lines]
    data = np.concatenate(columns)
    data = data[np.isfinite(data)]
    if not len(data):
        axes.set_ylim(0, 100 if percent else 1)
        return False
    low, high = data.min(), data.max()
    unit = 100.0 if percent else 1.0
    least = 0.005 * unit if shown_in_percent(metric) else 1e-3 * max(abs(low), abs(high), 1e-12)
    span = max(high - low, least)
    edges = np.concatenate([line.table[name].to_numpy() for line in lines for name in ("ci_low", "ci_high")])
    edges = edges[np.isfinite(edges)]
    if len(edges):
        low = min(low, max(edges.min(), low - BAND_SHARE * span))
        high = max(high, min(edges.max(), high + BAND_SHARE * span))
    if chance is not None and low - chance < 0.15 * span:
        low = min(low, chance)
        style.draw_chance(axes, chance)
    pad = 0.045 * max(high - low, least)
    bottom, top = low - pad, high + pad
    if shown_in_percent(metric):  # nothing lies outside 0 and 1; the pad keeps markers at the ends whole
        bottom, top = max(bottom, -0.02 * unit), min(top, unit + pad)
    elif low >= 0:
        bottom = max(bottom, -pad) if low > 0 else -pad
    axes.set_ylim(bottom, top)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    if shown_in_percent(metric):
        axes.set_yticks([tick for tick in axes.get_yticks() if max(bottom, -1e-9) <= tick <= min(top, unit * (1 + 1e-9))])
    return bool(len(edges) and (edges.min() < bottom or edges.max() > top))
