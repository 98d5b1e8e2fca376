"""An exhibit: a figure or table of a paper, with the numbers behind it and their texts."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

COLUMNS = ["mean", "ci_low", "ci_high", "count", "over", "interval_kind", "experiment", "published"]


@dataclass(frozen=True)
class Exhibit:
    """A figure or table of a paper with the numbers behind it.

    `table`: one row a number; `labels` are its leading columns, then COLUMNS in the units of the results file. `scale` and
    `unit` are those in which it is shown ("%" with 100); `compared`: whether `published` belongs beside `mean`.
    """

    name: str
    title: str
    caption: str
    figure: Figure
    table: pd.DataFrame
    labels: tuple
    scale: float
    unit: str
    compared: bool = True
    digits: int = 2  # after the point, as shown
    typeset: tuple | None = None  # (header, rows of text) of what is a table in the paper too
    quantities: dict = field(default_factory=dict)  # {label `quantity`: (scale, unit, digits)} where rows differ in them

    label_units: dict = field(default_factory=dict)  # {label: unit} of labels that are numbers with one

    def heading(self, label):
        """A label with its unit, as the head of a column."""
        return f"{label} ({self.label_units[label]})" if label in self.label_units else label

    def shown(self, record):
        """(scale, unit, digits) of a row of the table."""
        return self.quantities.get(record.get("quantity"), (self.scale, self.unit, self.digits))


def row(interval, published=np.nan, **labels):
    """One row of an Exhibit's table from an Interval (None: not run here)."""
    numbers = dict.fromkeys(COLUMNS, np.nan) | {"count": 0, "over": "", "interval_kind": "", "experiment": ""}
    if interval is not None:
        numbers |= {"mean": interval.mean, "ci_low": interval.low, "ci_high": interval.high}
        numbers |= {"count": interval.count, "over": interval.over, "interval_kind": interval.kind}
        numbers["experiment"] = interval.experiment
    return {**labels, **numbers, "published": published}


def number_text(value, scale=1.0, digits=2):
    """A number in the unit shown, "-" for none."""
    return "-" if value is None or not np.isfinite(value) else f"{value * scale:.{digits}f}"


def interval_text(record, scale=1.0, digits=2):
    """ "97.94 ± 0.12" of a row of an Exhibit's table; without ± where there is no interval; "-" where nothing was run."""
    text = number_text(record["mean"], scale, digits)
    half = (record["ci_high"] - record["ci_low"]) / 2
    return f"{text} \u00b1 {half * scale:.{digits}f}" if np.isfinite(half) else text
