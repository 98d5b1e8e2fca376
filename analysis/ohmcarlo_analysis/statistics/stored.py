"""The summaries that a results file carries, compared with those computed from its trials."""

import h5py
import numpy as np

from ..reading.reader import open_results, read_file
from .stopped import KINDS
from .summary import summarise, summarise_replicas


def check_summary(path):
    """The largest relative difference between /summary, /summary_replica and our own numbers of one file.

    inf where a stored number is NaN and ours is not (or the reverse), where shapes differ, and for a file without summaries.
    """
    return max(compare_summary(path).values(), default=np.inf)


def compare_summary(path):
    """{path of a summary dataset: its largest relative difference from our own computation} for one results file."""
    dataset = read_file(path)
    differences = {}
    with open_results(path) as file:
        for group, ours in (("summary", summarise), ("summary_replica", summarise_replicas)):
            for metric, stored in file.get(group, {}).items():
                if not isinstance(stored, h5py.Group) or metric not in dataset:
                    continue
                own = ours(dataset, metric)
                negligible = 1e-12 * float(np.nan_to_num(np.abs(own["mean"].values)).max(initial=0.0))
                for name, item in stored.items():
                    if name in own:
                        differences[item.name] = _largest_difference(_numbers(own[name].values), item[()], negligible)
    return differences


def _numbers(values):
    """Values as the file has them: kinds of intervals are numbers there."""
    return np.vectorize(KINDS.index, otypes=[float])(values) if values.dtype == object else values


def _largest_difference(ours, theirs, negligible):
    """The largest relative difference; one of at most `negligible` is rounding (an sd of 1e-17 instead of 0)."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape or (np.isnan(ours) != np.isnan(theirs)).any():
        return np.inf
    difference = np.abs(ours - theirs)
    scale = np.maximum(np.abs(ours), np.abs(theirs))
    counts = difference > negligible
    return float((difference[counts] / scale[counts]).max(initial=0.0))
