"""A ratio of two means over the same units, with its interval."""

import numpy as np
from scipy import special

from .intervals import LEVEL


def ratio_interval(above_line, below_line):
    """(ratio of the means of two lists of pairs, low, high): Fieller's 95 % interval for the ratio of expectations.

    The bounds are the roots r of (mean a - r mean b)^2 = t^2 var(a - r b) / n; NaN where b is not clearly apart from 0, so that
    the ratios that are not excluded have no two ends. E. C. Fieller, J. R. Statist. Soc. B 16, 1954.
    """
    a, b = (np.asarray(each, float) for each in (above_line, below_line))
    count = len(a)
    covariance = np.cov(a, b)
    t = special.stdtrit(count - 1, 0.5 + LEVEL / 2)
    spread = t**2 / count
    square = b.mean() ** 2 - spread * covariance[1, 1]
    middle = a.mean() * b.mean() - spread * covariance[0, 1]
    rest = a.mean() ** 2 - spread * covariance[0, 0]
    ratio = float(a.mean() / b.mean()) if b.mean() else np.nan
    root = middle**2 - square * rest
    if square <= 0 or root < 0:
        return ratio, np.nan, np.nan
    return ratio, float((middle - np.sqrt(root)) / square), float((middle + np.sqrt(root)) / square)
