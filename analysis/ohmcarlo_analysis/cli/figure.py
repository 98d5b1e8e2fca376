"""The command `figure`: one figure or table of a paper."""

from pathlib import Path

from ..drawing.output import output_paths, write_all
from ..errors import ResultsFileError, UsageError
from ..papers.catalogue import EXHIBITS, exhibits
from ..study.conditions import Missing
from ..study.loading import load_study


def list_figures():
    """A line for every figure and table: its name, and what it shows."""
    width = max(map(len, EXHIBITS))
    return "\n".join(f"{name:<{width}}  {(make.__doc__ or '').strip().splitlines()[0]}" for name, make in EXHIBITS.items())


def draw_figure(options):
    """Draws what the options of the command say; prints the paths of the files."""
    name = options.name
    if name not in EXHIBITS:
        raise UsageError(f"figure {name}: unknown (allowed: {', '.join(EXHIBITS)})")
    paths = output_paths(options.out or f"{name}.png", options.results)
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
