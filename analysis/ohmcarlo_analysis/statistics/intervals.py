"""Weighted means and Student-t intervals: the one computation behind every interval of the package."""

import numpy as np
from scipy import special

LEVEL = 0.95


def weighted_interval(values, weights, present):
    """Weighted mean, sd and 95 % Student-t interval over the last axis; equal weights give the textbook ones.

    `present` says which units exist. Returns a dict of arrays `mean`, `sd`, `ci_low`, `ci_high`, `count`.
    """
    count = present.sum(axis=-1)
    with np.errstate(all="ignore"):
        total = sum_present(weights, present)
        # From the smallest value on, so that equal chips have exactly their mean and no spread.
        base = np.where(present, values, np.inf).min(axis=-1, initial=np.inf)
        base = np.where(np.isfinite(base), base, 0.0)
        mean = base + sum_present((values - base[..., None]) * weights, present) / total
        freedom = np.where(count > 1, count - 1, np.nan)
        residual = (values - mean[..., None]) * weights / (total / count)[..., None]
        sd = np.sqrt(sum_present(residual**2, present) / freedom)
        half = special.stdtrit(freedom, 0.5 + LEVEL / 2) * sd / np.sqrt(count)
    return {"mean": mean, "sd": sd, "ci_low": mean - half, "ci_high": mean + half, "count": count}


def sum_present(values, present):
    """The sum over the last axis of the values that are present."""
    return np.where(present, values, 0.0).sum(axis=-1)
