"""The command line. Exit status: 0 done; 2 bad command line; 4 a results file cannot be used or an output cannot be written."""

import json
import math
import sys

from ..errors import ResultsFileError, UsageError
from ..reading.selection import choose_roles, select
from .command import PROGRAM, Parser, guarded


def main(arguments=None):
    """Run one command; returns the exit status. User errors become one line on stderr."""
    return guarded(_run, arguments)


def _run(arguments):
    options = _parser().parse_args(arguments)
    options.command(options)


def _parser():
    parser = Parser(prog=f"python3 -m {PROGRAM}", description="Figures and tables from the results files of ohmcarlo.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    accuracy = commands.add_parser(
        "accuracy",
        help="draw accuracy against a swept value",
        description="Draw a metric against a swept value: mean, 95 % interval, single chips, and the digital accuracy of the "
        "trained network without noise. Writes FIGURE.png, .pdf, .svg and the numbers (units of the results file: accuracy is "
        "a fraction) as FIGURE.csv. Files of these names are replaced.",
    )
    _add_common(accuracy)
    accuracy.add_argument("--out", required=True, metavar="FIGURE.png", help="where to write; the suffix does not matter")
    accuracy.add_argument("--x", metavar="KEY", help="the axis along x (default: the first numeric one with several values)")
    accuracy.add_argument("--lines", metavar="KEY", help="the axis that makes the lines (default: training.method)")
    accuracy.add_argument("--x-scale", choices=("auto", "linear", "log"), default="auto", help="default: auto")
    accuracy.add_argument("--x-label", metavar="TEXT", help="the words below the x axis")
    accuracy.add_argument("--width", type=float, default=3.5, metavar="INCH", help="width of the figure (default: 3.5)")
    accuracy.set_defaults(command=_accuracy)
    summary = commands.add_parser(
        "summary", help="print a table of all points",
        description="Print one row a swept point: chips, mean and half-width of the 95 % interval, median, digital accuracy.",
    )  # fmt: skip
    _add_common(summary)
    summary.set_defaults(command=_summary)
    facts = commands.add_parser(
        "facts", help="judge the papers' acceptance facts",
        description="Print every acceptance fact of the papers with its numbers and a verdict: holds, fails, undecided (the "
        "interval straddles the threshold), or not tested here (with what the files lack).",
    )  # fmt: skip
    _add_study(facts)
    facts.add_argument("--json", action="store_true", help="one JSON array, numbers in full")
    facts.set_defaults(command=_facts)
    report = commands.add_parser(
        "report", help="write a page with all figures, tables and facts",
        description="Write one self-contained HTML page: every figure and table of the papers that the files have the data "
        "for, the published numbers beside ours, the facts, and where the numbers come from. A file of this name is replaced.",
    )  # fmt: skip
    _add_study(report)
    report.add_argument("--out", required=True, metavar="REPORT.html", help="where to write")
    report.set_defaults(command=_report)
    return parser


def _add_study(parser):
    words = {
        "results": "results files (.h5): shards, or experiments to judge together",
        "select": "keep only this value of an axis; may be repeated",
    }
    parser.add_argument("results", nargs="+", metavar="RESULTS", help=words["results"])
    parser.add_argument("--select", action="append", default=[], metavar="KEY=VALUE", help=words["select"])


def _add_common(parser):
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="results files (.h5); several are shards of one experiment")
    parser.add_argument("--metric", default="accuracy", metavar="NAME", help="default: accuracy")
    parser.add_argument(
        "--select", action="append", default=[], metavar="KEY=VALUE",
        help="keep only this value (or value,value) of an axis, of replica or of trial; may be repeated; the last part of a "
        "key is enough where it is unique",
    )  # fmt: skip
    unit = parser.add_mutually_exclusive_group()
    unit.add_argument("--percent", dest="percent", action="store_true", default=True, help="show accuracy in percent (default)")
    unit.add_argument("--fraction", dest="percent", action="store_false", help="show accuracy as a fraction")


def _accuracy(options):
    from ..drawing.accuracy import Options, accuracy_figure  # matplotlib takes a second to load: only where it is needed
    from ..drawing.output import output_paths, write_all

    if not 2.0 <= options.width <= 20.0:
        raise UsageError(f"--width wants inches from 2 to 20, not {options.width:g}")
    paths = output_paths(options.out, options.results)
    dataset = select(_load(options), options.select)
    roles = choose_roles(dataset, options.x, options.lines)
    if options.x_scale == "log" and roles.x and not (dataset[roles.x].dtype.kind in "fiu" and (dataset[roles.x] > 0).all()):
        raise UsageError(f"--x-scale log needs positive numbers on {roles.x}")
    look = Options(options.percent, options.x_scale, options.x_label, options.width)
    figure, table = accuracy_figure(dataset, roles, options.metric, look)
    write_all(figure, table, paths)
    print(" ".join(str(path) for path in paths))


def _summary(options):
    from ..report.printing import table_text
    from ..statistics.table import points_table

    dataset = select(_load(options), options.select)
    print(table_text(dataset, points_table(dataset, options.metric), options.metric, options.percent))


def _facts(options):
    from ..facts.judge import as_record, judge
    from ..report.printing import facts_text
    from ..study.loading import load_study

    records = [as_record(outcome) for outcome in judge(load_study(options.results, options.select))]
    if options.json:
        print(json.dumps(_finite(records), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(facts_text(records))


def _report(options):
    from ..drawing.output import write_page
    from ..report.page import report_page
    from ..study.loading import load_study

    write_page(options.out, options.results, lambda: report_page(load_study(options.results, options.select)))
    print(options.out)


def _finite(value):
    """Numbers that JSON does not have (NaN, infinity) become null."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _load(options):
    from ..reading.reader import load
    from ..statistics.summary import failed_trials

    dataset = load(*options.results)
    empty = [name for name, size in dataset["state"].sizes.items() if size == 0 and name != "trial"]
    if empty:
        raise ResultsFileError(f"nothing to show in {options.results[0]}: the axis {empty[0]} has no values")
    name = options.results[0] if len(options.results) == 1 else f"{len(options.results)} files"
    if dataset.attrs["status"] != "complete":
        done = int((dataset["state"] == 1).sum())
        print(
            f"{PROGRAM}: note: {name}: status is {dataset.attrs['status']}, {done:,} of {dataset['state'].size:,} trials done",
            file=sys.stderr,
        )
    failed = failed_trials(dataset)
    if failed:
        print(f"{PROGRAM}: note: {name}: failed trials, left out: {failed:,}", file=sys.stderr)
    if dataset.attrs["overlap_conflicts"]:
        print(
            f"{PROGRAM}: note: {dataset.attrs['overlap_conflicts']:,} trials have other values in a later file; "
            f"the first counts",
            file=sys.stderr,
        )
    return dataset
