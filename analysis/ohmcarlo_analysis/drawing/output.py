"""Write a figure as PNG, PDF and SVG and its numbers as CSV: whole files, the same bytes for the same input."""

import io
import os
from pathlib import Path

from . import style
from ..errors import ResultsFileError, UsageError

FORMATS = {
    ".png": {"Software": "ohmcarlo_analysis"},
    ".pdf": {"CreationDate": None, "ModDate": None, "Producer": "ohmcarlo_analysis", "Creator": None},
    ".svg": {"Date": None, "Creator": "ohmcarlo_analysis"},
}


def output_paths(out, inputs):
    """[png, pdf, svg, csv] for `--out`, whose suffix may be any of these or none. Raises if one of them is an input."""
    out = Path(out)
    if not out.name:
        raise UsageError(f"--out wants a file name, not {out}")
    stem = out.with_suffix("") if out.suffix.lower() in (*FORMATS, ".csv") else out
    paths = [stem.with_name(stem.name + suffix) for suffix in (*FORMATS, ".csv")]
    for path in paths:
        _check(path, inputs)
    return paths


def _check(path, inputs):
    for source in inputs:
        if path.exists() and os.path.exists(source) and os.path.samefile(path, source):
            raise UsageError(f"--out would overwrite the results file {source}")
    if path.is_dir():
        raise UsageError(f"--out would write to {path}, which is a directory")


def write_all(figure, table, paths):
    """Write the figure and the table to the paths of output_paths(), each under a temporary name first."""
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        for path in paths:
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            try:
                if path.suffix == ".csv":
                    table.to_csv(temporary, index=False, lineterminator="\n")
                else:
                    with style.style():
                        figure.savefig(temporary, format=path.suffix[1:], metadata=FORMATS[path.suffix])
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ResultsFileError(f"cannot write {error.filename or paths[0]}: {error.strerror or error}") from error


def write_page(out, inputs, make):
    """Write the text that `make()` returns to the file `out`, under a temporary name first."""
    path = Path(out)
    _check(path, inputs)
    text = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ResultsFileError(f"cannot write {error.filename or path}: {error.strerror or error}") from error


def svg_text(figure):
    """A figure as SVG text, the same for the same figure."""
    buffer = io.StringIO()
    with style.style():
        figure.savefig(buffer, format="svg", metadata=FORMATS[".svg"])
    return buffer.getvalue()
