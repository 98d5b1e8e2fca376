"""Paper 000 (Jin, Tang, Gao, Zhao 2021): kurtosis regularisation for a keyword-spotting chip.

The penalty is `training.kurtosis.lambda` times the kurtosis summed over the layers, method "kurtosis".
"""

from .claims import above, all_of, any_of, below, between, chosen, trend
from ..study.conditions import ABSENT, Missing
from ..study.pairs import check_pairs, difference
from .register import register, require

PAPER = "000"
LAMBDA, SIGMA = "training.kurtosis.lambda", "hardware.variation.sigma"
METHOD = {"training.method": "kurtosis"}
LOW = (0.0, 3e-4, 1e-3, 5e-3, 1e-2)
INTERIOR = (3e-4, 1e-1)
NOISE = 0.05  # of full scale
CODE = 7  # bits of the magnitude of a signed 8-bit code
QUANTISED = {
    "hardware.simulate": "arrays", "hardware.weight_bits": CODE, SIGMA: 0.0, "hardware.faults.rate": 0.0,
    "hardware.adc.bits": ABSENT, "hardware.dac.bits": ABSENT,
}  # fmt: skip

_POINTS = {"scale": 100.0, "unit": "points"}

FACTS = []
fact = register(FACTS, "kurtosis")


def concerns(study):
    """Whether the files are about this paper."""
    return bool(study.values(LAMBDA))


@fact("1a", "The kurtosis of every layer falls strictly as lambda grows.")
def kurtosis_falls(study):
    lambdas = _lambdas(study, "kurtosis")
    series = {layer: [_model(study, "kurtosis", value, layer) for value in lambdas] for layer in _layers(study, lambdas[0])}
    labels = [f"{value:g}" for value in lambdas]
    return all_of([trend(each, "falls", f"layer {layer}", labels=labels) for layer, each in series.items()], "kurtosis")


@fact("1b", "From lambda = 2 on every layer is binary: |K - 1| < 0.05.")
def kurtosis_reaches_one(study):
    lambdas = [value for value in _lambdas(study, "kurtosis") if value >= 2]
    if not lambdas:
        raise Missing(f"{LAMBDA} >= 2")
    claims = [
        between(_model(study, "kurtosis", value, layer), 0.95, 1.05, f"layer {layer}, lambda {value:g}")
        for value in lambdas for layer in _layers(study, value)
    ]  # fmt: skip
    return all_of(claims, "kurtosis")


@fact("2", "The penalty sums over the layers: J(lambda = 10) / 10 is 4 within 0.1.")
def penalty_is_a_sum(study):
    layers = _layers(study, 10.0)
    if len(layers) != 4:
        raise Missing(f"a network of four layers (this one has {len(layers)})")
    loss = _model(study, "clean_loss", 10.0)
    return between(loss / 10.0 + sum(_model(study, "kurtosis", 10.0, layer) for layer in layers), 3.9, 4.1, "J(10) / 10")


@fact("3a", "Binary weights cost accuracy: float accuracy at lambda = 2 is more than 1 point below that at 1e-3.")
def two_costs_a_point(study):
    change = difference(_model(study, "clean_accuracy", 2.0), _model(study, "clean_accuracy", 1e-3))
    return below(change, -0.01, "float accuracy at 2 minus at 1e-3", **_POINTS)


@fact("3b", "Float accuracy at lambda = 10 is below that at 2.")
def ten_costs_more(study):
    change = difference(_model(study, "clean_accuracy", 10.0), _model(study, "clean_accuracy", 2.0))
    return below(change, 0.0, "float accuracy at 10 minus at 2", **_POINTS)


@fact("3c", "Up to lambda = 1e-2 float accuracy hardly changes: it spreads over less than 1 point.")
def small_lambdas_are_free(study):
    levels = {value: _model(study, "clean_accuracy", value) for value in LOW}
    claims = [
        below(difference(levels[a], levels[b]), 0.01, f"float accuracy at {a:g} minus at {b:g}", **_POINTS)
        for a in LOW for b in LOW if a != b
    ]  # fmt: skip
    return all_of(claims, "largest difference")


@fact("4", "The median relative quantisation error of the first layer falls strictly as lambda grows.")
def relative_error_falls(study):
    lambdas = _lambdas(study, "relative_error")
    series = [_model(study, "relative_error", value, 1) for value in lambdas]
    return trend(series, "falls", "median relative error", labels=[f"{value:g}" for value in lambdas])


@fact("5a", "The entropy of the first layer's codes has its maximum between lambda = 0 and the largest lambda.")
def entropy_has_a_maximum(study):
    levels = _entropies(study)
    inner = [value for value in levels if value not in (min(levels), max(levels))]
    ends = (min(levels), max(levels))
    candidates = []
    for value in inner:
        words = [f"at {value:g} minus at {end:g}" for end in ends]
        above_ends = [above(difference(levels[value], levels[end]), 0.0, text, unit="bit") for end, text in zip(ends, words)]
        candidates.append(all_of(above_ends, ""))
    return any_of(candidates, "entropy")


@fact("5b", "At the largest lambda (2 or more) the entropy has come at least half the way from its maximum to 1 bit.")
def entropy_falls_towards_one_bit(study):
    levels = _entropies(study)
    large = [value for value in levels if value >= 2]
    if not large:
        raise Missing(f"{LAMBDA} >= 2")
    last = levels[max(large)]
    candidates = [  # half the way from the highest of them: half the way from any
        below(last - 1.0 - (level - 1.0) / 2.0, 0.0, f"(H - 1) - (H at {value:g} - 1) / 2", unit="bit")
        for value, level in levels.items() if 0 < value < 2
    ]  # fmt: skip
    if not candidates:
        raise Missing(f"weight_entropy at {LAMBDA} between 0 and 2")
    return any_of(candidates, f"entropy H at {max(large):g}")


@fact("6a", "With 5 % programming noise the best interior lambda has more chip accuracy than lambda = 0.", alpha=0.01)
def chips_gain(study):
    chips = _chips(study)
    claims = [
        above(difference(chips[value], chips[0.0]), 0.0, f"chip accuracy at {value:g} minus at 0", over="chips", **_POINTS)
        for value in _interior(chips)
    ]  # fmt: skip
    return any_of(claims, "best interior lambda")


@fact("6b", "... and the one with the most chip accuracy has less than half the gap between float and chip accuracy.")
def gap_halves(study):
    chips = _chips(study)
    gaps = {value: _model(study, "clean_accuracy", value) - cells for value, cells in chips.items()}
    interior = _interior(chips)
    best = max(interior, key=lambda value: float(chips[value].mean()))
    check_pairs(chips[best], chips[0.0])
    text = f"gap at {best:g} minus half the gap at 0"
    return chosen(below(gaps[best] - gaps[0.0] / 2, 0.0, text, over="chips", **_POINTS), len(interior))


@fact("7", "The lambda with the highest chip accuracy (5 % noise) lies in 3e-4 .. 1e-1, not at 0, 2 or 10.")
def best_lambda_is_interior(study):
    chips = _chips(study)
    outer = [value for value in (0.0, 2.0, 10.0) if value in chips]
    if len(outer) < 3:
        raise Missing(f"accuracy at {LAMBDA} = 0, 2 and 10 with {SIGMA} = {NOISE}")
    return any_of(
        [
            all_of(
                [
                    above(
                        difference(chips[value], chips[end]), 0.0, f"chip accuracy at {value:g} minus at {end:g}", over="chips",
                        **_POINTS,
                    )
                    for end in outer
                ],
                "",
            )
            for value in _interior(chips)
        ],
        "best lambda",
    )  # fmt: skip


@fact("8", "Control: 8-bit codes alone, no noise, change accuracy at lambda = 0 by less than 0.3 points.")
def quantisation_alone_is_harmless(study):
    require(study, "hardware.weight_bits", CODE)
    where = {**METHOD, LAMBDA: 0.0, **QUANTISED}
    change = study.cells("accuracy", where) - study.cells("clean_accuracy", where)
    return between(change.mean("trial"), -0.003, 0.003, "chip minus float accuracy", **_POINTS)


def _lambdas(study, metric):
    found = [value for value in study.values(LAMBDA, METHOD) if study.has(metric, {**METHOD, LAMBDA: value})]
    if len(found) < 3:
        raise Missing(f"the metric {metric} at three values of {LAMBDA} or more, training.method = kurtosis")
    return found


def _model(study, metric, value, layer=None):
    return study.cells(metric, {**METHOD, LAMBDA: value}, layer)


def _layers(study, value):
    cells = study.cells("kurtosis", {**METHOD, LAMBDA: value})
    return [int(layer) for layer in cells["layer"].values if bool(cells.sel(layer=layer).notnull().any())]


def _entropies(study):
    lambdas = _lambdas(study, "weight_entropy")
    if 0.0 not in lambdas:
        raise Missing(f"weight_entropy at {LAMBDA} = 0")
    return {value: _model(study, "weight_entropy", value, 1) for value in lambdas}


def _chips(study):
    where = {**METHOD, SIGMA: NOISE}
    chips = {value: study.cells("accuracy", {**where, LAMBDA: value}) for value in study.values(LAMBDA, where)}
    if 0.0 not in chips or not _interior(chips):
        raise Missing(f"accuracy at {LAMBDA} = 0 and in 3e-4 .. 1e-1 with {SIGMA} = {NOISE}")
    return chips


def _interior(chips):
    return [value for value in chips if INTERIOR[0] * 0.999 <= value <= INTERIOR[1] * 1.001]
