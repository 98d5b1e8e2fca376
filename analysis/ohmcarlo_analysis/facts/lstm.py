"""Paper 004 (Liu, Ji, Han, Zhang, Zheng 2019): an LSTM trained through resistive arrays that are noisy at every read.

The rows of its table 5: float training tested without arrays (the file's `clean_accuracy`), the same networks with weights, inputs
and outputs of 8 bits (arrays without noise that take an input in one read), the same networks on the constrained arrays (inputs
bit by bit, an 8-bit conversion of every read, noise of eq. 7), and networks trained through these arrays (`crossbar-aware`).
A float training is compared with one that takes as many epochs, float ones and those through the arrays together. Accuracy is
that of real frames: padding is masked.
"""

from dataclasses import replace

import numpy as np

from .claims import above, all_of, below, between, trend
from ..statistics.ratio import ratio_interval
from ..study.conditions import Missing
from ..study.pairs import difference
from .lstm_rows import (
    AWARE, BITS, DATA, EIGHT_BITS, FLOAT, IDEAL, NETWORK, NOISY_WEIGHTS, SERIAL, bits_of, concerns, converters, deployed, eight_bits,
    floats, lost_and_recovered, mean_of_trainings, on_arrays, require_lstm, restarted, through_arrays,
)  # fmt: skip
from .register import register, require

__all__ = ["FACTS", "PAPER", "concerns"]
PAPER = "004"
FEWEST = 5  # trainings
ALIKE = 0.005  # of accuracy: what 8-bit weights, inputs and outputs may change
SHARE = 0.5  # of the loss
SAME_ON_DIGITS = 0.003  # of accuracy, LeNet-5 on MNIST
FALL = 0.001  # of accuracy: what more bits may lose
ENOUGH = 0.005  # of accuracy: what 8 bits may lose

_POINTS = {"scale": 100.0, "unit": "points"}

FACTS = []
fact = register(FACTS, "lstm")


@fact("1", "The sd of eq. 7 is what the paper's polynomial says, in microsiemens; drawn noise has it within 2 %.")
def noise_of_cells(study):
    raise Missing("single cells, which no results file holds; the tests of the program decide it")


@fact("2", "Without noise and with ideal converters, reads of single bits add up to the integer product exactly.")
def exact_products(study):
    raise Missing("single products, which no results file holds; the tests of the program decide it")


@fact("3a", "LSTM: weights, inputs and outputs of 8 bits change the accuracy of the float network by less than half a point.")
def eight_bits_are_float(study):
    require_lstm(study)
    return _alike("8 bits minus float", eight_bits(study), floats(study), ALIKE)


@fact("3b", "LSTM: float training on the noisy arrays loses accuracy against the float network.")
def arrays_cost(study):
    require_lstm(study)
    return above(_paired(floats(study), deployed(study)), 0.0, "float minus float training on arrays", **_POINTS)


@fact("3c", "LSTM: on the noisy arrays networks that were trained through them are more accurate than float ones.")
def training_through_arrays_gains(study):
    require_lstm(study)
    change = _paired(through_arrays(study), deployed(study))
    return above(change, 0.0, "trained through arrays minus float training, on arrays", **_POINTS)


@fact("3d", "LSTM: the order of table 5: float and 8 bits (half a point apart at most) > through arrays > float training on them.")
def order_of_table5(study):
    require_lstm(study)
    digital, rounded, on_chips, aware = (row(study) for row in (floats, eight_bits, deployed, through_arrays))
    steps = [
        _alike("8 bits minus float", rounded, digital, ALIKE),
        above(_paired(digital, aware), 0.0, "float minus trained through arrays", **_POINTS),
        above(_paired(rounded, aware), 0.0, "8 bits minus trained through arrays", **_POINTS),
        above(_paired(aware, on_chips), 0.0, "trained through arrays minus float training", **_POINTS),
    ]
    return all_of(steps, "table 5")


@fact("3e", "LSTM: training through the arrays recovers at least half of what they cost a float training.")
def share_of_the_loss(study):
    require_lstm(study)
    lost, recovered = lost_and_recovered(floats(study), deployed(study), through_arrays(study))
    _require_trainings(lost)
    there_is_one = above(lost, 0.0, "loss", **_POINTS)  # half of no loss, or of a gain, is nothing to recover
    half = above(recovered - SHARE * lost, 0.0, "recovered minus half of the loss", **_POINTS)
    claim = all_of([there_is_one, half], "recovered share of the loss")
    share, low, high = ratio_interval(mean_of_trainings(recovered), mean_of_trainings(lost))
    return replace(
        claim, text="recovered share of the loss", value=100 * share, low=100 * low, high=100 * high, unit="%",
        threshold=f"> {100 * SHARE:g}",
        statistic=f"{half.statistic} of what is recovered minus half of the loss; Fieller's interval",
    )  # fmt: skip


@fact("3f", "LSTM, a control that the paper lacks: float training whose learning rate begins anew, too, is worse on the arrays.")
def gain_is_not_the_schedule(study):
    require_lstm(study)
    change = _paired(through_arrays(study), restarted(study))
    return above(change, 0.0, "trained through arrays minus float training with a restart, on arrays", **_POINTS)


@fact("4a", "LeNet-5 on MNIST: float, and on arrays float training, noisy weights and training through them, within 0.3 points.")
def digits_do_not_care(study):
    require(study, DATA, "mnist")
    require(study, NETWORK, "lenet5")
    rows = {"float, digital": floats(study)}
    for name, base in {"float": FLOAT, "noisy weights": NOISY_WEIGHTS, "through arrays": AWARE}.items():
        rows[name] = study.cells("accuracy", on_arrays(study, base))
    names = list(rows)
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    claims = [_alike(f"{other} minus {one}", rows[other], rows[one], SAME_ON_DIGITS) for one, other in pairs]
    return all_of(claims, "LeNet-5")


@fact("4b", "CIFAR-10: on the arrays, training through them (digits, converters) is better than training with noisy weights.")
def digits_matter_on_cifar(study):
    require(study, DATA, "cifar10")
    aware, noisy = (study.cells("accuracy", on_arrays(study, base)) for base in (AWARE, NOISY_WEIGHTS))
    return above(_paired(aware, noisy), 0.0, "through arrays minus noisy weights", **_POINTS)


@fact("5a", "More bits of the converter do not cost accuracy (0.1 points or more, any two), whatever the training and the noise.")
def bits_do_not_cost(study):
    claims = []
    for name, where in converters(study):
        found = bits_of(study, where)
        if len(found) >= 3:
            series = [study.cells("accuracy", where | {BITS: each}) for each in found]
            _require_trainings(series[0])
            labels = [f"{each:g} bits" for each in found]
            claims.append(trend(series, "rises", name, margin=FALL, labels=labels, **_POINTS))
    if not claims:
        raise Missing(f"accuracy at three values of {BITS} or more, {SERIAL} = true")
    return all_of(claims, "accuracy")


@fact("5b", "An 8-bit converter loses less than half a point against one of 12 bits or more, whatever the training and the noise.")
def eight_bits_are_enough(study):
    claims = []
    for name, where in converters(study):
        ideal, eight = where | IDEAL, where | EIGHT_BITS
        if study.has("accuracy", ideal) and study.has("accuracy", eight):
            change = _paired(*(study.cells("accuracy", place) for place in (ideal, eight)))
            claims.append(below(change, ENOUGH, f"{name}, 12 bits or more minus 8", **_POINTS))
    if not claims:
        raise Missing(f"accuracy at {BITS} = 8 and at 12 or more, {SERIAL} = true")
    return all_of(claims, "loss")


@fact("6", "The error of currents by wire resistance grows with the columns that are on: below 0.1 % at 4, tenfold at 128.")
def wires_cost(study):
    raise Missing("currents of single arrays, which no results file holds; the tests of the program decide it")


@fact("7", "A normal costs a twentieth of a scalar Box-Muller, or less.")
def normals_are_cheap(study):
    raise Missing("times, which no results file holds; the benchmarks of the program measure it")


def _alike(text, one, other, margin):
    return between(_paired(one, other), -margin, margin, text, **_POINTS)


def _paired(one, other):
    change = difference(one, other)
    _require_trainings(change)
    return change


def _require_trainings(values):
    array = values.transpose("replica", ...).values
    if np.isfinite(array).reshape(len(array), -1).any(axis=1).sum() < FEWEST:
        raise Missing(f"at least {FEWEST} trainings that are pairs (training.replicas)")
