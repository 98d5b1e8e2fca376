"""The commands that draw one figure of any experiment: heat map, distribution, classes, differences, tail."""

import os

import numpy as np

from ..errors import UsageError
from ..reading.selection import choose_roles, select

WRITES = "Writes FIGURE.png, .pdf, .svg and the numbers as FIGURE.csv. Files of these names are replaced."


def add_drawings(commands, add_common, load):
    """Adds them to the subparsers `commands`. `add_common`: adds what all readers of results take; `load`: reads the files."""
    heatmap = commands.add_parser(
        "heatmap", help="draw metrics over two swept keys",
        description=f"Draw the means of metrics over two swept keys, a map a metric, with the numbers in it. {WRITES}",
    )  # fmt: skip
    add_common(heatmap)
    heatmap.add_argument("--x", metavar="KEY", help="the axis along x (default: the first numeric one with several values)")
    heatmap.add_argument("--y", metavar="KEY", help="the axis upwards (default: the other one with several values)")
    heatmap.add_argument("--intervals", action="store_true", help="write the half-widths of the intervals below the means")
    heatmap.set_defaults(command=lambda options: _heatmap(options, load(options)))
    distribution = commands.add_parser(
        "distribution", help="draw how chips are distributed at a point",
        description=f"Draw histogram and cumulative distribution of the chips of one point, with quantiles marked, of one metric. {WRITES}",
    )  # fmt: skip
    add_common(distribution)
    distribution.add_argument("--lines", metavar="KEY", help="the axis that makes the lines (default: training.method)")
    distribution.set_defaults(command=lambda options: _distribution(options, load(options)))
    classes = commands.add_parser(
        "classes", help="draw what chips take for what",
        description=f"Draw the confusion of classes at one point, over all its chips (needs trials.confusion = true). {WRITES}",
    )  # fmt: skip
    add_common(classes, takes_metric=False)
    classes.set_defaults(command=lambda options: _classes(options, load(options)))
    differences = commands.add_parser(
        "differences", help="draw what ohmcarlo compare found",
        description=f"Draw the paired differences that `ohmcarlo compare R.h5 --axis KEY --baseline VALUE --format csv` "
        f"printed; its --metric says of what. {WRITES}",
    )  # fmt: skip
    differences.add_argument("differences", metavar="FILE.csv", help="what ohmcarlo compare --format csv printed")
    differences.add_argument("--label", metavar="TEXT", help="the words below the axis (default: Difference (percentage points))")
    differences.add_argument("--fraction", action="store_true", help="show numbers as they are in the file, not in percent")
    differences.set_defaults(command=_differences)
    tail = commands.add_parser(
        "tail", help="draw how probable bad chips are",
        description=f"Draw the probability of bad chips against their accuracy, of a file of `ohmcarlo tail`. {WRITES}",
    )  # fmt: skip
    tail.add_argument("tail", metavar="T.h5", help="what ohmcarlo tail wrote")
    tail.add_argument("--plain", metavar="R.h5", help="plain chips of the same point, from ohmcarlo run, to compare with")
    tail.add_argument("--select", metavar="KEY=VALUE", action="append", default=[], help="the point in R.h5")
    tail.set_defaults(command=_tail)
    for parser in (heatmap, distribution, classes, differences, tail):
        parser.add_argument("--out", required=True, metavar="FIGURE.png", help="where to write; the suffix does not matter")


def metrics_of(options):
    """The metrics that --metric asks for, in its order, each once; accuracy where it asks for none."""
    return tuple(dict.fromkeys(options.metrics)) or ("accuracy",)


def _write(draw, options, inputs):
    """Draws, unless the output would replace an input, and says what was written."""
    from ..drawing.output import output_paths, write_all  # matplotlib takes a second to load: only where it is needed

    paths = output_paths(options.out, inputs)
    write_all(*draw(), paths)
    print(" ".join(str(path) for path in paths))


def _heatmap(options, dataset):
    from ..drawing.heatmap import heatmap_figure

    dataset = select(dataset, options.select)
    roles = choose_roles(dataset, options.x, options.y)
    _write(lambda: heatmap_figure(dataset, roles, metrics_of(options), options.percent, options.intervals), options, options.results)


def _distribution(options, dataset):
    from ..drawing.distribution import distribution_figure

    metric, *others = metrics_of(options)
    if others:
        further = " ".join(f"--metric {each}" for each in others)
        raise UsageError(f"distribution: the metric is what runs along x, so {further} needs a figure of its own")
    dataset = select(dataset, options.select)
    _write(lambda: distribution_figure(dataset, options.lines, metric, options.percent), options, options.results)


def _classes(options, dataset):
    from ..drawing.classes import classes_figure

    dataset = select(dataset, options.select)
    _write(lambda: classes_figure(dataset), options, options.results)


def _differences(options):
    from ..drawing.differences import differences_figure
    from ..reading.differences import read_differences

    table = read_differences(options.differences)
    label = options.label or ("Difference" if options.fraction else "Difference (percentage points)")
    notes = [os.path.basename(options.differences), "paired differences of ohmcarlo compare, with their intervals"]
    _write(lambda: (differences_figure(table, label, not options.fraction, notes), table), options, [options.differences])


def _tail(options):
    from ..drawing.tail import tail_figure
    from ..reading.reader import load
    from ..reading.tail import read_tail

    tail, plain = read_tail(options.tail), None
    if options.plain:
        accuracy = select(load(options.plain), options.select)["accuracy"]
        several = [key for key in accuracy.dims if key not in ("replica", "trial") and accuracy.sizes[key] > 1]
        if several:
            raise UsageError(f"a tail is of one point: choose with --select key=value ({', '.join(several)})")
        plain = accuracy.values[np.isfinite(accuracy.values)]
    _write(lambda: tail_figure(tail, plain), options, [options.tail] + [options.plain] * bool(options.plain))
