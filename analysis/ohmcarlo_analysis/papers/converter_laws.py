"""The laws of noisy converters: which level a sum becomes, and how the currents of a bit line overlap.

A converter has levels g_i = step i, i = 0 .. K-1. A sum with logistic noise of scale s (sd pi s / sqrt(3)) becomes level i with
the probability that sum and noise lie within half a step of g_i.
"""

import numpy as np
from scipy import special


def level_probabilities(sums, step, scale, levels, tails="normalise"):
    """The probabilities of each level, [sums, levels], of sums with logistic noise of a scale above 0.

    `tails`: "normalise" takes the noise to stay within half a step of the outermost levels; "clip" gives what lies beyond them to
    these, as hardware does.
    """
    sums = np.asarray(sums, float)[:, None]
    edges = step * (np.arange(levels + 1) - 0.5)
    if tails == "clip":
        edges[0], edges[-1] = -np.inf, np.inf
    low, high = (edges[:-1] - sums) / scale, (edges[1:] - sums) / scale
    # ln(F(high) - F(low)) = ln F(high) + ln F(-low) + ln(1 - exp(low - high)), which does not cancel far from the level
    logs = special.log_expit(high) + special.log_expit(-low) + np.log(-np.expm1(low - high))
    return np.exp(logs - special.logsumexp(logs, axis=1, keepdims=True))


def current_sd(on, lines, cell_cv, off_ratio):
    """The sd of a bit line's current, in currents of a conducting cell, with `on` of its `lines` cells conducting.

    Every cell's current has the sd `cell_cv` times its own mean: 1 where it conducts, `off_ratio` where it does not.
    """
    return cell_cv * np.sqrt(on + (lines - on) * off_ratio**2)


def misread_probability(on, lines, cell_cv, off_ratio):
    """How often a current lies nearer to the mean of another number of conducting cells than to its own.

    2 Q(h / sd) with h half the distance of two means, 1 - off_ratio; Q(h / sd) at either end, where there is one neighbour.
    """
    on = np.asarray(on)
    half = (1.0 - off_ratio) / 2
    tail = special.ndtr(-half / current_sd(on, lines, cell_cv, off_ratio))
    return np.where((on == 0) | (on == lines), 1, 2) * tail


def drawn_currents(on, lines, cell_cv, off_ratio, draws, random):
    """`draws` currents of a bit line, each the sum of its cells' own normal currents."""
    means = np.where(np.arange(lines) < on, 1.0, off_ratio)
    return (means * (1.0 + cell_cv * random.standard_normal((draws, lines)))).sum(axis=1)
