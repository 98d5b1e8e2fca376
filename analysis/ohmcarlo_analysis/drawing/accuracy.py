"""Accuracy (or another metric) against a swept value: mean, 95 % interval, single chips, and the digital reference."""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from . import layout, style
from ..errors import UsageError
from ..reading.selection import as_text, fixed_values, is_numeric, short_key
from ..statistics.summary import chance_level
from ..statistics.table import points_table

GOLDEN = 0.6180339887498949
MOST_CHIPS_DRAWN = 1000  # of one point; above that every k-th, and always the lowest and the highest
RASTERISE_ABOVE = 2000  # chips in the whole figure
MOST_TRAININGS_DRAWN = 20
BAND_SHARE = 0.6  # how much of the data's own height intervals may add above and below


@dataclass(frozen=True)
class Options:
    """What the user chose about the look: `percent` for fractions, `x_scale` auto, linear or log, `width` in inches."""

    percent: bool = True
    x_scale: str = "auto"
    x_label: str | None = None
    width: float = style.COLUMN_WIDTH


@dataclass
class _Line:
    """One line of the figure; arrays run along x, values are in the unit shown; `chips` is (points, chips) and
    `trainings` (points, replicas): the replica means, none where there is only one replica."""

    name: str | None
    colour: str
    marker: str
    x: np.ndarray
    table: object
    clean: np.ndarray
    chips: np.ndarray
    trainings: np.ndarray


def accuracy_figure(dataset, roles, metric="accuracy", options=Options()):
    """A matplotlib Figure and the table behind it (points_table(), in the units of the file).

    `dataset` from load(), with one value left on every axis that `roles` (selection.choose_roles()) does not use.
    """
    own = [name for name in dataset[metric].dims if name not in dataset["state"].dims] if metric in dataset else []
    for name in own:
        if dataset.sizes[name] > 1:
            raise UsageError(f"{metric} has an axis of its own: choose one value with --select {name}=value")
    dataset = dataset.squeeze(own, drop=True)
    with style.style():
        table = points_table(dataset, metric)
        percent = options.percent and metric in style.FRACTIONS
        positions, log = _positions(dataset, roles.x, options.x_scale)
        lines = _lines(dataset, roles, metric, table, positions, 100.0 if percent else 1.0)
        categorical = roles.x is None or not is_numeric(dataset, roles.x)
        bars = categorical or len(positions) == 1  # nothing to join: error bars instead of a line in a band

        figure = Figure(figsize=(options.width, 0.74 * options.width))
        FigureCanvasAgg(figure)
        axes = figure.add_axes([0.15, 0.2, 0.8, 0.7])
        slot = _slot_width(positions, log)
        total = sum(np.isfinite(line.chips).sum() for line in lines)
        for index, line in enumerate(lines):
            offset = (index - (len(lines) - 1) / 2) * slot / len(lines)
            _draw_chips(axes, line, offset, slot / len(lines), log, total > RASTERISE_ABOVE, len(lines))
            _draw_line(axes, line, offset if bars else 0.0, log, bars, slot / len(lines))
        _set_x(axes, dataset, roles.x, positions, slot, log, categorical, options.x_label)
        chance = chance_level(dataset.attrs) if metric == "accuracy" else None
        cut = _set_y(axes, lines, None if chance is None else chance * (100.0 if percent else 1.0), percent, metric)
        axes.set_ylabel(style.metric_label(metric, percent))
        handles = _legend_handles(lines, total, bars)
        layout.arrange(figure, axes, handles, _note(dataset, roles, table, cut))
        return figure, table


def _positions(dataset, x, scale):
    """Where the points stand along x, and whether that axis is logarithmic."""
    if x is None or not is_numeric(dataset, x):
        return np.arange(1 if x is None else dataset.sizes[x], dtype=float), False
    values = dataset[x].values.astype(float)
    if scale == "log" and (values > 0).all():
        return values, True
    if scale == "auto" and len(values) > 2 and (values > 0).all():
        ordered = np.sort(values)
        steps, ratios = np.diff(ordered), np.diff(np.log(ordered))
        return values, bool(ordered[-1] / ordered[0] >= 20 and np.ptp(ratios) / ratios.mean() < np.ptp(steps) / steps.mean())
    return values, False


def _lines(dataset, roles, metric, table, positions, unit):
    names = [None] if roles.lines is None else list(dataset[roles.lines].values)
    ordered = roles.lines is not None and is_numeric(dataset, roles.lines)
    looks = style.line_looks(len(names), ordered)
    order = np.argsort(positions, kind="stable")
    lines = []
    for index, name in enumerate(names):
        rows = table if name is None else table[table[roles.lines] == name]
        part = dataset if name is None else dataset.isel({roles.lines: [index]})
        values = part[metric] * unit
        along = [] if roles.x is None else [roles.x]
        chips = values.transpose(*along, ..., "replica", "trial").values.reshape(len(positions), -1)[order]
        trainings = values.mean("trial").transpose(*along, ..., "replica").values.reshape(len(positions), -1)[order]
        trainings = trainings if 1 < trainings.shape[1] <= MOST_TRAININGS_DRAWN else trainings[:, :0]
        shown = rows.iloc[order][["mean", "ci_low", "ci_high"]] * unit
        clean = rows.iloc[order]["clean_accuracy"].to_numpy(float) * unit
        if metric != "accuracy":
            clean = np.full_like(clean, np.nan)
        label = None if name is None else as_text(name) if not ordered else f"{short_key(roles.lines)} = {as_text(name)}"
        lines.append(_Line(label, *looks[index], positions[order], shown.reset_index(drop=True), clean, chips, trainings))
    return lines


def _slot_width(positions, log):
    """The width, along x, that the chips of one point may take: in decades on a logarithmic axis."""
    along = np.log10(positions) if log else positions
    steps = np.diff(np.sort(along))
    if len(steps):
        return 0.55 * steps.min()
    return 0.25 * (1.0 if log or positions[0] == 0 else abs(positions[0]))


def _shift(x, offset, log):
    return x * 10.0**offset if log else x + offset


def _draw_chips(axes, line, offset, width, log, rasterised, lines):
    xs, ys = [], []
    for x, chips in zip(line.x, line.chips):
        values = chips[np.isfinite(chips)]
        jitter = (np.arange(len(values)) * GOLDEN) % 1.0 - 0.5  # even, deterministic, the same chip at the same place
        keep = _thinned(values)
        xs.append(_shift(np.full(len(keep), x), offset + 0.8 * width * jitter[keep], log))
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
        x = np.repeat(_shift(line.x, offset, log), line.trainings.shape[1])
        axes.plot(
            x, line.trainings.ravel(), linestyle="none", marker="_", markersize=4.0, markeredgewidth=0.7, color=line.colour,
            zorder=3.2,
        )  # fmt: skip


def _thinned(values):
    if len(values) <= MOST_CHIPS_DRAWN:
        return np.arange(len(values))
    step = -(-len(values) // MOST_CHIPS_DRAWN)
    return np.unique([*range(0, len(values), step), int(values.argmin()), int(values.argmax())])


def _draw_line(axes, line, offset, log, bars, width):
    x = _shift(line.x, offset, log)
    mean, low, high = (line.table[name].to_numpy() for name in ("mean", "ci_low", "ci_high"))
    dashes = {"color": line.colour, "linestyle": style.CLEAN_DASHES, "linewidth": 0.8, "zorder": 2.4}
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
        axes.plot([_shift(centre, -width / 2, log), _shift(centre, width / 2, log)], [value, value], **dashes)
    axes.plot(
        x, mean, color=line.colour, linestyle="none" if bars else "-", marker=line.marker,
        markersize=style.marker_size(line.marker) * (0.8 if bars else 1.0), markeredgecolor="white", markeredgewidth=0.4,
        zorder=3.5,
    )  # fmt: skip


def _alone(present):
    """Which of the present points have no present neighbour, so that a band or a line would not show them."""
    padded = np.concatenate([[False], present, [False]])
    return present & ~padded[:-2] & ~padded[2:]


def _set_x(axes, dataset, x, positions, slot, log, categorical, label):
    margin = slot * (0.8 if len(positions) > 1 else 2.0)
    if log:
        axes.set_xscale("log")
    axes.set_xlim(_shift(positions.min(), -margin, log), _shift(positions.max(), margin, log))
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


def _set_y(axes, lines, chance, percent, metric):
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
    least = 0.005 * unit if metric in style.FRACTIONS else 1e-3 * max(abs(low), abs(high), 1e-12)
    span = max(high - low, least)
    edges = np.concatenate([line.table[name].to_numpy() for line in lines for name in ("ci_low", "ci_high")])
    edges = edges[np.isfinite(edges)]
    if len(edges):
        low = min(low, max(edges.min(), low - BAND_SHARE * span))
        high = max(high, min(edges.max(), high + BAND_SHARE * span))
    if chance is not None and low - chance < 0.15 * span:
        low = min(low, chance)
        axes.axhline(chance, color=style.REFERENCE_COLOUR, linewidth=0.6, linestyle=(0, (1, 1.5)), zorder=1)
        # At the left end: curves that reach chance do so on the right.
        axes.annotate(
            "chance", (0.01, chance), xycoords=("axes fraction", "data"), xytext=(0, 1.5), textcoords="offset points",
            fontsize=5.5, color=style.REFERENCE_COLOUR, va="bottom", ha="left", zorder=1,
        )  # fmt: skip
    pad = 0.045 * max(high - low, least)
    bottom, top = low - pad, high + pad
    if metric in style.FRACTIONS:  # nothing lies outside 0 and 1; the pad keeps markers at the ends whole
        bottom, top = max(bottom, -0.02 * unit), min(top, unit + pad)
    elif low >= 0:
        bottom = max(bottom, -pad) if low > 0 else -pad
    axes.set_ylim(bottom, top)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    if metric in style.FRACTIONS:
        axes.set_yticks([tick for tick in axes.get_yticks() if max(bottom, -1e-9) <= tick <= min(top, unit * (1 + 1e-9))])
    return bool(len(edges) and (edges.min() < bottom or edges.max() > top))


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


def _note(dataset, roles, table, cut):
    """The margin note: pieces of text that say where the numbers come from and what the interval means."""
    attributes = dataset.attrs
    counts = table["count"]
    chips = _range(counts.min(), counts.max(), "chip")
    replicas = _range(table["replicas"].min(), table["replicas"].max(), "training")
    trainings = table["interval_over"].iloc[0] == "trainings"
    pieces = [str(attributes.get("experiment_name") or "unnamed experiment")]
    pieces += [f"{short_key(key)} = {as_text(value)}" for key, value in fixed_values(dataset, roles).items()]
    pieces.append(f"{chips}, {replicas} a point")
    pieces.append("95 % interval over trainings" if trainings else "95 % interval over chips (this trained network)")
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
