"""The command line. Exit status: 0 done; 2 bad command line; 4 a results file cannot be used or an output cannot be written."""

import json
import math
import os
import sys

from ..errors import ResultsFileError, UsageError
from ..reading.selection import choose_roles, is_numeric, select
from .command import PROGRAM, Parser, guarded
from .drawings import add_drawings, metrics_of


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
        help="draw accuracy, or other metrics, against a swept value",
        description="Draw metrics against a swept value, a panel a metric: mean, 95 % interval, single chips, and the digital "
        "accuracy of the trained network without noise. Writes FIGURE.png, .pdf, .svg and the numbers (units of the results "
        "file: accuracy is a fraction) as FIGURE.csv. Files of these names are replaced.",
    )
    _add_common(accuracy)
    accuracy.add_argument("--out", required=True, metavar="FIGURE.png", help="where to write; the suffix does not matter")
    accuracy.add_argument("--x", metavar="KEY", help="the axis along x (default: the first numeric one with several values)")
    accuracy.add_argument("--lines", metavar="KEY", help="the axis that makes the lines (default: training.method)")
    accuracy.add_argument("--x-scale", choices=("auto", "linear", "log"), default="auto", help="default: auto")
    accuracy.add_argument("--x-label", metavar="TEXT", help="the words below the x axis")
    accuracy.add_argument("--width", type=float, default=3.5, metavar="INCH", help="width of the figure (default: 3.5)")
    accuracy.set_defaults(command=_accuracy)
    add_drawings(commands, _add_common, _load)
    summary = commands.add_parser(
        "summary", help="print a table of all points",
        description="Print one row a swept point: chips, mean and half-width of the 95 % interval, median, digital accuracy; a "
        "table a metric.",
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
    figure = commands.add_parser(
        "figure", help="draw one figure or table of a paper",
        description="Draw one figure or table of a paper, with the published numbers beside ours. Writes FIGURE.png, .pdf, .svg "
        "and the numbers as FIGURE.csv. Files of these names are replaced. `figure list` names all.",
    )  # fmt: skip
    figure.add_argument("name", metavar="NAME", help="for example ovf_fig3; list: all names")
    figure.add_argument("results", nargs="*", metavar="RESULTS", help="results files (.h5): shards, or experiments to show together")
    figure.add_argument("--out", metavar="FIGURE.png", help="where to write; the suffix does not matter (default: NAME.png)")
    figure.add_argument("--select", action="append", default=[], metavar="KEY=VALUE", help="keep only this value of an axis")
    figure.add_argument("--setup", metavar="TEXT", help="the data set and network to show where the files have several")
    figure.set_defaults(command=_figure)
    race = commands.add_parser(
        "race", help="draw what a race of values (trials.race) decided",
        description="Draw how far each value of a raced axis is behind the leader, with its interval, over the chips spent, "
        "until it is dropped. Writes FIGURE.png, .pdf, .svg and the numbers (units of the results file) as FIGURE.csv. Files of "
        "these names are replaced.",
    )  # fmt: skip
    race.add_argument("results", metavar="RESULTS", help="results file (.h5)")
    race.add_argument("--out", required=True, metavar="FIGURE.png", help="where to write; the suffix does not matter")
    race.add_argument("--race", type=int, metavar="N", help="which race, from 1, where other axes make several")
    race.set_defaults(command=_race)
    timeline = commands.add_parser(
        "timeline", help="draw when the modules of a simulated accelerator were busy",
        description="Draw the busy periods of every module from what `ohmcarlo simulate --timeline FILE` wrote. Writes "
        "FIGURE.png, .pdf, .svg and the periods shown as FIGURE.csv. Files of these names are replaced.",
    )  # fmt: skip
    timeline.add_argument("timeline", metavar="FILE", help="what simulate --timeline wrote")
    timeline.add_argument("--out", required=True, metavar="FIGURE.png", help="where to write; the suffix does not matter")
    timeline.add_argument("--cycles", metavar="FIRST,LAST", help="show these cycles (default: all)")
    timeline.set_defaults(command=_timeline)
    return parser


def _add_study(parser):
    words = {
        "results": "results files (.h5): shards, or experiments to judge together",
        "select": "keep only this value of an axis; may be repeated",
    }
    parser.add_argument("results", nargs="+", metavar="RESULTS", help=words["results"])
    parser.add_argument("--select", action="append", default=[], metavar="KEY=VALUE", help=words["select"])


def _add_common(parser, takes_metric=True):
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="results files (.h5); several are shards of one experiment")
    if takes_metric:
        words = "default: accuracy; may be repeated, for several in one"
        parser.add_argument("--metric", action="append", default=[], dest="metrics", metavar="NAME", help=words)
    parser.add_argument(
        "--select", action="append", default=[], metavar="KEY=VALUE",
        help="keep only this value (or value,value) of an axis, of replica or of trial; may be repeated; the last part of a "
        "key is enough where it is unique",
    )  # fmt: skip
    unit = parser.add_mutually_exclusive_group()
    unit.add_argument("--percent", dest="percent", action="store_true", default=True, help="show accuracy in percent (default)")
    unit.add_argument("--fraction", dest="percent", action="store_false", help="show accuracy as a fraction")


def _accuracy(options):
    from ..drawing.accuracy_lines import can_be_log
    from ..drawing.accuracy import Options, accuracy_figure  # matplotlib takes a second to load: only where it is needed
    from ..drawing.output import output_paths, write_all

    if not 2.0 <= options.width <= 20.0:
        raise UsageError(f"--width wants inches from 2 to 20, not {options.width:g}")
    paths = output_paths(options.out, options.results)
    dataset = select(_load(options), options.select)
    roles = choose_roles(dataset, options.x, options.lines)
    if options.x_scale == "log" and roles.x and not (is_numeric(dataset, roles.x) and can_be_log(dataset[roles.x].values)):
        raise UsageError(f"--x-scale log needs positive numbers on {roles.x}, and 0 at most")
    look = Options(options.percent, options.x_scale, options.x_label, options.width)
    figure, table = accuracy_figure(dataset, roles, metrics_of(options), look)
    write_all(figure, table, paths)
    print(" ".join(str(path) for path in paths))


def _summary(options):
    from ..report.printing import table_text
    from ..statistics.table import points_table

    dataset = select(_load(options), options.select)
    tables = {metric: points_table(dataset, metric) for metric in metrics_of(options)}
    print("\n\n".join(table_text(dataset, table, metric, options.percent) for metric, table in tables.items()))


def _facts(options):
    from ..facts.judge import as_record, judge
    from ..report.printing import facts_text
    from ..study.loading import load_study

    records = [as_record(outcome) for outcome in judge(load_study(options.results, options.select))]
    if options.json:
        print(json.dumps(_finite(records), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(facts_text(records))


def _figure(options):
    from .figure import draw_figure, list_figures

    if options.name == "list":
        print(list_figures())
        return
    if not options.results:
        raise UsageError("figure: RESULTS is missing (results files)")
    draw_figure(options)


def _report(options):
    from ..drawing.output import write_page
    from ..report.page import report_page
    from ..study.loading import load_study

    write_page(options.out, options.results, lambda: report_page(load_study(options.results, options.select)))
    print(options.out)


def _race(options):
    from ..drawing.output import output_paths, write_all
    from ..drawing.race import race_figure, race_table
    from ..reading.race import choose_race, read_races, where_text

    paths = output_paths(options.out, [options.results])
    found = choose_race(read_races(options.results), options.race)
    saved = 1 - found.spent / found.without_dropping
    notes = [os.path.basename(options.results)] + ([where_text(found)] if found.where else [])
    notes += [
        f"{found.axis.rpartition('.')[2]} raced by {found.metric.replace('_', ' ')}; {found.end}",
        f"{100 * found.pair_confidence:.4g} % sequences, {100 * found.confidence:g} % for all",
        f"{found.spent:,} {found.units}, {100 * saved:.0f} % fewer than without dropping",
    ]
    if found.metric != "validation_accuracy":
        notes.append("raced on test images")
    write_all(race_figure(found, notes), race_table(found), paths)
    print(" ".join(str(path) for path in paths))


def _timeline(options):
    from ..drawing.output import output_paths, write_all
    from ..drawing.timeline import timeline_figure, window_of, within
    from ..reading.timeline import read_timeline

    paths = output_paths(options.out, [options.timeline])
    periods = read_timeline(options.timeline)
    window = window_of(periods, options.cycles)
    name = os.path.basename(options.timeline)
    notes = [name, f"cycles {window[0]:,} to {window[1]:,} of {int(periods['end'].max()):,}", "one colour a layer"]
    write_all(timeline_figure(periods, window, notes), within(periods, window), paths)
    print(" ".join(str(path) for path in paths))


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
