"""Means, Student-t intervals and failure counts, computed from the trials alone and never from /summary.

What an interval is over depends on the replicas (independent trainings). One replica: over its chips, "for this trained
network". Several: over the replica means, "over trainings"; chips of one training share its network and do not count as
independent. With R replicas of n_r chips, mean m_r and standard deviation s_r at one point:

    mean, sd  of the replica means m_r                                (one replica: of its chips)
    interval  mean +- t(R - 1) sd / sqrt(R)                           (one replica: mean +- t(n - 1) s / sqrt(n))
    chips     mean +- t(nu) sqrt(sum of s_r^2 / n_r) / R              (these trainings, other chips; nu of Welch-Satterthwaite)
    median    over all chips of all replicas

`ekl`, a mean over the correctly classified images, is pooled: every chip (and replica) weighs as many images as it
classified correctly, and the interval is that of a ratio estimator (Cochran, Sampling Techniques, 3rd ed., section 6.3);
its sd is sqrt(n) times the standard error. Both cases are one computation: a chip weighs 1 / n_r, or its images.

Where the number of chips was decided while they came in (`trials.until`), intervals over chips are those of stopped.py, and where
that of trainings was (`trials.race`), those over trainings, too. Where
chips saw samples of the test images (`trials.images`), what describes single chips is corrected or NaN: sampled.py.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy import special

from ..errors import UsageError
from ..reading.merge import swept_keys
from ..reading.metrics import pooled_over
from ..reading.reader import FAILED, classes_of
from ..reading.until import UNTIL
from .intervals import LEVEL, sum_present, weighted_interval
from .sampled import hide_single_chips, without_sampling
from .stopped import chip_intervals, replica_intervals, training_intervals

FAILURE_MARGIN = 0.05  # accuracy as a fraction: 5 points
ROUNDING = 1e-9  # exactly 5 points below must not depend on the last bit


def summarise(dataset, metric="accuracy"):
    """Per swept point, the statistics of one metric of a Dataset from load().

    Returns an xarray.Dataset with the swept keys (and the metric's own dimensions) as dimensions and the variables `mean`,
    `sd`, `ci_low`, `ci_high`, `median`, `min`, `max`, `chip_ci_low`, `chip_ci_high` (the metric's unit), `skewness` and
    `excess_kurtosis` (of the chips around the mean of their training; NaN for `ekl`) and `count` (chips),
    `replicas` (with at least one chip), `failures` and `collapsed` (replicas, told by their accuracy; `collapsed` only where the
    number of classes is known). The attribute `interval_over` is "chips" or "trainings". Undefined numbers are NaN. Where
    `trials.until` decided on the number of chips there is `interval_kind`: a word (stopped.KINDS) for `chip_ci_...`, and for
    `ci_...` where that is over chips; elsewhere these are Student's. Where chips saw samples of the test images `sd` is what the
    samples leave, or NaN, and `median`, `min`, `max` are NaN.
    """
    summary = estimate(dataset, metric)
    for name, counts in _count_failed_trainings(dataset).items():
        summary[name] = counts.broadcast_like(summary["mean"])
    return summary


def estimate(dataset, metric):
    """Per swept point, the statistics of one metric alone: what summarise() returns but for `failures` and `collapsed`."""
    grid = _grid(dataset, metric)
    replicas, headline = _estimates(grid)
    chips = _chip_interval(grid, replicas["count"], headline["mean"])
    trainings = grid.values.shape[-2] > 1
    whole = headline if trainings else {name: column[..., 0] for name, column in replicas.items()}
    flat = np.where(grid.shown, grid.values, np.nan).reshape(*grid.values.shape[:-2], -1)
    skewness, kurtosis = _tail_shape(grid)
    columns = {
        "mean": headline["mean"],
        "sd": whole["sd"],
        "ci_low": whole["ci_low"],
        "ci_high": whole["ci_high"],
        "median": _quiet(np.nanmedian, flat),
        "min": _quiet(np.nanmin, flat),
        "max": _quiet(np.nanmax, flat),
        "skewness": skewness,
        "excess_kurtosis": kurtosis,
        "count": replicas["count"].sum(axis=-1),
        "replicas": (replicas["count"] > 0).sum(axis=-1),
        "chip_ci_low": chips[0] if trainings else whole["ci_low"],
        "chip_ci_high": chips[1] if trainings else whole["ci_high"],
    }
    if UNTIL in dataset.attrs:
        low, high, columns["interval_kind"] = chip_intervals(
            dataset, metric, grid.values, grid.shown, replicas, headline["mean"]
        )  # fmt: skip
        for name in ("chip_ci",) if trainings else ("chip_ci", "ci"):
            columns |= {f"{name}_low": low, f"{name}_high": high}
        if trainings and dataset.attrs[UNTIL].trainings:
            number = (replicas["count"] > 0).sum(axis=-1)
            columns["ci_low"], columns["ci_high"] = training_intervals(dataset, metric, headline, number)
    if trainings:
        columns = hide_single_chips(dataset, metric, columns)
    else:
        columns |= {"sd": without_sampling(dataset, metric, replicas)["sd"][..., 0]}
        columns = hide_single_chips(dataset, metric, columns)
    summary = xr.Dataset({name: (grid.dims, column) for name, column in columns.items()}, grid.coords)
    summary.attrs = {"interval_over": "trainings" if trainings else "chips", "metric": metric}
    return summary


def summarise_replicas(dataset, metric="accuracy"):
    """Per swept point and replica, the statistics of its chips: `mean`, `sd`, `ci_low`, `ci_high`, `median`, `count`.

    Intervals are sequences where `trials.until` decided on the number of chips, for it looks at all replicas together. The
    dimension `replica` stands after the swept keys and before the metric's own, as in the metric itself.
    """
    grid = _grid(dataset, metric)
    columns, _ = _estimates(grid)
    if UNTIL in dataset.attrs:
        columns["ci_low"], columns["ci_high"] = replica_intervals(dataset, metric, columns)
    columns["median"] = _quiet(np.nanmedian, np.where(grid.shown, grid.values, np.nan))
    columns = without_sampling(dataset, metric, columns)
    coords = {**grid.coords, "replica": dataset["replica"].values}
    summary = xr.Dataset({name: ([*grid.dims, "replica"], column) for name, column in columns.items()}, coords)
    keys = swept_keys(dataset)
    return summary.transpose(*keys, "replica", *grid.dims[len(keys):])


def chance_level(dataset):
    """The accuracy of guessing, a fraction; None where the number of classes is not known.

    A DataArray over the axes on which the number depends, where points differ in their data sets.
    """
    classes = classes_of(dataset)
    if classes is None or isinstance(classes, xr.DataArray):
        return None if classes is None else 1.0 / classes
    return 1.0 / classes if classes else None


def failed_trials(dataset):
    """The number of trials that threw (state 2)."""
    return int((dataset["state"] == FAILED).sum())


@dataclass(frozen=True)
class _Grid:
    """The chips of one metric; arrays of shape (swept keys ..., own dimensions ..., replica, trial)."""

    values: np.ndarray
    weights: np.ndarray
    present: np.ndarray  # the chip counts
    shown: np.ndarray  # ... and has a value of its own (a chip without a correct image has no ekl)
    dims: list  # without replica and trial
    coords: dict
    pooled: bool = False  # chips weigh as many images as they classified correctly


def _grid(dataset, metric):
    available = [name for name, variable in dataset.data_vars.items() if "trial" in variable.dims and name != "state"]
    if metric not in available:
        raise UsageError(f"no metric {metric!r} in {dataset.attrs['sources'][0]}; it has {', '.join(available)}")
    variable = dataset[metric]
    keys = swept_keys(dataset)
    dims = [*keys, *[name for name in variable.dims if name not in (*keys, "replica", "trial")]]
    values = variable.transpose(*dims, "replica", "trial").values.astype(float)
    coords = {name: dataset[name].values for name in dims if name in dataset.coords}
    shown = np.isfinite(values)
    counts = pooled_over(variable)
    if counts in dataset:
        images = dataset[counts].broadcast_like(variable).transpose(*dims, "replica", "trial").values
        present = np.isfinite(images) & ((images == 0) | shown)
        shown = shown & (images > 0)
        return _Grid(np.where(shown, values, 0.0), np.where(present, images, 0.0), present, shown, dims, coords, True)
    weights = np.broadcast_to(1.0 / np.maximum(shown.sum(axis=-1, keepdims=True), 1), values.shape)
    return _Grid(np.where(shown, values, 0.0), weights, shown, shown, dims, coords)


def _estimates(grid):
    """weighted_interval() of the chips of every replica, and of the replicas of every point."""
    replicas = weighted_interval(grid.values, grid.weights, grid.present)
    weights = sum_present(grid.weights, grid.present)
    means = np.where(np.isfinite(replicas["mean"]), replicas["mean"], 0.0)
    return replicas, weighted_interval(means, weights, replicas["count"] > 0)


def _tail_shape(grid):
    """(skewness, excess kurtosis) of the chips around the mean of their replica: m3 / m2^1.5 and m4 / m2^2 - 3."""
    if grid.pooled:
        return np.full(grid.values.shape[:-2], np.nan), np.full(grid.values.shape[:-2], np.nan)
    with np.errstate(all="ignore"):
        means = sum_present(grid.values, grid.shown) / grid.shown.sum(axis=-1)
        distance = np.where(grid.shown, grid.values - means[..., None], 0.0)
        number = grid.shown.sum(axis=(-1, -2))
        second, third, fourth = ((distance**power).sum(axis=(-1, -2)) / number for power in (2, 3, 4))
        known = (number > 2) & (second > (1e-12 * np.abs(means).max(axis=-1, initial=0.0, where=np.isfinite(means))) ** 2)
        return np.where(known, third / second**1.5, np.nan), np.where(known, fourth / second**2 - 3, np.nan)


def _chip_interval(grid, counts, mean):
    """(low, high) for other chips of these trainings: replicas are strata, not a sample. Needs two chips in each."""
    with np.errstate(all="ignore"):
        distance = (grid.values - mean[..., None, None]) * grid.weights
        centre = sum_present(distance, grid.present) / counts
        freedom = np.where(counts > 1, counts - 1, np.nan)
        variances = sum_present((distance - centre[..., None]) ** 2, grid.present) / freedom * counts
        there = counts > 0
        variance = sum_present(variances, there)
        nu = variance**2 / sum_present(variances**2 / freedom, there)
        error = np.sqrt(variance) / sum_present(sum_present(grid.weights, grid.present), there)
        half = np.where(variance == 0, 0.0, special.stdtrit(nu, 0.5 + LEVEL / 2) * error)
        half = np.where(there.any(axis=-1), half, np.nan)
    return mean - half, mean + half


def _count_failed_trainings(dataset):
    """{`failures`, `collapsed`}: how many replicas of each point went wrong, as arrays over the swept keys."""
    if "accuracy" not in dataset:
        return {}
    means = dataset["accuracy"].mean("trial")
    group = means.mean("replica")
    counts = {"failures": (means < group - FAILURE_MARGIN - ROUNDING).sum("replica")}
    chance = chance_level(dataset)
    if chance is not None:
        diverged = means.isnull() & (dataset["state"] != 0).any("trial")
        counts["collapsed"] = (diverged | (means < chance + FAILURE_MARGIN - ROUNDING)).sum("replica")
    return counts


def _quiet(function, values):
    """`function` over the last axis, NaN where nothing is finite, without its warning about that."""
    empty = ~np.isfinite(values).any(axis=-1)
    filled = np.where(empty[..., None], 0.0, np.where(np.isfinite(values), values, np.nan))
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    return np.where(empty, np.nan, function(filled, axis=-1))
