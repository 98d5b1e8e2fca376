"""A plain text table of the swept points."""

import numpy as np

from .selection import as_text
from .table import axis_columns

FRACTIONS = {"accuracy"}


def table_text(dataset, table, metric, percent):
    """The rows of points_table() as aligned text, with two lines above that say what the numbers are."""
    percent = percent and metric in FRACTIONS
    unit = 100.0 if percent else 1.0
    axes = [name for name in table.columns if name in axis_columns(dataset) or name in dataset[metric].dims]
    show_replicas = (table["replicas"] > 1).any()
    header = [*axes, "chips", *(["trainings"] if show_replicas else []), "mean", "+-", "median", "clean"]
    rows = []
    for row in table.to_dict("records"):
        numbers = [
            row["mean"] * unit, (row["ci_high"] - row["ci_low"]) / 2 * unit, row["median"] * unit,
            row["clean_accuracy"] * (100.0 if percent or metric not in FRACTIONS else 1.0),
        ]  # fmt: skip
        counts = [row["count"], *([row["replicas"]] if show_replicas else [])]
        texts = [_number(number, percent) for number in numbers]
        if metric not in FRACTIONS:
            texts[-1] = _number(numbers[-1], True)
        rows.append([*[as_text(row[name]) for name in axes], *[str(count) for count in counts], *texts])
    widths = [max(len(line[index]) for line in [header, *rows]) for index in range(len(header))]
    lines = ["  ".join(text.rjust(width) for text, width in zip(line, widths)).rstrip() for line in [header, *rows]]
    return "\n".join([*_heading(dataset, table, metric, percent), *lines])


def _heading(dataset, table, metric, percent):
    attributes = dataset.attrs
    name = attributes.get("experiment_name") or "unnamed experiment"
    over = table["interval_over"].iloc[0] if len(table) else "chips"
    over = "over trainings" if over == "trainings" else "over chips (for this trained network)"
    shown = metric + (" in %" if percent else "")
    return [
        f"# {name}, experiment {str(attributes['experiment_hash'])[:8]}, ohmcarlo {attributes['ohmcarlo_version']}, "
        f"{attributes['status']}",
        f"# {shown}; +- is the half-width of the 95 % interval {over}",
    ]


def _number(value, percent):
    if not np.isfinite(value):
        return "-"
    return f"{value:.2f}" if percent else f"{value:.5g}"
