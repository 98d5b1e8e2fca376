"""Figures 1c and 3 of paper 001, which are laws and no results: shown beside results of the trainings that use them."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from scipy import special

from ..facts.concrete import METHOD, concerns
from ..drawing import style
from ..drawing.exhibit import Exhibit, row
from ..drawing.panel_figure import Curve, Dots, Panel, panel_figure
from ..study.conditions import Missing
from ..study.interval import Interval
from .converter_laws import current_sd, drawn_currents, level_probabilities, misread_probability

LEVELS = 16
SCALES = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)  # of the logistic noise, in steps of the converter
DRAWN_SCALES = (0.1, 0.3, 1.0)
LINES, OFF_RATIO = 16, 0.1  # word lines on; current of a cell in its high-resistance state
CELL_CVS = (0.05, 0.08)
DRAWS, SEED = 20000, 1
LEAST_DRAWN = 0.004  # probability: a dashed curve does not run along the axis
HIGHEST = 5.0  # density shown; narrow distributions are higher


def bins(study):
    """Probabilities of a 4-bit converter's levels under logistic noise."""
    _require(study)
    sums = np.linspace(-1.0, LEVELS, 681)
    panels = []
    for scale in DRAWN_SCALES:
        drawn = {tails: level_probabilities(sums, 1.0, scale, LEVELS, tails) for tails in ("normalise", "clip")}
        curves = [Curve(sums, drawn["normalise"][:, level], _colour(level, LEVELS - 1)) for level in range(LEVELS)]
        for level in (0, LEVELS - 1):
            clipped = drawn["clip"][:, level]
            there = clipped > LEAST_DRAWN
            curves.append(Curve(sums[there], clipped[there], _colour(level, LEVELS - 1), dashed=True))
        panels.append(Panel("Probability", curves, title=f"scale of the noise: {scale:g} steps", y_limits=(0.0, 1.04)))
    centre = LEVELS // 2
    own = {scale: level_probabilities([centre], 1.0, scale, LEVELS, "clip")[0, centre] for scale in SCALES}
    table = pd.DataFrame([row(Interval(each, np.nan, np.nan, 0, ""), scale=scale) for scale, each in own.items()])
    figure = panel_figure(panels, "Sum (steps of the converter)", ["one curve a level; dashed: the outer levels where tails are clipped"])
    caption = (
        "The law by which Concrete draws a level, not a result. Numbers: how often a sum in the middle of a level keeps it, "
        "by the scale of the logistic noise in steps (its sd is 1.814 times that)."
    )
    return Exhibit("concrete_fig3", "Figure 3", caption, figure, table, ("scale",), 1.0, "", compared=False, digits=6)


def margins(study):
    """Distributions of a bit line's current for each number of conducting cells, and how many are misread."""
    _require(study)
    random = np.random.default_rng(SEED)
    counts = np.arange(LINES + 1)
    means = counts + OFF_RATIO * (LINES - counts)
    rows, shown = [], {}
    for cell_cv in CELL_CVS:
        draws = [drawn_currents(on, LINES, cell_cv, OFF_RATIO, DRAWS, random) for on in counts]
        shown[cell_cv] = draws
        exact = misread_probability(counts, LINES, cell_cv, OFF_RATIO)
        for on, currents, closed in zip(counts, draws, exact):
            wrong = int((np.abs(currents[:, None] - means).argmin(axis=1) != on).sum())
            share = Interval(wrong / DRAWS, *_exact_interval(wrong, DRAWS), DRAWS, "draws")
            rows.append(row(share, cell_cv=cell_cv, on=on, closed_form=f"{closed:.6f}"))
    table = pd.DataFrame(rows)
    panels = [_distributions(cell_cv, draws, counts, means) for cell_cv, draws in shown.items()]
    note = [
        f"{DRAWS:,} draws a point, 95 % interval over draws", "lines: normal law; fills and dots: sums of drawn cells",
        "dotted: thresholds",
    ]  # fmt: skip
    figure = panel_figure([*panels, _misreads(table)], None, note)
    caption = (
        f"Bit-line current with {LINES} word lines on, by the number of conducting cells; a cell that does not conduct has "
        f"{OFF_RATIO:g} of the current of one that does, and all have the same relative sd. Laws, not results: the paper's own "
        "numbers are lost. Misread: nearer to the mean of another number of cells."
    )
    labels = ("cell_cv", "on", "closed_form")
    return Exhibit("concrete_fig1c", "Figure 1c", caption, figure, table, labels, 1.0, "", compared=False, digits=6)


def _require(study):
    if not concerns(study):
        raise Missing(f"{METHOD} = ste-adc or concrete-adc")


def _distributions(cell_cv, draws, counts, means):
    curves = []
    for on, currents, mean in zip(counts, draws, means):
        sd = current_sd(on, LINES, cell_cv, OFF_RATIO)
        heights, edges = np.histogram(currents, bins=40, density=True)
        currents_at = np.linspace(mean - 4 * sd, mean + 4 * sd, 161)
        colour = _colour(on, LINES)
        curves.append(Curve((edges[:-1] + edges[1:]) / 2, heights, colour, filled=True))
        density = np.exp(-((currents_at - mean) ** 2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi))
        curves.append(Curve(currents_at, density, colour))
    title = f"none (left) to all {LINES} cells conduct; relative sd of a cell {cell_cv:.0%}"
    thresholds = tuple((means[:-1] + means[1:]) / 2)
    return Panel("Density", curves, title=title, y_limits=(0.0, HIGHEST), x_label="Current (conducting cells)", thresholds=thresholds)


def _misreads(table):
    curves, dots = [], []
    for place, (cell_cv, part) in enumerate(table.groupby("cell_cv", sort=True)):
        colour, marker = style.line_looks(len(CELL_CVS), False)[place]
        curves.append(Curve(part["on"].to_numpy(float), part["closed_form"].astype(float).to_numpy(), colour))
        x, mean, low, high = (part[name].to_numpy(float) for name in ("on", "mean", "ci_low", "ci_high"))
        dots.append(Dots(x, mean, low, high, colour, marker, f"{cell_cv:.0%}"))
    return Panel("Share misread", curves, dots, title="nearer to the mean of another number of cells", x_label="Cells that conduct")


def _exact_interval(hits, draws):
    """Clopper and Pearson's 95 % interval of a share."""
    low = special.betaincinv(hits, draws - hits + 1, 0.025) if hits else 0.0
    high = special.betaincinv(hits + 1, draws - hits, 0.975) if hits < draws else 1.0
    return float(low), float(high)


def _colour(place, last):
    return colormaps["viridis"](0.9 * place / last)
