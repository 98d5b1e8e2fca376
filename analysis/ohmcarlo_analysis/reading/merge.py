"""Merge the shards of one experiment: unite the axes, fill what one file lacks from the others."""

import numpy as np
import xarray as xr

from ..errors import ResultsFileError
from .until import UNTIL, merge_until

STATUS_ORDER = ("running", "interrupted", "part", "complete")  # a merged set is as unfinished as its least finished shard


def swept_keys(dataset):
    """The swept keys of a dataset, in the order of the file."""
    return [name for name in dataset["state"].dims if name not in ("replica", "trial")]


def merge(datasets):
    """One Dataset from several of the same experiment_hash and the same axes; the first file wins where two overlap.

    Raises ResultsFileError, naming the files, when they do not belong together.
    """
    first = datasets[0]
    if len(datasets) == 1:
        return first
    for other in datasets[1:]:
        _check_same_experiment(first, other)
    names = list(dict.fromkeys(name for dataset in datasets for name in dataset.coords))
    axes = {name: _united([dataset[name].values for dataset in datasets if name in dataset.coords]) for name in names}
    merged, *rest = [
        dataset.reindex({name: axes[name] for name in dataset.coords}, fill_value=_fill_values(dataset))
        for dataset in datasets
    ]
    conflicts = 0
    for other in rest:
        conflicts += _count_conflicts(merged, other)
        merged = _filled(merged, other)
    merged.attrs = dict(first.attrs)
    merged.attrs["sources"] = [path for dataset in datasets for path in dataset.attrs["sources"]]
    rule = merge_until(datasets)
    merged.attrs["status"] = _least_finished([dataset.attrs["status"] for dataset in datasets])
    if merged.attrs["status"] == "part" and _is_whole(merged, rule):
        merged.attrs["status"] = "complete"
    merged.attrs["overlap_conflicts"] = conflicts
    if rule is not None:
        merged.attrs[UNTIL] = rule
    return merged


def _check_same_experiment(first, other):
    names = f"{first.attrs['sources'][0]} and {other.attrs['sources'][0]}"
    hashes = [str(dataset.attrs["experiment_hash"]) for dataset in (first, other)]
    if hashes[0] != hashes[1]:
        raise ResultsFileError(
            f"cannot merge {names}: they are of different experiments (hash {hashes[0][:8]} and {hashes[1][:8]})"
        )
    keys = [swept_keys(dataset) for dataset in (first, other)]
    if keys[0] != keys[1]:
        texts = [", ".join(each) if each else "nothing" for each in keys]
        raise ResultsFileError(f"cannot merge {names}: one sweeps {texts[0]}, the other {texts[1]}")
    for key in keys[0]:
        if (first[key].dtype.kind == "O") != (other[key].dtype.kind == "O"):
            raise ResultsFileError(f"cannot merge {names}: {key} holds numbers in one and text in the other")


def _united(values):
    """The union of the values of one axis: numbers ascending, names in order of appearance."""
    if all(np.array_equal(values[0], other) for other in values[1:]):
        return values[0]
    if values[0].dtype.kind == "O":
        return np.array(list(dict.fromkeys(name for each in values for name in each)), dtype=object)
    return np.unique(np.concatenate(values))


def _fill_values(dataset):
    return {
        name: 0 if name == "state" else None if variable.dtype.kind == "O" else np.nan
        for name, variable in dataset.data_vars.items()
    }


def _count_conflicts(one, other):
    both = (one["state"] == 1) & (other["state"] == 1)
    differ = xr.zeros_like(both)
    for name in set(one.data_vars) & set(other.data_vars) - {"state"}:
        a, b = one[name], other[name]
        if "trial" in a.dims and a.dtype.kind == "f" and b.dtype.kind == "f":
            # Shards from different processor types may differ by rounding; that is no conflict.
            close = (a == b) | (a.isnull() & b.isnull()) | (abs(a - b) <= 1e-9 * abs(a))
            differ = differ | ~close.all([name for name in a.dims if name not in both.dims])
    return int((both & differ).sum())


def _filled(one, other):
    """`one` with its unfinished cells taken from `other`; done beats failed beats not run."""
    rank = np.array([0, 2, 1])  # by state: not run, done, failed
    ranks = [each["state"].copy(data=rank[each["state"].values]) for each in (one, other)]
    keep = ranks[0] >= ranks[1]
    variables = {}
    for name in list(dict.fromkeys([*one.data_vars, *other.data_vars])):
        if name not in other:
            variables[name] = one[name]
        elif name not in one:
            variables[name] = other[name]
        elif "trial" in one[name].dims:
            variables[name] = one[name].where(keep, other[name]).transpose(*one[name].dims).astype(one[name].dtype)
        else:
            variables[name] = one[name].fillna(other[name])
    return xr.Dataset(variables)


def _least_finished(statuses):
    known = [status for status in STATUS_ORDER if status in statuses]
    return known[0] if known else statuses[0]


def _is_whole(merged, rule):
    """Whether finished parts are the whole together: every cell, or, where a rule decides on chips, some at every point."""
    has_run = merged["state"] != 0
    return bool((has_run if rule is None else has_run.any(["replica", "trial"])).all())
