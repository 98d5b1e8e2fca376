"""The rows of paper 004's table 5 as settings: which chips and trainings they are, and which of them are compared.

A float training is compared with one that takes as many epochs, float ones and those through the arrays together.
"""

import numpy as np

from ..study.conditions import ANY, Missing, Wanted, truth
from ..study.pairs import difference
from .register import only, require

METHOD, EPOCHS, PRETRAINED = "training.method", "training.epochs", "training.pretrain_epochs"
NETWORK, DATA = "network.architecture", "data.set"
NOISE, SERIAL, INPUT_BITS = "hardware.read_noise.model", "hardware.dac.serial", "hardware.dac.bits"
BITS, RANGE, ROWS = "hardware.adc.bits", "hardware.adc.range", "hardware.tile_rows"
AWARE_METHOD = "crossbar-aware"

FLOAT = {METHOD: "plain"}
AWARE = {METHOD: AWARE_METHOD}
NOISY_WEIGHTS = {METHOD: "noise-injection"}
EIGHT_BITS = {BITS: 8}
IDEAL = {BITS: Wanted("12 or more", lambda value: value is not None and value >= 12)}
READ_AT_ONCE = {NOISE: "none", SERIAL: truth(False)}  # of 8 bits, and nothing else
CONSTRAINED = {NOISE: "polynomial", SERIAL: truth(True)}
CUSTOMARY = {INPUT_BITS: 8, ROWS: 1152}  # what is meant where files have several
MAY_DIFFER = (  # not read without noise, or with a trained range
    "read_noise.coefficients", "read_noise.scale", "read_noise.form", "adc.percentile", "adc.granularity", "dac.range",
)  # fmt: skip
OF_CHIPS = {f"hardware.{key}": ANY for key in MAY_DIFFER}

RESTARTED = {METHOD: "plain", PRETRAINED: Wanted("above 0", lambda value: value is not None and value > 0)}  # the control

TRAININGS = {"float training": FLOAT, "through arrays": AWARE}


def concerns(study):
    """Whether the files are about this paper."""
    return AWARE_METHOD in study.values(METHOD) or "lstm" in study.values(NETWORK, CONSTRAINED)


def on_arrays(study, base, chips=CONSTRAINED, bits=EIGHT_BITS):
    """The settings of FLOAT, RESTARTED, AWARE or NOISY_WEIGHTS on these arrays, and what is customary where files have several values."""
    where = {**base, **chips, **bits, RANGE: "trained" if base is AWARE else "calibrated", **OF_CHIPS}
    if base is RESTARTED:
        where |= as_restarted(study)
    elif base is not AWARE:
        where |= as_long(study)
    for key, preferred in CUSTOMARY.items():
        where |= only(study, key, preferred, where)
    return where


def as_long(study):
    """The epochs of a float training as long as the one through the arrays; {} where the files have none of that."""
    totals = {float(part.values(EPOCHS, AWARE)[0]) + _pretrained(part) for part in study.apart() if part.values(EPOCHS, AWARE)}
    if not totals:
        return {}
    if len(totals) > 1:
        raise Missing(f"one length of training with {METHOD} = {AWARE_METHOD}")
    total = totals.pop()
    return {EPOCHS: Wanted(f"{total:g}, as many as through arrays and before", lambda value: value == total)}


def as_restarted(study):
    """The epochs, before and after the learning rate begins anew, of the training through the arrays."""
    return {key: only_value for key in (EPOCHS, PRETRAINED) for only_value in study.values(key, AWARE)}


def _pretrained(study):
    found = study.values(PRETRAINED, AWARE)
    return float(found[0]) if found else 0.0


def floats(study):
    """The accuracy of the float networks without arrays, one number a training."""
    return study.cells("clean_accuracy", on_arrays(study, FLOAT))


def eight_bits(study):
    """The accuracy of the float networks with weights, inputs and outputs of 8 bits."""
    return study.cells("accuracy", on_arrays(study, FLOAT, READ_AT_ONCE))


def deployed(study):
    """The accuracy of the float networks on the constrained arrays."""
    return study.cells("accuracy", on_arrays(study, FLOAT))


def through_arrays(study):
    """The accuracy on the constrained arrays of networks that were trained through them."""
    return study.cells("accuracy", on_arrays(study, AWARE))


def restarted(study):
    """The accuracy on the constrained arrays of float networks whose learning rate began anew when that of the others did."""
    return study.cells("accuracy", on_arrays(study, RESTARTED))


def converters(study):
    """(name, settings) of chips that differ in the bits of their converters alone."""
    for name, base in TRAININGS.items():
        if base is AWARE and AWARE_METHOD not in study.values(METHOD):
            continue
        for noise, words in {"polynomial": "noise", "none": "no noise"}.items():
            yield f"{name}, {words}", on_arrays(study, base, CONSTRAINED | {NOISE: noise}, {})


def bits_of(study, where):
    """The bits of converters at which these chips were run, ascending."""
    return [bits for bits in study.values(BITS, where) if study.has("accuracy", where | {BITS: bits})]


def lost_and_recovered(digital, on_chips, aware):
    """(float minus float on arrays, through arrays minus float on arrays) of the trainings that finished on all sides."""
    lost, recovered = difference(digital, on_chips), difference(aware, on_chips)
    there = (lost + recovered).notnull()
    return lost.where(there), recovered.where(there)


def mean_of_trainings(cells):
    """An array of the means of the trainings that finished."""
    means = cells.mean([name for name in cells.dims if name != "replica"]).values
    return means[np.isfinite(means)]


def require_lstm(study):
    """Raises Missing unless the study has an LSTM."""
    require(study, NETWORK, "lstm")
