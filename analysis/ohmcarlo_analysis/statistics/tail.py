"""Probabilities of bad chips from the levels of subset simulation."""

import numpy as np
import pandas as pd
from scipy import special

MOST_SPREAD = 1.2  # sd of ln P over runs beyond which there is no interval


def probability(levels, accuracy):
    """P(accuracy of a chip <= `accuracy`) as one run estimates it: by the first level whose threshold is no higher, else the last."""
    passed = 1.0
    for level in levels[:-1]:
        if level.threshold <= accuracy:
            return passed * np.mean(level.accuracy <= accuracy)
        passed *= level.share
    return passed * np.mean(levels[-1].accuracy <= accuracy)


def tail_curve(tail):
    """A pandas.DataFrame over all accuracies that chips had: accuracy, probability (mean over runs), ci_low, ci_high (95 %).

    The interval is log-normal over runs; NaN where a run met no such chip, or where runs differ too much.
    """
    rows = []
    for accuracy in np.unique(np.concatenate([level.accuracy for run in tail.runs for level in run])):
        values = np.array([probability(run, accuracy) for run in tail.runs])
        row = {"accuracy": accuracy, "probability": values.mean(), "ci_low": np.nan, "ci_high": np.nan}
        if np.all(values > 0):
            spread = np.log(values).std(ddof=1)
            if spread <= MOST_SPREAD:
                half = special.stdtrit(len(values) - 1, 0.975) * spread / np.sqrt(len(values))
                row |= {"ci_low": values.mean() * np.exp(-half), "ci_high": min(1.0, values.mean() * np.exp(half))}
        rows.append(row)
    return pd.DataFrame(rows)
