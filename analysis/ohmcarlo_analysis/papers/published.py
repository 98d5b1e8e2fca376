"""The numbers the papers print: `analysis/published/NAME.csv`, whose first lines say where they are from."""

from pathlib import Path

import pandas as pd

from ..errors import ResultsFileError

FOLDER = Path(__file__).resolve().parents[2] / "published"


def published(name):
    """The table NAME as a pandas.DataFrame; columns in percent (`..._percent`) become fractions without that ending."""
    path = FOLDER / f"{name}.csv"
    try:
        table = pd.read_csv(path, comment="#")
    except OSError as error:
        raise ResultsFileError(f"cannot read the published numbers {path} ({error.strerror or error})") from error
    for column in [column for column in table.columns if column.endswith("_percent")]:
        table[column.removesuffix("_percent")] = table.pop(column) / 100.0
    return table


def source(name):
    """Where the table NAME is from: the comment at its top, as one line."""
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return " ".join(line[1:].strip() for line in lines if line.startswith("#"))


def value(table, column, **settings):
    """The published number at these settings, NaN where the paper gives none."""
    for name, wanted in settings.items():
        close = (table[name] - wanted).abs() < 1e-9 if isinstance(wanted, float) else table[name] == wanted
        table = table[close]
    return float(table[column].iloc[0]) if len(table) else float("nan")
