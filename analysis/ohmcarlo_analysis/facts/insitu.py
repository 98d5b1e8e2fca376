"""Paper 003 (Du, Peng, Liu 2023): calibration and in-situ training for arrays of low yield.

`hardware.defects.rate` is the paper's alpha; `deployment.steps` says what is done on a chip: nothing, "calibrate", and the
combined loop of "calibrate" and "in-situ". Chips are defect maps: the same for every alpha and every deployment.
"""

import re

from .claims import above, all_of, below, between, trend
from ..study.conditions import Missing, Wanted
from ..study.pairs import difference
from .register import only, register, require

PAPER = "003"
STEPS, RATE, GROUPS, THRESHOLD = (
    "deployment.steps", "hardware.defects.rate", "deployment.calibrate.groups", "deployment.in-situ.threshold",
)  # fmt: skip
MAPPING, LAYERS = "hardware.mapping", "hardware.defects.layers"
RATES = (0.05, 0.10, 0.15, 0.20)
INPUTS = {"mnist": 784, "fashion-mnist": 784}
PAPER_THRESHOLD = 1e-2
MARGIN = 0.01  # of accuracy: what "does not fall" may lose

_POINTS = {"scale": 100.0, "unit": "points"}
_MAPS = {"over": "chips", **_POINTS}

FACTS = []
fact = register(FACTS, "insitu")


def steps_of(value):
    """The deployment steps in the text of a list: '["calibrate", "in-situ"]'."""
    return frozenset(re.findall(r"[a-z][a-z-]*", str(value or "")))


def steps(*names):
    """The setting of `deployment.steps` to exactly these."""
    return {STEPS: Wanted("[" + ", ".join(names) + "]", lambda value: steps_of(value) == frozenset(names))}


def layers(*numbers):
    """The setting of `hardware.defects.layers` to exactly these; none given: all layers."""
    words = "[" + ", ".join(map(str, numbers)) + "]" if numbers else "all"
    return Wanted(words, lambda value: tuple(sorted(int(each) for each in re.findall(r"\d+", str(value)))) == numbers)


NOTHING, CALIBRATED, COMBINED = steps(), steps("calibrate"), steps("calibrate", "in-situ")
ONE_GROUP = Wanted("1", lambda value: value in (None, 1))  # the constant form has no groups
PAPERS_MAPPING = {MAPPING: "mid-point", "hardware.variation.clip": "none"}


def concerns(study):
    """Whether the files are about this paper."""
    return any(value not in (0.0, None) for value in study.values(RATE))


def deployment(study, base, rate):
    """The settings of one deployment on the paper's mapping; K = 1 and the paper's threshold where the files have several."""
    where = {**PAPERS_MAPPING, **base, RATE: rate}
    where |= only(study, LAYERS, layers(), where)
    if base is not NOTHING:
        where |= only(study, GROUPS, ONE_GROUP, where)
    if base is COMBINED:
        where |= only(study, THRESHOLD, PAPER_THRESHOLD, where)
    return where


@fact("1", "At 5, 10, 15 and 20 % defects calibration beats nothing, and calibration with in-situ training beats calibration.")
def each_step_helps(study):
    claims = []
    for rate in RATES:
        none, calibrated, combined = (_accuracy(study, base, rate) for base in (NOTHING, CALIBRATED, COMBINED))
        claims.append(above(difference(calibrated, none), 0.0, f"calibration minus nothing at {rate:.0%}", **_MAPS))
        claims.append(above(difference(combined, calibrated), 0.0, f"combined minus calibration at {rate:.0%}", **_MAPS))
    return all_of(claims, "gain")


@fact("2a", "Mid-point pairs, nothing clipped: 10 % defects leave 30 to 50 % accuracy.")
def ten_percent_defects(study):
    return _range(study, 0.10, 0.30, 0.50)


@fact("2b", "Mid-point pairs, nothing clipped: 20 % defects leave 15 to 32 % accuracy.")
def twenty_percent_defects(study):
    return _range(study, 0.20, 0.15, 0.32)


@fact("3a", "At 10 % defects calibration gains 5 to 25 points.")
def calibration_gains(study):
    return between(_gain(study, CALIBRATED, 0.10), 0.05, 0.25, "calibration minus nothing", **_MAPS)


@fact("3b", "Calibration gains less at 20 % defects than at 10 %.")
def calibration_gain_shrinks(study):
    change = _gain(study, CALIBRATED, 0.20) - _gain(study, CALIBRATED, 0.10)
    return below(change, 0.0, "gain at 20 % minus gain at 10 %", **_MAPS)


@fact("3c", "Accuracy after calibration does not fall, by a point or more, as the number of row groups K grows (10 % defects).")
def more_groups_help(study):
    where = _calibrated(study)
    groups = study.values(GROUPS, where)
    if len(groups) < 3:
        raise Missing(f"three values of {GROUPS} or more at {RATE} = 0.1, {STEPS} = [calibrate]")
    series = [study.cells("accuracy", {**where, GROUPS: value}) for value in groups]
    labels = [f"K = {value:g}" for value in groups]
    return trend(series, "rises", "accuracy", margin=MARGIN, labels=labels, **_POINTS)


@fact("3d", "With as many groups as inputs calibration restores the clean accuracy (within 0.1 points).")
def full_calibration_is_clean(study):
    inputs = INPUTS.get(next(iter(study.values("data.set")), None))
    if inputs is None:
        raise Missing("data.set = mnist")
    where = {**_calibrated(study), GROUPS: inputs}
    change = study.cells("accuracy", where) - study.cells("clean_accuracy", where)
    return between(change, -0.001, 0.001, f"K = {inputs}: chip minus clean accuracy", **_MAPS)


@fact("4", "At 20 % defects calibration with in-situ training gains at least 30 points over nothing.")
def combined_gains(study):
    return above(_gain(study, COMBINED, 0.20), 0.30, "combined minus nothing", **_MAPS)


@fact("5", "One-sided pairs lose less than 8 points at 10 % defects: the mapping makes the headline.")
def one_sided_is_robust(study):
    where = {**PAPERS_MAPPING, **NOTHING, MAPPING: "one-sided", RATE: 0.10}
    where |= only(study, LAYERS, layers(), where)
    loss = study.cells("clean_accuracy", where) - study.cells("accuracy", where)
    return below(loss, 0.08, "clean minus chip accuracy", **_MAPS)


@fact("6", "784-256-10 after training on the chip: defects in W2 alone cost least, in W1 alone more, in both most.")
def order_of_layers(study):
    require(study, "network.hidden", "[256]")
    levels = {name: study.cells("accuracy", where) for name, where in one_layer_settings(study).items()}
    return all_of(
        [
            above(difference(levels["W2"], levels["W1"]), 0.0, "W2 only minus W1 only", **_MAPS),
            above(difference(levels["W1"], levels["W1&W2"]), 0.0, "W1 only minus both", **_MAPS),
        ],
        "order",
    )


@fact("7a", "A smaller threshold of in-situ training gives a higher final accuracy.")
def threshold_and_accuracy(study):
    return _along_threshold(study, "accuracy", "falls", **_POINTS)


@fact("7b", "A smaller threshold of in-situ training costs more device writes.")
def threshold_and_writes(study):
    return _along_threshold(study, "writes", "falls", unit="writes")


def one_layer_settings(study):
    """{"W1", "W2", "W1&W2": settings} of chips trained in place whose defects are in these layers."""
    trained = Wanted("[..., in-situ or retrain]", lambda value: bool(steps_of(value) & {"in-situ", "retrain"}))
    found = {}
    for name, numbers in (("W1", (1,)), ("W2", (2,)), ("W1&W2", (1, 2))):
        wanted = layers(*numbers)
        both = Wanted("[1, 2]", lambda value: value in (None, "all") or wanted(value)) if numbers == (1, 2) else wanted
        found[name] = {STEPS: trained, LAYERS: both}
    return found


def _along_threshold(study, metric, direction, **look):
    where = {**PAPERS_MAPPING, **COMBINED}
    rates = study.values(RATE, where)
    if not rates:
        raise Missing(f"{STEPS} = [calibrate, in-situ]")
    where[RATE] = 0.10 if any(abs(rate - 0.10) < 1e-9 for rate in rates) else rates[0]
    where |= only(study, GROUPS, 1, where)
    thresholds = study.values(THRESHOLD, where)
    if len(thresholds) < 3:
        raise Missing(f"three values of {THRESHOLD} or more")
    series = [study.cells(metric, {**where, THRESHOLD: value}) for value in thresholds]
    return trend(series, direction, f"{metric}, threshold", labels=[f"{value:g}" for value in thresholds], **look)


def _calibrated(study):
    where = {**PAPERS_MAPPING, **CALIBRATED, RATE: 0.10}
    return where | only(study, LAYERS, layers(), where)


def _accuracy(study, base, rate):
    return study.cells("accuracy", deployment(study, base, rate))


def _gain(study, base, rate):
    return difference(_accuracy(study, base, rate), _accuracy(study, NOTHING, rate))


def _range(study, rate, low, high):
    accuracy = _accuracy(study, NOTHING, rate)
    return between(accuracy, low, high, f"accuracy at {rate:.0%}", over="chips", scale=100.0, unit="%")
