"""The file that `ohmcarlo simulate --timeline FILE` writes: when every module of an accelerator was busy."""

import csv

import pandas as pd

from ..errors import ResultsFileError

COLUMNS = ["layer", "module", "start", "end"]


def read_timeline(path):
    """A pandas.DataFrame of busy periods, one a row: layer, module, and the cycles start .. end, the latter not included."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ResultsFileError(f"cannot read {path} ({getattr(error, 'strerror', None) or error})") from error
    if not lines or lines[0] != COLUMNS:
        raise ResultsFileError(f"{path}:1: a timeline of ohmcarlo simulate begins with {','.join(COLUMNS)}")
    periods = [_period(path, number, line) for number, line in enumerate(lines[1:], start=2)]
    if not periods:
        raise ResultsFileError(f"{path}: no module was busy")
    return pd.DataFrame(periods, columns=COLUMNS)


def _period(path, number, line):
    if len(line) != len(COLUMNS):
        raise ResultsFileError(f"{path}:{number}: {len(line)} columns, wanted {len(COLUMNS)}")
    layer, module, *texts = line
    try:
        start, end = (int(text) for text in texts)
    except ValueError as error:
        raise ResultsFileError(f"{path}:{number}: start and end are whole cycles, not {texts[0]!r} and {texts[1]!r}") from error
    if not 0 <= start < end:
        raise ResultsFileError(f"{path}:{number}: a period begins at cycle 0 or later and ends after it begins, not {start} to {end}")
    return layer, module, start, end
