"""The exhibits of paper 000: table 1, figures 3, 4 and 5, against lambda."""

import numpy as np
import pandas as pd

from ..facts.kurtosis import LAMBDA, METHOD, NOISE, PAPER, SIGMA, concerns
from ..drawing.exhibit import Exhibit, interval_text, number_text, row
from ..drawing.line_figure import Look, line_figure
from ..drawing.table_figure import table_figure
from .published import published, value
from ..study.conditions import Missing
from ..study.interval import Interval
from .notes import notes

__all__ = ["CITATION", "DIFFERS", "EXHIBITS", "PAPER", "SETUP", "TITLE", "concerns"]
TITLE = "Kurtosis regularisation"
CITATION = (
    "Jin, Tang, Gao, Zhao: Co-optimize the performance of computing-in-memory chips with the kurtosis regularization. "
    "J. Functional Materials and Devices 27(6), 2021 (in Chinese)"
)
SETUP = "six spoken phrases of its own, four dense layers, a PLRAM chip, 300 test samples"
DIFFERS = "kurtosis-plram"
X_LABEL = "Kurtosis penalty $\\lambda$ (not to scale)"


def table1(study):
    """Accuracy and objective of the float model."""
    paper = published("kurtosis_table1")
    rows = []
    for lam in _lambdas(study, "clean_accuracy"):
        where = {**METHOD, LAMBDA: lam}
        at = {"lambda": lam}
        rows.append(row(study.interval("clean_accuracy", where), value(paper, "accuracy", **at), quantity="accuracy", **at))
        rows.append(row(_objective(study, lam), value(paper, "loss", **at), quantity="J", **at))
    table = pd.DataFrame(rows)
    lines = []
    for lam, part in table.groupby("lambda", sort=True):
        (_, accuracy), (_, loss) = part.iterrows()
        lines.append([
            f"{lam:g}", number_text(accuracy["published"], 100), interval_text(accuracy, 100),
            number_text(loss["published"], 1, 4), interval_text(loss, 1, 4),
        ])  # fmt: skip
    header = ["lambda", "accuracy %: paper", "ours", "J: paper", "ours"]
    figure = table_figure(header, lines, notes(study, table))
    caption = "Float model: accuracy, and the objective J = J0 + lambda times the summed kurtosis. Ours on test data."
    return Exhibit(
        "kurtosis_table1", "Table 1", caption, figure, table, ("lambda", "quantity"), 1.0, "", typeset=(header, lines),
        quantities={"accuracy": (100.0, "%", 2), "J": (1.0, "", 4)},
    )  # fmt: skip


def fig3(study):
    """Relative quantisation error of the weights."""
    lambdas = _lambdas(study, "relative_error")
    rows = [
        row(study.interval("relative_error", {**METHOD, LAMBDA: lam}, layer), layer=f"FC{layer}", **{"lambda": lam})
        for layer in _layers(study, "relative_error", lambdas) for lam in lambdas
    ]  # fmt: skip
    caption = "Median over the weights of 1 / |code| (8-bit codes). The paper prints a histogram for FC1 without numbers."
    return _by_layer(study, "kurtosis_fig3", "Figure 3", caption, rows, "Median relative error", (0, np.inf))


def fig4(study):
    """Correlation of the chip's layer outputs with the float ones."""
    where = _chip_settings(study, "correlation")
    lambdas = _lambdas(study, "correlation", where)
    rows = [
        row(study.interval("correlation", {**where, LAMBDA: lam}, layer), layer=f"FC{layer}", **{"lambda": lam})
        for layer in _layers(study, "correlation", lambdas, where) for lam in lambdas
    ]  # fmt: skip
    caption = (
        f"Pearson correlation of chip and float outputs, layer by layer, sigma {where[SIGMA]:g}. "
        "The paper's curves were not digitised."
    )
    return _by_layer(study, "kurtosis_fig4", "Figure 4", caption, rows, "Correlation with float", (-1, 1))


def fig5(study):
    """Accuracy of the float model and on chips."""
    where = _chip_settings(study, "accuracy")
    table1_, chips = published("kurtosis_table1"), published("kurtosis_fig5")
    rows = []
    for lam in _lambdas(study, "accuracy", where):
        at = {"lambda": lam}
        float_value, chip_value = value(table1_, "accuracy", **at), value(chips, "chip_accuracy", **at)
        rows.append(row(study.interval("clean_accuracy", {**where, LAMBDA: lam}), float_value, line="float", **at))
        rows.append(row(study.interval("accuracy", {**where, LAMBDA: lam}), chip_value, line="chip", **at))
    table = pd.DataFrame(rows)
    look = Look(X_LABEL, "Accuracy (%)", categorical=True, bounds=(0, 1))
    figure = line_figure(table.sort_values("lambda", kind="stable"), "lambda", "line", look, 100.0, notes(study, table))
    caption = (
        f"Float model and chips (programming noise sigma {where[SIGMA]:g} of full scale). "
        "Paper: float from table 1, chip from the prose."
    )
    return Exhibit("kurtosis_fig5", "Figure 5", caption, figure, table, ("lambda", "line"), 100.0, "%")


EXHIBITS = {"kurtosis_table1": table1, "kurtosis_fig3": fig3, "kurtosis_fig4": fig4, "kurtosis_fig5": fig5}


def _by_layer(study, name, title, caption, rows, y_label, bounds):
    table = pd.DataFrame(rows)
    look = Look(X_LABEL, y_label, categorical=True, bounds=bounds)
    figure = line_figure(table, "lambda", "layer", look, 1.0, notes(study, table))
    return Exhibit(name, title, caption, figure, table, ("lambda", "layer"), 1.0, "", compared=False, digits=4)


def _objective(study, lam):
    """J of eq. (1): cross-entropy of the float model plus lambda times the kurtosis of all layers; None without the metrics."""
    where = {**METHOD, LAMBDA: lam}
    try:
        loss, kurtosis = study.cells("clean_loss", where), study.cells("kurtosis", where)
    except Missing:
        return None
    return Interval.of_trainings(loss + lam * kurtosis.sum("layer"), loss.attrs["experiment"].hash)


def _chip_settings(study, metric):
    """The settings of the chips to show: sigma 0.05 where there is one, else the largest."""
    sigmas = study.values(SIGMA, METHOD)
    shown = NOISE if any(np.isclose(sigma, NOISE) for sigma in sigmas) else max(sigmas, default=0.0)
    return {**METHOD, SIGMA: shown}


def _lambdas(study, metric, where=METHOD):
    found = [lam for lam in study.values(LAMBDA, where) if study.has(metric, {**where, LAMBDA: lam})]
    if not found:
        raise Missing(f"the metric {metric} along {LAMBDA}, training.method = kurtosis")
    return found


def _layers(study, metric, lambdas, where=METHOD):
    return [int(layer) for layer in study.cells(metric, {**where, LAMBDA: lambdas[0]})["layer"].values]
