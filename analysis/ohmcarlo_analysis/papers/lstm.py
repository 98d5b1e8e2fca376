"""The exhibits of paper 004: table 5 with padding masked and counted, converter bits, energy against accuracy, and the laws."""

import itertools

import numpy as np
import pandas as pd

from ..facts.lstm import PAPER
from ..facts.lstm_rows import (
    AWARE, BITS, CONSTRAINED, FLOAT, INPUT_BITS, READ_AT_ONCE, RESTARTED, bits_of, concerns, converters, lost_and_recovered,
    mean_of_trainings, on_arrays,
)  # fmt: skip
from ..drawing.exhibit import Exhibit, interval_text, number_text, row
from ..drawing.line_figure import Look, line_figure
from ..drawing.table_figure import table_figure
from ..reading.selection import as_text
from ..statistics.ratio import ratio_interval
from ..study.conditions import Missing
from ..study.interval import Interval
from . import lstm_laws
from .notes import notes
from .published import published, value

__all__ = ["CITATION", "DIFFERS", "EXHIBITS", "LAWS", "PAPER", "SETUP", "TITLE", "concerns"]
TITLE = "Training through arrays (LSTM)"
CITATION = (
    "Liu, Ji, Han, Zhang, Zheng: Training and software simulation for ReRAM-based LSTM neural network acceleration. "
    "J. Computer Research and Development, 2019 (in Chinese)"
)
SETUP = "TIMIT, LSTM 39-128-61, padding counted"
DIFFERS = "reram-lstm"
ROWS = {
    "8 bits": (FLOAT, READ_AT_ONCE),
    "float training on arrays": (FLOAT, CONSTRAINED),
    "trained through arrays": (AWARE, CONSTRAINED),
    "float training with a restart, on arrays": (RESTARTED, CONSTRAINED),
}
LOST, RECOVERED, SHARE = "float minus float on arrays", "through arrays minus float on arrays", "share of the loss recovered"
ACCURACY, PADDED = "accuracy", "accuracy_padded"
ENERGY = "energy_pJ"
MICROJOULE = 1e-6  # of a picojoule
ALONG = (INPUT_BITS, BITS, "hardware.weight_bits")  # what a line of energies follows, the first that is swept


def table5(study):
    """The four rows of table 5 with padding masked and, of padded sentences, counted; the loss and what training recovers."""
    places = {name: on_arrays(study, *setting) for name, setting in ROWS.items()}
    there = {name: where for name, where in places.items() if study.has(ACCURACY, where)}
    if not {"float training on arrays", "trained through arrays"} <= set(there):
        raise Missing("accuracy of training.method = plain and crossbar-aware on the noisy arrays")
    theirs = published("lstm_table5")
    rows = []
    for metric, frames in ((ACCURACY, "real"), (PADDED, "padding counted")):
        if not all(study.has(metric, where) for where in there.values()):
            continue
        cells = {"float": _float_cells(study, metric, places["float training on arrays"])}
        cells |= {name: study.cells(metric, where) for name, where in there.items()}
        ends = [cells[name] for name in ("float", "float training on arrays", "trained through arrays")]
        lost, recovered = lost_and_recovered(*ends)
        number = ends[0].attrs["experiment"].hash
        numbers = {name: _interval(each, each.attrs["experiment"].hash) for name, each in cells.items()}
        numbers |= {LOST: _interval(lost, number), RECOVERED: _interval(recovered, number), SHARE: _share(recovered, lost, number)}
        for name, interval in numbers.items():
            paper = value(theirs, "accuracy", row=name) if metric == PADDED else np.nan  # theirs counts padding
            rows.append(row(interval, paper, row=name, frames=frames))
    table = pd.DataFrame(rows)
    lines = []
    for name in dict.fromkeys(table["row"]):
        part = table[table["row"] == name].set_index("frames")
        texts = [interval_text(part.loc[frames], 100) if frames in part.index else "-" for frames in ("real", "padding counted")]
        paper = value(theirs, "accuracy", row=name) if PADDED in _metrics(study) else np.nan
        lines.append([name, *texts, number_text(paper, 100)])
    header = ["training, test (%; differences in points)", "real frames", "padding counted", "paper (padding counted)"]
    figure = table_figure(header, lines, notes(study, table))
    caption = (
        "Accuracy on the test set; the paper's counts padding, as half of its frames must be. Differences are paired; the interval "
        f"of the share is Fieller's. Ours: {study.setup()}, float training as long as the other."
    )
    return Exhibit(
        "lstm_table5", "Table 5", caption, figure, table, ("row", "frames"), 100.0, "%", typeset=(header, lines),
    )  # fmt: skip


def bits(study):
    """Accuracy against the bits of the converters."""
    rows = []
    for name, where in converters(study):
        found = bits_of(study, where)
        if len(found) > 1:
            rows += [row(study.interval(ACCURACY, where | {BITS: each}), bits=each, training=name) for each in found]
    if not rows:
        raise Missing(f"accuracy on arrays with hardware.dac.serial = true at two values of {BITS}")
    table = pd.DataFrame(rows)
    look = Look("Bits of the converter", "Test accuracy (%)", categorical=True, chance=study.chance(), bounds=(0, 1))
    figure = line_figure(table.sort_values("bits", kind="stable"), "bits", "training", look, 100.0, notes(study, table))
    caption = f"Accuracy on chips against the bits of the converters; a conversion a read of one bit. Ours: {study.setup()}."
    return Exhibit("lstm_bits", "Bits of the converter", caption, figure, table, ("bits", "training"), 100.0, "%", compared=False)


def energy(study):
    """Accuracy against the energy of one inference, whatever the network and the hardware."""
    rows = []
    for part in study.apart():
        experiment = part.experiments[0]
        axes = [key for key in experiment.axes if len(experiment.values(key)) > 1]
        along = next((key for key in ALONG if key in axes), axes[0] if axes else None)
        for place in itertools.product(*(experiment.values(key) for key in axes)):
            where = dict(zip(axes, place))
            if part.has(ENERGY, where) and part.has(ACCURACY, where):
                spent = mean_of_trainings(part.cells(ENERGY, where)).mean() * MICROJOULE
                name = ", ".join(f"{_words(key)} {as_text(each)}" for key, each in where.items() if key != along)
                point = f"{_words(along)} {as_text(where[along])}" if along else "-"
                rows.append(row(part.interval(ACCURACY, where), energy_uJ=spent, line=name or "accuracy", point=point))
    if len(rows) < 2:
        raise Missing(f"accuracy and {ENERGY} (a table [accelerator]) at two points")
    table = pd.DataFrame(rows)
    look = Look("Energy of an inference (\u00b5J)", "Test accuracy (%)", measured_x=True, chance=study.chance(), bounds=(0, 1))
    drawn = table.sort_values("energy_uJ", kind="stable")
    figure = line_figure(drawn, "energy_uJ", "line", look, 100.0, notes(study, table))
    caption = (
        "Accuracy on chips against the energy of one image, or of one sequence as long as the longest of the test set: converters, "
        f"arrays and their periphery by their working time. A line joins points that differ in {_words(along) if along else 'nothing'} "
        f"alone. Ours: {study.setup()}."
    )
    return Exhibit("lstm_energy", "Energy", caption, figure, table, ("energy_uJ", "line", "point"), 100.0, "%", compared=False)


EXHIBITS = {"lstm_table5": table5, "lstm_bits": bits, "lstm_energy": energy, **lstm_laws.LAWS}
LAWS = tuple(lstm_laws.LAWS)


def _words(key):
    return key.removeprefix("hardware.").removeprefix("accelerator.").replace("_", " ")


def _metrics(study):
    return {name for each in study.experiments for name in each.dataset.data_vars}


def _float_cells(study, metric, place):
    """The float networks' accuracy, for padded sentences from the share of frames that is real, which the chips' pairs tell."""
    number = study.cells("clean_accuracy", place)
    if metric == ACCURACY:
        return number
    masked, padded = study.cells(ACCURACY, place), study.cells(metric, place)
    real = float(((1 - padded) / (1 - masked)).mean())
    changed = 1 - real * (1 - number)
    changed.attrs = number.attrs
    return changed


def _interval(values, experiment):
    return Interval.of_trainings(values.mean([name for name in values.dims if name != "replica"]), experiment)


def _share(recovered, lost, experiment):
    over = [mean_of_trainings(each) for each in (recovered, lost)]
    share, low, high = ratio_interval(*over) if len(over[0]) > 1 else (over[0].mean() / over[1].mean(), np.nan, np.nan)
    return Interval(share, low, high, len(over[0]), "trainings", experiment)
