"""Which chips (or trainings) of two points are the same ones, so that their difference is one of pairs."""

from .conditions import Missing, matches, shown
from .experiment import DEFAULTS

NO_MATTER = ("experiment.", "sweep.", "storage.", "trials.", "deployment.", "training.replicas", "data.directory")
METHOD_KEYS = ("training.method", "training.kurtosis.", "training.ovf.", "training.irs.", "training.noise", "training.logit_scale")


def difference(one, other):
    """`one` minus `other`, chip by chip (replica by replica for what belongs to trainings). Raises Missing for strangers."""
    check_pairs(one, other)
    return one - other


def check_pairs(one, other):
    """Raises Missing unless chips (replicas) of the same number are the same in both results of cells()."""
    a, b = one.attrs["experiment"], other.attrs["experiment"]
    for experiment in (a, b):
        if "trial" in one.dims and experiment.fixed.get("trials.common_random_numbers") is False:
            raise Missing("chips that are the same at every point (trials.common_random_numbers)")
    if a.dataset.attrs["sources"] == b.dataset.attrs["sources"]:
        return
    if a.dataset.attrs.get("seed") != b.dataset.attrs.get("seed"):
        raise Missing("files of one seed, so that chips are pairs")
    named = {*one.attrs["where"], *other.attrs["where"]}
    for key in sorted({*a.fixed, *b.fixed} - named):
        swept = key in a.dataset.dims or key in b.dataset.dims
        if swept or key.startswith((*NO_MATTER, *METHOD_KEYS)) or matches(*_either(a, b, key)):
            continue
        raise Missing(f"files that agree in {key} ({shown(_either(a, b, key)[0])} and {shown(_either(a, b, key)[1])})")


def _either(a, b, key):
    return tuple(each.fixed.get(key, DEFAULTS.get(key)) for each in (a, b))
