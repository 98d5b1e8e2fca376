"""The rules of a race, written from their words: what the program decides is compared with it."""

import math

import numpy as np
from scipy import special


def half_width(values, pairs, tuned_for):
    """Of the sequence at alpha / pairs, tuned for so many values at alpha."""
    n, alpha = len(values), 0.05
    rho2 = (-special.lambertw(-(alpha**2) / math.e, -1).real - 1) / tuned_for
    c, level = 1 / rho2, alpha / pairs
    r = ((n + c) / (c * level**2)) ** (1 / n)
    rest = 1 - r * c / (n + c)
    return math.inf if rest <= 0 else values.std(ddof=0) * math.sqrt((r - 1) / rest)


def race(values, looks, tolerance, tuned_for, least=0):
    """(units of every value, looks at which they were dropped, leader) of a race over `values` [value, unit].

    Units are chips, or trainings; every value gets `least` of them whatever looks say.
    """
    units, dropped, racing = [least] * len(values), [0] * len(values), list(range(len(values)))
    for look in looks:
        for value in racing:
            units[value] = max(look, least)
        means = [values[value][:look].mean() for value in racing]
        leader = racing[int(np.argmax(np.round(means, 12)))]
        near = True
        for value in list(racing):
            behind = values[leader][:look] - values[value][:look]
            half = half_width(behind, len(values) - 1, tuned_for)
            if value != leader and behind.mean() - half > 0:
                racing.remove(value)
                dropped[value] = look
            elif value != leader:
                near = near and abs(behind.mean()) + half <= tolerance
        if len(racing) == 1 or near:
            break
    return units, dropped, leader
