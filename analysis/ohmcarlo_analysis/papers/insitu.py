"""The exhibits of paper 003: figure 6 against the share of defects, and table 1."""

import pandas as pd

from ..facts.insitu import CALIBRATED, COMBINED, NOTHING, PAPER, RATE, concerns, deployment, one_layer_settings
from ..drawing.exhibit import Exhibit, interval_text, number_text, row
from ..drawing.line_figure import Look, line_figure
from ..drawing.table_figure import table_figure
from .published import published, value
from ..study.conditions import Missing
from .notes import notes

__all__ = ["CITATION", "DIFFERS", "EXHIBITS", "PAPER", "SETUP", "TITLE", "concerns"]
TITLE = "Calibration and in-situ training"
CITATION = (
    "Du, Peng, Liu: Memristive neuromorphic computing approach combining calibration method and in-memory training. "
    "J. National University of Defense Technology 45(5) 202-206, 2023 (in Chinese)"
)
SETUP = "MNIST, mlp 784-100-10 (table 1: 784-256-10), 100 maps of defects"
DIFFERS = "calibration-insitu"
DEPLOYMENTS = {"none": NOTHING, "calibrate": CALIBRATED, "calibrate + in-situ": COMBINED}


def fig6(study):
    """Accuracy against the share of defective devices."""
    paper = published("insitu_fig6")
    rates = {name: _rates(study, base) for name, base in DEPLOYMENTS.items()}
    if not any(rates.values()):
        raise Missing(f"accuracy along {RATE}, hardware.mapping = mid-point")
    rows = []
    for name, base in DEPLOYMENTS.items():
        theirs = paper[paper["steps"] == name]["rate"]
        for rate in sorted({*rates[name], *theirs}):
            interval = study.interval("accuracy", deployment(study, base, rate)) if rate in rates[name] else None
            rows.append(row(interval, value(paper, "accuracy", steps=name, rate=float(rate)), rate=rate * 100, deployment=name))
    table = pd.DataFrame(rows)
    look = Look("Defective devices (%)", "Test accuracy (%)", chance=study.chance(), bounds=(0, 1))
    figure = line_figure(table, "rate", "deployment", look, 100.0, notes(study, table))
    caption = f"Mid-point pairs, nothing clipped. Ours: {study.setup()}; paper: 784-100-10 on MNIST, numbers from the prose."
    return Exhibit("insitu_fig6", "Figure 6", caption, figure, table, ("rate", "deployment"), 100.0, "%", label_units={"rate": "%"})


def table1(study):
    """Accuracy after training on the chip with defects in one layer or both."""
    paper = published("insitu_table1")
    if "[256]" not in study.values("network.hidden"):
        raise Missing("network.hidden = [256]")
    rows = [
        row(study.interval("accuracy", where), value(paper, "accuracy", layers=name), defects=name)
        for name, where in one_layer_settings(study).items() if study.has("accuracy", where)
    ]  # fmt: skip
    if not rows:
        raise Missing("accuracy after in-situ training or retraining along hardware.defects.layers")
    table = pd.DataFrame(rows)
    table["other_work"] = [value(paper, "other", layers=name) for name in table["defects"]]
    lines = []
    for _, record in table.iterrows():
        theirs = [number_text(record[name], 100) for name in ("other_work", "published")]
        lines.append([record["defects"], *theirs, interval_text(record, 100)])
    header = ["defects in", "paper's ref. 24 (%)", "paper (%)", "ours (%)"]
    figure = table_figure(header, lines, notes(study, table))
    caption = f"After training on the chip; the paper does not state its defect rate. Ours: {study.setup()}."
    return Exhibit("insitu_table1", "Table 1", caption, figure, table, ("defects",), 100.0, "%", typeset=(header, lines))


EXHIBITS = {"insitu_fig6": fig6, "insitu_table1": table1}


def _rates(study, base):
    where = deployment(study, base, 0.0)
    where.pop(RATE)
    return [rate for rate in study.values(RATE, where) if study.has("accuracy", deployment(study, base, rate))]
