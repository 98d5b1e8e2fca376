"""Paper 001 (Wei, Lu, Lin, Chuang, Tang 2020): networks trained through their converters, under a small read margin.

Trainings: "ste-adc" rounds to the converters' levels and lets gradients through; trained without noise it is the paper's
baseline, with the noise of the chips (`training.adc.noise`) the control that the paper lacks. "concrete-adc" draws relaxed
levels. The small read margin is noise that every conducting cell adds before a conversion: `hardware.adc.on_sd` above 0.
"""

import numpy as np

from .claims import above, all_of, any_of, below, between, trend
from ..study.conditions import Missing, Wanted, truth
from ..study.pairs import difference
from .register import only, register

PAPER = "001"
METHOD, TRAINED_NOISE = "training.method", "training.adc.noise"
LAW, ON, BITS, ROWS = "hardware.adc.noise", "hardware.adc.on_sd", "hardware.adc.bits", "hardware.tile_rows"

STE = {METHOD: "ste-adc", TRAINED_NOISE: truth(False)}
CONTROL = {METHOD: "ste-adc", TRAINED_NOISE: truth(True)}
CONCRETE = {METHOD: "concrete-adc", TRAINED_NOISE: truth(True)}
CUSTOMARY = {  # what is meant where files have several
    "training.adc.temperature": 1.0, "training.adc.scale": "tested", "training.adc.tails": "normalise",
    "training.adc.straight_through": truth(False), ROWS: 128,
}  # fmt: skip
NOISY, QUIET = {LAW: "logistic"}, {LAW: "none"}
NO_NOISE = {LAW: "none", ON: Wanted("0", lambda value: value in (None, 0.0))}  # neither on chips nor for training
FOUR_BITS = {BITS: 4}
IDEAL = {BITS: Wanted("12 or more", lambda value: value is not None and value >= 12)}

FEWEST = 5  # trainings
GAIN = 0.005  # "better", of accuracy: the paper's 2.63 points, less what few epochs may cost
ALIKE = 0.01
LARGEST_DROP = {"mnist": 0.003, "cifar10": 0.03}  # of accuracy, by 4-bit converters
MARGIN = 0.005  # of accuracy: what the fifth bit may lose

_POINTS = {"scale": 100.0, "unit": "points"}

FACTS = []
fact = register(FACTS, "concrete")


def concerns(study):
    """Whether the files are about this paper."""
    return bool({"ste-adc", "concrete-adc"} & set(study.values(METHOD)))


def training(study, base, at=FOUR_BITS):
    """The settings of STE, CONTROL or CONCRETE with these bits, and what is customary where the files have several values."""
    where = {**base, **at}
    for key, preferred in CUSTOMARY.items():
        where |= only(study, key, preferred, where)
    return where


def noise_levels(study, *bases, at=FOUR_BITS):
    """The values of `on_sd` above 0 at which chips with noise of all these trainings were run, ascending."""
    places = [training(study, base, at) | NOISY for base in bases]
    return [
        level for level in swept_noise(study, bases[0]) if all(study.has("accuracy", place | {ON: level}) for place in places)
    ]


def swept_noise(study, base):
    """The values of `on_sd` above 0 on chips with noise of this training, ascending, whatever their bits and rows."""
    return [level for level in study.values(ON, base | NOISY) if level > 0]


@fact("1", "Probabilities of levels add up to one; without noise the nearest level is taken.")
def probabilities(study):
    raise Missing("single conversions, which no results file holds; the tests of the program decide it")


@fact("2a", "Under noise, 4-bit converters: Concrete gains more than half a point over STE trained without noise (at one on_sd at least).")
def concrete_gains(study):
    return _gain_somewhere(study, CONCRETE, STE, GAIN, "Concrete minus STE")


@fact("2b", "Under noise Concrete gains over STE trained without noise (at one on_sd at least).")
def concrete_gains_at_all(study):
    return _gain_somewhere(study, CONCRETE, STE, 0.0, "Concrete minus STE")


@fact("2c", "The noise alone does it: STE trained with the noise of the chips gains over STE trained without (at one on_sd at least).")
def noise_gains(study):
    return _gain_somewhere(study, CONTROL, STE, 0.0, "STE with noise minus STE")


@fact("2d", "Trained with the same noise Concrete is more accurate than STE, mean over on_sd (two-sided: where this fails, STE is).", 0.025)
def concrete_against_the_control(study):
    levels = _levels(study, CONCRETE, CONTROL)
    gains = [_gain(study, CONCRETE, CONTROL, level) for level in levels]
    return above(sum(gains) / len(gains), 0.0, f"Concrete minus STE with noise, on_sd {_listed(levels)}", **_POINTS)


@fact("3", "Without noise in the hardware Concrete, whose scale is then 0, and STE differ by less than a point.")
def alike_without_noise(study):
    lack = Missing(f"accuracy of {METHOD} = ste-adc and concrete-adc, {LAW} = none")
    for part in [*study.apart(), study]:  # of one file where there is such a one: another may have other trainings of STE
        try:
            return between(_without_noise(part), -ALIKE, ALIKE, "Concrete minus STE", **_POINTS)
        except Missing as found:
            lack = found
    raise lack


def _without_noise(study):
    """Concrete minus STE, trained with noise of no size or without, which is the same."""
    places = []
    for base in (CONCRETE, STE):
        method = {METHOD: base[METHOD]}
        places.append(training(study, method | only(study, TRAINED_NOISE, base[TRAINED_NOISE], method)) | NO_NOISE)
    return _difference(study, *places)


@fact("4", "A 4-bit converter costs at most 0.3 points on MNIST, 3 on CIFAR-10, against one of 12 bits (STE, no noise).")
def four_bits_are_enough(study):
    limit = LARGEST_DROP.get(next(iter(study.values("data.set")), None))
    if limit is None:
        raise Missing("data.set = mnist or cifar10")
    ideal, four = (training(study, STE, bits) | QUIET for bits in (IDEAL, FOUR_BITS))
    return below(_difference(study, ideal, four), limit, "12 bits minus 4 bits", **_POINTS)


@fact("5a", "More bits of the converter, more accuracy: 2 < 3 < 4, and 5 bits lose at most half a point to 4 (STE, no noise).")
def bits_help(study):
    claims = []
    for few, least in ((2, 0.0), (3, 0.0), (4, -MARGIN)):
        less, more = (training(study, STE, {BITS: bits}) | QUIET for bits in (few, few + 1))
        claims.append(above(_difference(study, more, less), least, f"{few + 1} bits minus {few}", **_POINTS))
    return all_of(claims, "more bits")


@fact("5b", "The more rows share a converter, the lower the accuracy under noise (4 bits), whatever the training.")
def rows_cost(study):
    claims = [claim for name, base in TRAININGS.items() for claim in _along_rows(study, name, base)]
    if not claims:
        raise Missing(f"accuracy at three values of {ROWS} or more, {LAW} = logistic, {ON} > 0")
    return all_of(claims, "accuracy")


@fact("6", "The share of misread sums grows with the number of conducting cells as the normal law says.")
def misreads(study):
    raise Missing("single conversions, which no results file holds; the tests of the program decide it")


TRAININGS = {"STE": STE, "STE with noise": CONTROL, "Concrete": CONCRETE}


def without_rows(study, base, chips):
    """The settings of a training and its chips, 4-bit converters, with any number of rows that share one."""
    where = training(study, base) | chips
    where.pop(ROWS, None)
    return where


def rows_of(study, where):
    """The values of `tile_rows` at which these chips were run, ascending."""
    return [rows for rows in study.values(ROWS, where) if study.has("accuracy", where | {ROWS: rows})]


def _along_rows(study, name, base):
    for level in swept_noise(study, base):
        where = without_rows(study, base, NOISY | {ON: level})
        rows = rows_of(study, where)
        if len(rows) >= 3:
            series = [study.cells("accuracy", where | {ROWS: each}) for each in rows]
            _require_trainings(series[0])
            labels = [f"{each:g} rows" for each in rows]
            yield trend(series, "falls", f"{name}, on_sd {level:g}", labels=labels, **_POINTS)


def _gain_somewhere(study, one, other, threshold, text):
    """More than a threshold at one noise level at least, which pays for the choice."""
    claims = [
        above(_gain(study, one, other, level), threshold, f"on_sd {level:g}", **_POINTS)
        for level in _levels(study, one, other)
    ]  # fmt: skip
    return any_of(claims, text)


def _levels(study, one, other):
    levels = noise_levels(study, one, other)
    if not levels:
        names = " and ".join(name for base in (one, other) for name, each in TRAININGS.items() if each is base)
        raise Missing(f"accuracy of {names} at {ON} > 0, {LAW} = logistic, {BITS} = 4")
    return levels


def _gain(study, one, other, level):
    return _difference(study, *(training(study, base) | NOISY | {ON: level} for base in (one, other)))


def _difference(study, one, other):
    change = difference(*(study.cells("accuracy", where) for where in (one, other)))
    _require_trainings(change)
    return change


def _require_trainings(values):
    array = values.transpose("replica", ...).values
    if np.isfinite(array).reshape(len(array), -1).any(axis=1).sum() < FEWEST:
        raise Missing(f"at least {FEWEST} trainings that are pairs (training.replicas)")


def _listed(levels):
    return ", ".join(f"{level:g}" for level in levels)
