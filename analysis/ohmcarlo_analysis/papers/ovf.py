"""The exhibits of paper 002: figures 3 and 4 against sigma, the gains of the prose, and how many trainings failed."""

import numpy as np
import pandas as pd

from ..facts.ovf import CONTROL, METHOD, NOISE, PAPER, PLAIN, SIGMA, concerns, method
from ..drawing.exhibit import Exhibit, number_text, row
from ..drawing.line_figure import Look, line_figure
from ..drawing.table_figure import table_figure
from .published import published, value
from ..statistics.summary import FAILURE_MARGIN, ROUNDING
from ..study.conditions import Missing
from ..study.interval import Interval
from .notes import notes

__all__ = ["CITATION", "DIFFERS", "EXHIBITS", "PAPER", "SETUP", "TITLE", "concerns"]
TITLE = "Negative-optimisation training (OVF)"
CITATION = (
    "Qin, Yan, Wen, Hu, Shi: Special session: sustainable deployment of deep neural networks on non-volatile "
    "compute-in-memory accelerators. CODES+ISSS 2024, arXiv 2508.12195"
)
SETUP = "VGG-8 and ResNet-18 on MNIST, CIFAR-10, CIFAR-100 and Tiny ImageNet, 200 chips"
DIFFERS = "ovf"
NETWORKS = {"vgg8": "VGG-8", "resnet18": "ResNet-18"}
NAMES = {"plain": "plain", "noise-injection": "noise injection", "control": "noise inj., logits / 4", "ovf": "OVF", "irs": "IRS"}


def fig3(study):
    """Accuracy against device variation."""
    settings = _settings(study, "accuracy")
    data, network = _panel(study)
    paper = published("ovf_fig3")
    panel = paper[(paper["set"] == data) & (paper["network"] == network)]
    table = _along_sigma(study, settings, "accuracy", panel, "accuracy")
    look = Look("Device variation $\\sigma$", "Test accuracy (%)", chance=study.chance(), order=tuple(NAMES.values()), bounds=(0, 1))
    figure = line_figure(table, "sigma", "method", look, 100.0, notes(study, table))
    shown = f"{NETWORKS[network]} on {data}" if len(panel) else "no panel for this data set"
    caption = f"Mean accuracy on chips, trained at the sigma of the test. Ours: {study.setup()}; paper: {shown}."
    return Exhibit("ovf_fig3", "Figure 3", caption, figure, table, ("sigma", "method"), 100.0, "%")


def fig4(study):
    """Expected KL of the correctly classified images."""
    settings = _settings(study, "ekl")
    table = _along_sigma(study, settings, "ekl", published("ovf_fig4"), "ekl")
    look = Look("Device variation $\\sigma$", "EKL (nat)", log_y=True, order=tuple(NAMES.values()))
    figure = line_figure(table, "sigma", "method", look, 1.0, notes(study, table))
    caption = f"EKL, pooled over chips. Ours: {study.setup()}; the paper does not say which network its figure shows."
    return Exhibit("ovf_fig4", "Figure 4", caption, figure, table, ("sigma", "method"), 1.0, "nat", digits=5)


def gains(study):
    """Gain over noise injection, all trainings counted."""
    settings = _settings(study, "accuracy")
    if not {"noise-injection", "ovf"} <= set(settings):
        raise Missing(f"accuracy of {METHOD} = noise-injection and ovf")
    data, network = _panel(study)
    paper = published("ovf_fig3")
    panel = paper[(paper["set"] == data) & (paper["network"] == network)]
    rows = []
    sigmas = sorted({*_sigmas(study, settings, "accuracy"), *panel[panel["method"] == "ovf"]["sigma"]})
    for sigma in sigmas:
        pair = [settings[name] | {SIGMA: sigma} for name in ("ovf", "noise-injection")]
        ours = all(study.has("accuracy", where) for where in pair)
        theirs = [value(panel, "accuracy", method=name, sigma=float(sigma)) for name in ("ovf", "noise-injection")]
        change = study.interval_of_difference("accuracy", *pair) if ours else None
        rows.append(row(change, theirs[0] - theirs[1], sigma=sigma))
    table = pd.DataFrame(rows)
    if not table["count"].any():
        raise Missing(f"accuracy of noise-injection and ovf at one {SIGMA}")
    table["method"] = "OVF minus noise injection"
    look = Look("Device variation $\\sigma$", "Gain (points)")
    figure = line_figure(table, "sigma", "method", look, 100.0, notes(study, table))
    caption = (
        "OVF minus noise injection on the same chips, mean over all trainings, failed ones included "
        "(as in the paper's headline gains)."
    )
    return Exhibit("ovf_gains", "Gains", caption, figure, table, ("sigma",), 100.0, "points")


def convergence(study):
    """How many trainings end more than 5 points below the mean of their group."""
    settings = _settings(study, "accuracy")
    paper = published("ovf_convergence")
    rows, lines = [], []
    for name, where in settings.items():
        ours = _sigmas(study, {name: where}, "accuracy")
        for sigma in sorted({*ours, *paper[paper["method"] == name]["sigma"]}):
            theirs = [value(paper, column, method=name, sigma=float(sigma)) for column in ("failures", "runs")]
            published_text = f"{theirs[0]:.0f} of {theirs[1]:.0f}" if np.isfinite(theirs[0]) else "-"
            if sigma not in ours:
                rows.append(row(None, theirs[0] / theirs[1], method=NAMES[name], sigma=sigma))
                lines.append([NAMES[name], f"{sigma:g}", published_text, "-", "-", "-"])
                continue
            cells = study.cells("accuracy", {**where, SIGMA: sigma})
            means = cells.mean("trial")
            means = means.values[np.isfinite(means.values)]
            if len(means) < 2:
                raise Missing(f"two trainings or more (replicas) at {METHOD} = {where[METHOD]}, {SIGMA} = {sigma:g}")
            failed = int((means < means.mean() - FAILURE_MARGIN - ROUNDING).sum())
            share = Interval(failed / len(means), np.nan, np.nan, len(means), "trainings", cells.attrs["experiment"].hash)
            entry = row(share, theirs[0] / theirs[1], method=NAMES[name], sigma=sigma)
            rows.append(entry | {"failures": failed, "median": float(np.median(means))})
            lines.append([
                NAMES[name], f"{sigma:g}", published_text, f"{failed} of {len(means)}",
                number_text(means.mean(), 100), number_text(np.median(means), 100),
            ])  # fmt: skip
    table = pd.DataFrame(rows)
    header = ["method", "sigma", "failed: paper", "ours", "mean %", "median %"]
    figure = table_figure(header, lines, notes(study, table))
    caption = (
        "Trainings that end more than 5 points below the mean of their group. A mean over failures is not a gain of the "
        "others: compare medians."
    )
    return Exhibit(
        "ovf_convergence", "Convergence", caption, figure, table, ("method", "sigma"), 100.0, "%",
        compared=False, typeset=(header, lines),
    )  # fmt: skip


EXHIBITS = {"ovf_fig3": fig3, "ovf_fig4": fig4, "ovf_gains": gains, "ovf_convergence": convergence}


def _settings(study, metric):
    """{name: settings} of the methods that the files have."""
    known = {"plain": PLAIN, "noise-injection": NOISE, "control": CONTROL}
    for name in ("ovf", "irs"):
        if name in study.values(METHOD):
            known[name] = method(study, name)
    known = {name: where | {"hardware.simulate": "weights"} for name, where in known.items()}  # arrays are other papers'
    found = {name: where for name, where in known.items() if study.values(SIGMA, where) and _sigmas(study, {name: where}, metric)}
    if not found or not (set(found) - {"plain"}):
        raise Missing(f"the metric {metric} of {METHOD} = noise-injection, ovf or irs along {SIGMA}")
    return found


def _sigmas(study, settings, metric):
    found = {
        sigma for where in settings.values() for sigma in study.values(SIGMA, where) if study.has(metric, {**where, SIGMA: sigma})
    }
    return sorted(found)


def _panel(study):
    """The data set, and the paper's network that is shown beside ours: its VGG-8 unless ours is a ResNet-18."""
    networks = study.values("network.architecture")
    data = next(iter(study.values("data.set")), "")
    only_resnet = data in ("cifar100", "tiny-imagenet")
    return data, "resnet18" if "resnet18" in networks or only_resnet else "vgg8"


def _along_sigma(study, settings, metric, paper, column):
    rows = []
    for name, where in settings.items():
        ours = _sigmas(study, {name: where}, metric)
        theirs = sorted(paper[paper["method"] == name]["sigma"])
        for sigma in sorted({*ours, *theirs}):
            interval = study.interval(metric, {**where, SIGMA: sigma}) if sigma in ours else None
            rows.append(row(interval, value(paper, column, method=name, sigma=float(sigma)), sigma=sigma, method=NAMES[name]))
    return pd.DataFrame(rows)
