"""The rule of files whose numbers of chips were decided while the chips came in: `trials.until`, or `trials.race`."""

from dataclasses import dataclass, replace

from .hdf5 import plain_value

UNTIL = "until"  # the attribute of a Dataset that has such a rule
UNIT = "chips_per_unit"  # how many chips are computed together: in /settings, and a variable of such a Dataset
IMAGES = "trials.images"
TWO_STAGE, PILOT_CHIPS = "two-stage", 32  # the value of trials.images with a pilot, and the fewest chips of that
RACE_KEYS = {name: f"trials.race.{name}" for name in ("confidence", "min", "max")}
RACE_AXIS, RACE_CHIPS = "trials.race.axis", "trials.race.chips"  # the second where trainings are raced: chips of each
KEYS = {name: f"trials.until.{name}" for name in ("metric", "half_width", "confidence", "min", "max", "interval")}


@dataclass(frozen=True)
class Until:
    """When to stop: at the first look at which the interval of the mean of `metric` has the half-width, or at `max` chips.

    `min`: chips before the first look, all those of a pilot among them.
    """

    metric: str
    half_width: float
    confidence: float
    min: int
    max: int
    interval: str  # fixed-width, sequence or betting
    trainings: bool = False  # whether the number of trainings was decided, each of `min` = `max` chips

    def unmet(self):
        """A rule that never stops: of chips that are not those it has decided on."""
        return replace(self, half_width=0.0)


def read_until(settings):
    """The Until of the group /settings (None: a file without it), None where the number of chips was fixed beforehand.

    That of a race alone never stops: its chips, or trainings, were decided on by looking at means, so that only sequences hold.
    """
    if settings is None or (KEYS["half_width"] not in settings.attrs and RACE_AXIS not in settings.attrs):
        return None
    if KEYS["half_width"] not in settings.attrs:
        over_trainings = RACE_CHIPS in settings.attrs
        keys = RACE_KEYS | ({"min": RACE_CHIPS, "max": RACE_CHIPS} if over_trainings else {})
        race = {name: plain_value(settings.attrs[key]) for name, key in keys.items()}
        return Until(metric="accuracy", half_width=0.0, interval="sequence", trainings=over_trainings, **race)
    rule = Until(**{name: plain_value(settings.attrs[key]) for name, key in KEYS.items()})
    has_pilot = IMAGES in settings.attrs and plain_value(settings.attrs[IMAGES]) == TWO_STAGE
    return replace(rule, min=max(rule.min, PILOT_CHIPS)) if has_pilot else rule


def merge_until(datasets):
    """The rule of shards: the one they share. Where they differ, chips of another rule may stand beside: it never stops."""
    rules = [dataset.attrs.get(UNTIL) for dataset in datasets]
    found = next((rule for rule in rules if rule is not None), None)
    return found if found is None or all(rule == found for rule in rules) else found.unmet()
