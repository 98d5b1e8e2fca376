"""The numbers the papers print, `numbers/published/NAME.csv`, and those that our benchmarks and tests print, `numbers/measured/`.

The first lines of each file say where its numbers are from.
"""

from pathlib import Path

import pandas as pd

from ..errors import ResultsFileError

FOLDER = Path(__file__).resolve().parent / "numbers" / "published"
MEASURED = FOLDER.with_name("measured")
DIFFERS = Path(__file__).resolve().parent / "differs"


def published(name):
    """The paper's table NAME as a pandas.DataFrame; columns in percent (`..._percent`) become fractions without that ending."""
    return _table(FOLDER / f"{name}.csv", "published")


def measured(name):
    """Our table NAME of what no results file holds, as published() has the papers'."""
    return _table(MEASURED / f"{name}.csv", "measured")


def _table(path, kind):
    try:
        table = pd.read_csv(path, comment="#")
    except OSError as error:
        raise ResultsFileError(f"cannot read the {kind} numbers {path} ({error.strerror or error})") from error
    for column in [column for column in table.columns if column.endswith("_percent")]:
        table[column.removesuffix("_percent")] = table.pop(column) / 100.0
    return table


def source(name):
    """Where the table NAME is from: the comment at its top, as one line."""
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return " ".join(line[1:].strip() for line in lines if line.startswith("#"))


def differs(name):
    """What differs from the paper in the experiments of the folder NAME: a list in Markdown, that of its README.md."""
    try:
        return (DIFFERS / f"{name}.md").read_text(encoding="utf-8")
    except OSError as error:
        raise ResultsFileError(f"cannot read what differs, {DIFFERS / name}.md ({error.strerror or error})") from error


def value(table, column, **settings):
    """The published number at these settings, NaN where the paper gives none."""
    for name, wanted in settings.items():
        close = (table[name] - wanted).abs() < 1e-9 if isinstance(wanted, float) else table[name] == wanted
        table = table[close]
    return float(table[column].iloc[0]) if len(table) else float("nan")
