"""The exhibits of paper 001: table 1 with its control, 4-bit converters against ideal ones, bits, rows, and the laws."""

import numpy as np
import pandas as pd

from ..facts.concrete import (
    BITS, CONCRETE, CONTROL, FOUR_BITS, IDEAL, METHOD, NO_NOISE, NOISY, ON, PAPER, QUIET, ROWS, STE, concerns, noise_levels, rows_of,
    swept_noise, training, without_rows,
)  # fmt: skip
from ..drawing.exhibit import Exhibit, interval_text, number_text, row
from ..drawing.line_figure import Look, line_figure
from ..drawing.table_figure import table_figure
from .published import published, value
from ..study.conditions import Missing
from .concrete_laws import bins, margins
from .notes import notes

__all__ = ["CITATION", "DIFFERS", "EXHIBITS", "LAWS", "PAPER", "SETUP", "TITLE", "concerns"]
TITLE = "Converters that are trained (Concrete)"
CITATION = (
    "Wei, Lu, Lin, Chuang, Tang: A relaxed quantization training method for hardware limitations of ReRAM-based "
    "computing-in-memory. IEEE JXCDC 6(1) 45-52, 2020, doi 10.1109/JXCDC.2020.2992306"
)
SETUP = "MNIST and CIFAR-10; the level of the noise is not stated"
DIFFERS = "concrete-adc"
NAMES = {"STE": STE, "STE, noise in training": CONTROL, "Concrete": CONCRETE}
DIFFERENCES = {
    "Concrete minus STE": (CONCRETE, STE), "STE with noise minus STE": (CONTROL, STE),
    "Concrete minus STE with noise": (CONCRETE, CONTROL),
}  # fmt: skip
NOISE_LABEL = "Noise of a conducting cell (sd, of its current)"


def table1(study):
    """Accuracy under noise by training, with STE that was trained with the noise as the control."""
    levels = _levels(study)
    rows = []
    for level in [0.0, *levels]:
        place = {name: _chips(study, base, level) for name, base in NAMES.items()}
        there = {name: where for name, where in place.items() if study.has("accuracy", where)}
        if "STE" in there:  # another file's trainings, of other lengths say, do not stand beside it
            there = {name: where for name, where in there.items() if _change(study, where, there["STE"])}
        rows += [row(study.interval("accuracy", where), on_sd=level, quantity=name) for name, where in there.items()]
        for name, bases in DIFFERENCES.items():
            pair = [_chips(study, base, level) for base in bases]
            if all(where in there.values() for where in pair) and (change := _change(study, *pair)):
                rows.append(row(change, on_sd=level, quantity=name))
    table = pd.DataFrame(rows)
    lines = [
        [f"{level:g}", *(_cell(part, name) for name in (*NAMES, *DIFFERENCES))] for level, part in table.groupby("on_sd", sort=True)
    ]
    header = ["on_sd", *NAMES, *DIFFERENCES]
    header = [name.replace("minus", "-").replace("STE, noise in training", "STE with noise") for name in header]
    figure = table_figure(header, lines, notes(study, table))
    caption = (
        f"Accuracy and paired gains in %, 4-bit converters, chips with noise (on_sd 0: without). {_theirs(study)} "
        f"Ours: {study.setup()}."
    )
    return Exhibit(
        "concrete_table1", "Table 1", caption, figure, table, ("on_sd", "quantity"), 100.0, "%", compared=False,
        typeset=(header, lines),
    )  # fmt: skip


def gains(study):
    """Paired gains over STE that was trained without noise."""
    rows = []
    for name, (one, other) in DIFFERENCES.items():
        for level in noise_levels(study, one, other):
            change = study.interval_of_difference("accuracy", *(_chips(study, base, level) for base in (one, other)))
            rows.append(row(change, on_sd=level, difference=name))
    if not rows:
        raise Missing(f"accuracy of two trainings at {ON} > 0, hardware.adc.noise = logistic, {BITS} = 4")
    table = pd.DataFrame(rows)
    look = Look(NOISE_LABEL, "Gain (points)", categorical=True, order=tuple(DIFFERENCES), level=0.0)
    figure = line_figure(table.sort_values("on_sd", kind="stable"), "on_sd", "difference", look, 100.0, notes(study, table))
    caption = f"Gains of the same trainings, 4-bit converters with noise. {_theirs(study)} Ours: {study.setup()}."
    return Exhibit("concrete_gains", "Gains", caption, figure, table, ("on_sd", "difference"), 100.0, "points", compared=False)


def ideal_table(study):
    """What 4-bit converters lose against ideal ones."""
    paper = published("concrete")
    theirs = value(paper, "points", set=next(iter(study.values("data.set")), ""), quantity="drop")
    places = {"STE, no noise": (STE, QUIET)}
    for name, base in NAMES.items():
        places |= {f"{name}, on_sd {level:g}": (base, NOISY | {ON: level}) for level in noise_levels(study, base)}
    rows, lines = [], []
    for name, (base, chips) in places.items():
        ideal, four = (training(study, base, at) | chips for at in (IDEAL, FOUR_BITS))
        if study.has("accuracy", ideal) and study.has("accuracy", four):
            drop = row(study.interval_of_difference("accuracy", ideal, four), theirs if chips is QUIET else np.nan, training=name)
            shown = [row(study.interval("accuracy", where)) for where in (ideal, four)]
            rows.append(drop)
            lines.append([
                name, *(interval_text(each, 100) for each in shown), number_text(drop["published"], 100), interval_text(drop, 100)
            ])  # fmt: skip
    if not rows:
        raise Missing(f"accuracy of {METHOD} = ste-adc or concrete-adc at {BITS} = 4 and at 12 or more")
    table = pd.DataFrame(rows)
    header = ["training", "ideal (%)", "4 bits (%)", "drop: paper (points)", "ours (points)"]
    figure = table_figure(header, lines, notes(study, table))
    caption = f"Converters of 12 bits or more, which stand for ideal ones, and of 4 bits. Ours: {study.setup()}."
    return Exhibit(
        "concrete_ideal_table", "4-bit converters against ideal ones", caption, figure, table, ("training",), 100.0, "points",
        typeset=(header, lines),
    )  # fmt: skip


def bits(study):
    """Accuracy against the converters' bits."""
    rows = []
    for name, where in _lines(study, _without_bits):
        found = [each for each in study.values(BITS, where) if study.has("accuracy", where | {BITS: each})]
        if len(found) > 1:
            rows += [row(study.interval("accuracy", where | {BITS: each}), bits=each, training=name) for each in found]
    if not rows:
        raise Missing(f"accuracy of {METHOD} = ste-adc or concrete-adc at two values of {BITS}")
    table = pd.DataFrame(rows)
    look = Look("Bits of the converter", "Test accuracy (%)", categorical=True, chance=study.chance(), bounds=(0, 1))
    figure = line_figure(table.sort_values("bits", kind="stable"), "bits", "training", look, 100.0, notes(study, table))
    caption = f"Accuracy on chips against the bits of trained converters. Ours: {study.setup()}; the paper's default is 32."
    return Exhibit("concrete_bits", "Bits of the converter", caption, figure, table, ("bits", "training"), 100.0, "%", compared=False)


def rows_figure(study):
    """Accuracy against the rows that share a converter."""
    rows = []
    for name, where in _lines(study, without_rows):
        found = rows_of(study, where)
        if len(found) > 1:
            rows += [row(study.interval("accuracy", where | {ROWS: each}), rows=each, training=name) for each in found]
    if not rows:
        raise Missing(f"accuracy of {METHOD} = ste-adc or concrete-adc at two values of {ROWS}, {BITS} = 4")
    table = pd.DataFrame(rows)
    look = Look("Rows that share a converter", "Test accuracy (%)", categorical=True, chance=study.chance(), bounds=(0, 1))
    figure = line_figure(table.sort_values("rows", kind="stable"), "rows", "training", look, 100.0, notes(study, table))
    caption = f"Accuracy on chips, 4-bit converters; sums of several tiles are added digitally. Ours: {study.setup()}."
    return Exhibit("concrete_rows", "Rows a converter", caption, figure, table, ("rows", "training"), 100.0, "%", compared=False)


EXHIBITS = {
    "concrete_table1": table1, "concrete_gains": gains, "concrete_ideal_table": ideal_table, "concrete_bits": bits,
    "concrete_rows": rows_figure, "concrete_fig1c": margins, "concrete_fig3": bins,
}  # fmt: skip
LAWS = ("concrete_fig1c", "concrete_fig3")


def _levels(study):
    levels = sorted({level for base in NAMES.values() for level in noise_levels(study, base)})
    if not levels:
        raise Missing(f"accuracy of {METHOD} = ste-adc or concrete-adc at {ON} > 0, hardware.adc.noise = logistic, {BITS} = 4")
    return levels


def _noise(base, level):
    """The settings of chips with this noise; without, for 0: then also of a training that knows none."""
    return NOISY | {ON: level} if level else QUIET if base is STE else NO_NOISE


def _chips(study, base, level):
    return training(study, base) | _noise(base, level)


def _without_bits(study, base, chips):
    return training(study, base, {}) | chips


def _lines(study, settings):
    """(name, settings) of the lines of a figure, from settings(study, training, noise of chips)."""
    for name, base in NAMES.items():
        for level in [0.0, *swept_noise(study, base)]:
            chips = f"on_sd {level:g}" if level else "no noise"
            yield f"{name}, {chips}", settings(study, base, _noise(base, level))


def _change(study, one, other):
    """The Interval of a paired difference; None where there are no pairs."""
    try:
        return study.interval_of_difference("accuracy", one, other)
    except Missing:
        return None


def _cell(part, name):
    found = part[part["quantity"] == name]
    return interval_text(found.iloc[0], 100) if len(found) else "-"


def _theirs(study):
    theirs = value(published("concrete"), "points", set=next(iter(study.values("data.set")), ""), quantity="gain")
    return f"Paper: Concrete gains {theirs * 100:.2f} points over STE, level of the noise not stated." if np.isfinite(theirs) else ""
