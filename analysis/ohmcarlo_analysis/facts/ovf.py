"""Paper 002 (Qin, Yan, Wen, Hu, Shi 2024): negative-optimisation training (OVF) against device variation.

Methods: "plain", "noise-injection" (trained at the sigma it is tested at), the same with `training.logit_scale` = 4 (the
temperature control: logits divided by 4 in training, no negative term), "ovf" and "irs".
"""

import numpy as np

from .claims import above, all_of, any_of, below, chosen, identical, negated, ratio_below, spread_below, trend
from ..study.conditions import EqualTo, Missing
from ..study.pairs import check_pairs, difference
from .register import only, register, require

PAPER = "002"
METHOD, SIGMA, SCALE, BETA = "training.method", "hardware.variation.sigma", "training.logit_scale", "training.ovf.beta"
TESTED = EqualTo(SIGMA, "tested")  # trained at the sigma of the test
PLAIN = {METHOD: "plain", SCALE: 1}
NOISE = {METHOD: "noise-injection", SCALE: 1, "training.noise_sigma": TESTED}
CONTROL = {**NOISE, SCALE: 4}
CONTROL_SCALE = 4
HALF_WIDTH, RUNS = 0.01, 200  # "+- 0.01" of the paper's 200 chips
LARGEST_SD = HALF_WIDTH * np.sqrt(RUNS) / 1.96
CHANCE_MARGIN = 0.05

_POINTS = {"scale": 100.0, "unit": "points"}

FACTS = []
fact = register(FACTS, "ovf")


def concerns(study):
    """Whether the files are about this paper."""
    return bool({"ovf", "irs", "noise-injection"} & set(study.values(METHOD)))


def method(study, name):
    """The settings of "ovf" or "irs": one beta, chosen on validation data where the files have several."""
    where = {METHOD: name}
    where |= only(study, SCALE, 1, where)
    betas = _betas(study, where)
    if len(betas) == 1:
        return {**where, BETA: betas[0]}
    return {**where, BETA: _chosen_beta(study, name, betas)} if betas else where


@fact("1", "A weight's error has the standard deviation 0.77763 sigma max|W| (8 bits on 2-bit cells).")
def noise_scale(study):
    raise Missing("weights, which no results file holds; the tests of the program decide it")


@fact("2", "With beta = 0 and no extra pass OVF is noise injection, bit for bit.")
def ovf_without_negatives(study):
    where = {METHOD: "ovf", BETA: 0.0, "training.ovf.passes": 0}
    sigmas = _sigmas(study, where, 0.0)
    changes = []
    for metric in ("accuracy", "loss"):
        for sigma in sigmas:
            change = difference(study.cells(metric, {**where, SIGMA: sigma}), study.cells(metric, {**NOISE, SIGMA: sigma}))
            changes.append(identical(change, f"{metric} at sigma {sigma:g}"))
    return all_of(changes, "largest difference")


@fact("3a", "Noise injection beats plain training at every sigma >= 0.1.")
def noise_helps(study):
    claims = [
        above(_gain(study, NOISE, PLAIN, sigma), 0.0, f"gain at sigma {sigma:g}", **_POINTS)
        for sigma in _sigmas(study, NOISE, 0.1)
    ]  # fmt: skip
    return all_of(claims, "noise injection minus plain")


@fact("3b", "On MNIST noise injection gains more than 20 points over plain training at sigma 0.4.")
def noise_helps_a_lot(study):
    require(study, "data.set", "mnist")
    return above(_gain(study, NOISE, PLAIN, 0.4), 0.20, "noise injection minus plain at sigma 0.4", **_POINTS)


@fact("4a", "OVF is nowhere more than 1 point worse than noise injection.")
def ovf_is_no_worse(study):
    ovf = method(study, "ovf")
    claims = [
        above(_gain(study, ovf, NOISE, sigma), -0.01, f"at sigma {sigma:g}", **_POINTS) for sigma in _sigmas(study, ovf, 0.0)
    ]
    return _for_the_beta(study, all_of(claims, "OVF minus noise injection"))


@fact("4b", "On CIFAR-10 the largest gain of OVF over noise injection exceeds 2 points and lies at sigma >= 0.3.")
def ovf_gains_at_large_sigma(study):
    require(study, "data.set", "cifar10")
    ovf = method(study, "ovf")
    gains = {sigma: _gain(study, ovf, NOISE, sigma) for sigma in _sigmas(study, ovf, 0.0)}
    small, large = [sigma for sigma in gains if sigma < 0.2999], [sigma for sigma in gains if sigma > 0.2999]
    if not small or not large:
        raise Missing(f"{SIGMA} on both sides of 0.3")
    largest = any_of(
        [
            all_of(
                [
                    above(gains[sigma], 0.02, f"at sigma {sigma:g}", **_POINTS),
                    *(
                        above(gains[sigma] - gains[other], 0.0, f"at sigma {sigma:g} minus at {other:g}", **_POINTS)
                        for other in small
                    ),
                ],
                "",
            )
            for sigma in large
        ],
        "largest gain",
    )  # fmt: skip
    return _for_the_beta(study, largest)


@fact("5a", "The EKL of OVF is less than a third of noise injection's at every sigma >= 0.2.")
def ovf_lowers_ekl(study):
    ovf = method(study, "ovf")
    claims = [
        ratio_below(_log_ratio(study, ovf, NOISE, sigma), 1 / 3, f"mean ratio at sigma {sigma:g}")
        for sigma in _sigmas(study, ovf, 0.2)
    ]  # fmt: skip
    return _for_the_beta(study, all_of(claims, "EKL, OVF / noise injection"))


@fact("5b", "The temperature control alone does it: noise injection with logits / 4 has an EKL within a factor 1.5 of OVF's.")
def temperature_explains_ekl(study):
    ovf = method(study, "ovf")
    claims = []
    for sigma in _sigmas(study, ovf, 0.2):
        ratio = _log_ratio(study, CONTROL, ovf, sigma)
        for sign, words in ((1, "control / OVF"), (-1, "OVF / control")):
            claims.append(ratio_below(sign * ratio, 1.5, f"mean ratio, {words}, at sigma {sigma:g}"))
    return _for_the_beta(study, all_of(claims, "EKL"))


@fact("6a", "Plainly trained networks lose accuracy monotonically as sigma grows.")
def plain_falls(study):
    sigmas = _sigmas(study, PLAIN, 0.0)
    series = [study.cells("accuracy", {**PLAIN, SIGMA: sigma}) for sigma in sigmas]
    for each in series[1:]:
        check_pairs(series[0], each)
    return trend(series, "falls", "accuracy", labels=[f"{sigma:g}" for sigma in sigmas], **_POINTS)


@fact("6b", "A plainly trained ResNet-18 on CIFAR-10 is at chance at sigma 0.4 (below 10 % + 5 points).")
def plain_resnet_is_at_chance(study):
    require(study, "data.set", "cifar10")
    require(study, "network.architecture", "resnet18")
    accuracy = study.cells("accuracy", {**PLAIN, SIGMA: 0.4})
    return below(accuracy, 0.1 + CHANCE_MARGIN, "accuracy at sigma 0.4", scale=100.0, unit="%")


@fact("7", "\"+-0.01 with 200 chips\" is true as a fraction at every sigma (sd <= 0.072), and not in percent.")
def which_unit(study):
    points = [
        (name, sigma, study.cells("accuracy", {**where, SIGMA: sigma}))
        for name, where in (("plain", PLAIN), ("noise-injection", NOISE))
        for sigma in _sigmas_or_none(study, where)
    ]
    points = [point for point in points if point[1] > 0]
    if not points:
        raise Missing(f"accuracy at {SIGMA} > 0")
    fractions = [spread_below(cells, LARGEST_SD, f"sd, {name} at sigma {sigma:g}") for name, sigma, cells in points]
    percents = []
    for name, sigma, cells in points:
        words, limit = f"sd, {name} at sigma {sigma:g}", LARGEST_SD / 100
        percents.append(negated(spread_below(cells, limit, words), words, f"> {limit:.3g}"))
    return all_of([all_of(fractions, "as a fraction"), any_of(percents, "in percent")], "sd of chips")


def _gain(study, one, other, sigma):
    return difference(*(study.cells("accuracy", {**where, SIGMA: sigma}) for where in (one, other)))


def _log_ratio(study, one, other, sigma):
    a, b = (study.cells("ekl", {**where, SIGMA: sigma}) for where in (one, other))
    check_pairs(a, b)
    return np.log(a / b)


def _betas(study, where):
    return [value for value in study.values(BETA, where) if isinstance(value, (int, float)) and value > 0]


def _for_the_beta(study, claim):
    """A claim about OVF at the beta that validation chose: on other images, but of the trainings that are tested here."""
    where = {METHOD: "ovf"}
    return chosen(claim, len(_betas(study, {**where, **only(study, SCALE, 1, where)})))


def _sigmas(study, where, least):
    found = [sigma for sigma in _sigmas_or_none(study, where) if sigma > least - 1e-9]
    if not found:
        settings = ", ".join(f"{key} = {value}" for key, value in where.items())
        raise Missing(f"accuracy at {settings}, {SIGMA} >= {least:g}")
    return found


def _sigmas_or_none(study, where):
    return [sigma for sigma in study.values(SIGMA, where) if study.has("accuracy", {**where, SIGMA: sigma})]


def _chosen_beta(study, name, betas):
    scores = {}
    for model in study.models:
        identity = model["identity"]
        if identity.get(METHOD, "").strip('"') == name and BETA in identity and np.isfinite(model["validation_accuracy"]):
            scores.setdefault(float(identity[BETA]), []).append(model["validation_accuracy"])
    known = [beta for beta in betas if any(np.isclose(beta, each) for each in scores)]
    if len(known) < len(betas):
        raise Missing(f"validation accuracies of the trainings to choose among {BETA} = {betas} (or --select beta=value)")
    return max(betas, key=lambda beta: np.mean(next(scores[each] for each in scores if np.isclose(beta, each))))
