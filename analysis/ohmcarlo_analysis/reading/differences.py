"""What `ohmcarlo compare --format csv` prints: paired differences, one a row."""

import pandas as pd

from ..errors import ResultsFileError

NUMBERS = ["count", "left_out", "difference", "sd", "ci_low", "ci_high", "p", "adjusted_p"]


def read_differences(path):
    """A pandas.DataFrame: a column for each swept key that tells the rows apart, as text, then NUMBERS and what follows them."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ResultsFileError(f"cannot read {path} ({getattr(error, 'strerror', None) or error})") from error
    missing = [name for name in NUMBERS if name not in table]
    if missing:
        raise ResultsFileError(f"{path}: no columns {', '.join(missing)}; what `ohmcarlo compare --format csv` prints has them")
    if not len(table):
        raise ResultsFileError(f"{path}: no differences in it")
    for name in NUMBERS:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    return table


def keys_of(table):
    """The swept keys that tell rows apart."""
    return list(table.columns[: list(table.columns).index(NUMBERS[0])])
