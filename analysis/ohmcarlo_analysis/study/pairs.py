"""Which chips (or trainings) of two points are the same ones, so that their difference is one of pairs."""

from .conditions import Missing, matches, shown

NO_MATTER = (
    "experiment.", "sweep.", "storage.", "trials.", "deployment.", "accelerator.", "training.replicas", "data.directory",
)  # fmt: skip
METHOD_KEYS = (
    "training.method", "training.kurtosis.", "training.ovf.", "training.irs.", "training.noise", "training.logit_scale",
    "training.adc.", "training.pretrain_epochs", "training.validation_chips",
)  # fmt: skip


def difference(one, other):
    """`one` minus `other`, chip by chip (replica by replica for what belongs to trainings). Raises Missing for strangers."""
    check_pairs(one, other)
    return one - other


def check_pairs(one, other):
    """Raises Missing unless chips (replicas) of the same number are the same in both results of Study.cells()."""
    a, b = one.attrs["experiment"], other.attrs["experiment"]
    for experiment in (a, b):
        if "trial" in one.dims and experiment.settings.value("trials.common_random_numbers") is False:
            raise Missing("chips that are the same at every point (trials.common_random_numbers)")
    if a.attrs["sources"] == b.attrs["sources"]:
        return
    if a.attrs.get("seed") != b.attrs.get("seed"):
        raise Missing("files of one seed, so that chips are pairs")
    named = {*one.attrs["where"], *other.attrs["where"]}
    for key in sorted(_names(a, b) - named):
        if key in a.axes or key in b.axes or key.startswith((*NO_MATTER, *METHOD_KEYS)):
            continue
        values = _values(a, b, key)
        if len(values[0]) != len(values[1]) or not all(matches(*pair) for pair in zip(*values)):
            words = [", ".join(shown(value) for value in each) or "None" for each in values]
            raise Missing(f"files that agree in {key} ({words[0]} and {words[1]})")


def _names(a, b):
    """The keys that both files should agree in: all that they resolve, or what is written where one of them is older."""
    if a.settings.resolved and b.settings.resolved:
        return {*a.settings.names(), *b.settings.names()}
    return {*a.settings.written, *b.settings.written}


def _values(a, b, key):
    if a.settings.resolved and b.settings.resolved:
        return [each.values(key) for each in (a, b)]
    found = [each.settings.of_file().value(key) for each in (a, b)]
    return [[] if value is None else [value] for value in found]
