"""Read, check, tabulate and plot the results files of ohmcarlo.

    from ohmcarlo_analysis import load, summarise
    results = load("R.h5")                     # an xarray.Dataset: swept keys, replica, trial
    summary = summarise(results, "accuracy")   # mean, sd, 95 % interval ... per swept point
"""

from .errors import AnalysisError, ResultsFileError, UsageError
from .reading.checksum import UncheckedFileWarning
from .reading.reader import load
from .statistics.stored import check_summary, compare_summary
from .statistics.summary import summarise
from .statistics.table import points_table

__all__ = [
    "AnalysisError",
    "ResultsFileError",
    "UncheckedFileWarning",
    "UsageError",
    "check_summary",
    "compare_summary",
    "load",
    "points_table",
    "summarise",
]
