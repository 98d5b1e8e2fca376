"""The command line of a script that draws one figure or table of a paper."""

import argparse
import sys
from pathlib import Path

from ..drawing.output import output_paths, write_all
from ..errors import ResultsFileError, UsageError
from ..papers.catalogue import EXHIBITS, exhibits
from ..study.conditions import Missing
from ..study.loading import load_study
from .command import Parser, guarded


def run_figure_script(name, arguments=None):
    """The command line of `analysis/figures/NAME.py` (sys.argv by default); returns the exit status."""
    return guarded(lambda arguments: _draw(name, arguments), sys.argv[1:] if arguments is None else arguments)


def _draw(name, arguments):
    parser = Parser(prog=f"{name}.py", description=EXHIBITS[name].__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument(
        "results", nargs="+", metavar="RESULTS", help="results files (.h5): shards, or experiments to show together"
    )  # fmt: skip
    parser.add_argument("--out", default=f"{name}.png", metavar="FIGURE.png", help="where to write .png, .pdf, .svg and .csv")
    parser.add_argument("--select", action="append", default=[], metavar="KEY=VALUE", help="keep only this value of an axis")
    parser.add_argument("--setup", metavar="TEXT", help="the data set and network to show where the files have several")
    options = parser.parse_args(arguments)
    paths = output_paths(options.out, options.results)
    study = load_study(options.results, options.select)
    try:
        found = exhibits(study, name)
    except Missing as lack:
        files = " ".join(Path(path).name for path in options.results)
        raise ResultsFileError(f"{files}: {name} needs {lack}") from lack
    if options.setup is not None and options.setup not in found:
        raise UsageError(f"--setup: there is {'; '.join(found)}")
    if options.setup is None and len(found) > 1:
        raise UsageError(f"several data sets or networks: choose with --setup ({'; '.join(found)})")
    exhibit = found[options.setup] if options.setup is not None else next(iter(found.values()))
    write_all(exhibit.figure, exhibit.table, paths)
    print(" ".join(str(path) for path in paths))
