"""One row a swept point: the numbers behind a figure, a printed table and a CSV file."""

import numpy as np
import pandas as pd

from ..reading.merge import swept_keys
from ..reading.metrics import units_of
from .summary import summarise

COLUMNS = [
    "count", "mean", "sd", "ci_low", "ci_high", "median", "min", "max", "clean_accuracy", "interval_over",
    "replicas", "chip_ci_low", "chip_ci_high", "interval_kind", "failures", "collapsed", "skewness", "excess_kurtosis",
]  # fmt: skip


def points_table(dataset, metric="accuracy"):
    """A pandas.DataFrame with one row for each swept point, in the order of the axes.

    Columns: one for each swept key (its full name), then COLUMNS. Numbers keep the unit of the results file: accuracy is a
    fraction. `clean_accuracy` is the digital accuracy of the point's trained network without noise, averaged over replicas
    (always an accuracy, whatever the metric). `interval_over` is "chips" or "trainings", `interval_kind` the kind of the
    interval over chips: "student", and where `trials.until` decided on their number "fixed-width", "sequence" or "betting". A
    metric with dimensions of its own gets a column for each, after the swept keys.
    """
    summary = summarise(dataset, metric)
    dims = list(summary["mean"].dims)
    if "clean_accuracy" in dataset:
        clean = dataset["clean_accuracy"].mean("replica")
        summary["clean_accuracy"] = clean.broadcast_like(summary["mean"])
    summary = summary.transpose(*dims)
    shape = summary["mean"].shape
    index = np.indices(shape).reshape(len(shape), -1) if shape else np.zeros((0, 1), int)
    table = {}
    for position, name in enumerate(dims):
        coordinate = summary[name].values if name in summary.coords else np.arange(shape[position])
        table[name] = coordinate[index[position]]
    for name in COLUMNS:
        if name == "interval_over":
            table[name] = [summary.attrs["interval_over"]] * max(1, int(np.prod(shape)))
        elif name in summary:
            table[name] = summary[name].values.reshape(-1)
        elif name == "interval_kind":
            table[name] = ["student"] * max(1, int(np.prod(shape)))
        elif name == "clean_accuracy":
            table[name] = np.full(int(np.prod(shape)), np.nan)
    return pd.DataFrame(table)


def join_tables(dataset, tables):
    """{metric: points_table() of it} as one table: of several, one row a metric and point, with `metric` and `unit` after the keys."""
    if len(tables) == 1:
        return next(iter(tables.values()))
    rows = []
    for metric, table in tables.items():
        table = table.copy()
        place = list(table.columns).index(COLUMNS[0])
        table.insert(place, "metric", metric)
        table.insert(place + 1, "unit", units_of(dataset[metric]))
        rows.append(table)
    return pd.concat(rows, ignore_index=True)


def axis_columns(dataset):
    """The swept keys: the columns of points_table() that say which point a row is."""
    return swept_keys(dataset)
