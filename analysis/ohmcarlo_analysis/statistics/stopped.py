"""Which interval over chips a point of a results file has where the number of chips was decided while they came in.

The rule's own where it has stopped exactly there: the point has the chips up to the stop and no others, the target is met, and
the metric is the rule's. Else a sequence, which holds however one stops: for the other metrics, at `max` chips, in a file that
is not finished, for single trainings. The rule looks at chips that all trainings have run, each the mean over the trainings.
"""

import numpy as np

from ..reading.merge import swept_keys
from ..reading.until import UNIT, UNTIL
from .intervals import LEVEL, weighted_interval
from .sampled import IMAGES, fewest_images
from .sequential import N0, apply_rule, looks, sequence_half

KINDS = ("student", "fixed-width", "sequence", "betting")  # the words, in the order of their numbers in /summary
WORDS = {"sequence": "sequence (anytime-valid)", "betting": "betting (anytime-valid)", "student": "Student's"}
BOUNDS = {
    "accuracy": (0.0, 1.0), "class_accuracy": (0.0, 1.0), "validation_accuracy": (0.0, 1.0),
    "loss": (0.0, np.inf), "ekl": (0.0, np.inf), "correct": (0.0, np.inf),
}  # fmt: skip
TRAININGS = 10  # at which sequences over raced trainings are narrowest
NEEDS = ("accuracy", "correct", "loss", IMAGES, UNIT)  # what a rule may read of a Dataset beside the states


def replica_intervals(dataset, metric, replicas):
    """(low, high) of the chips of every training, from the columns of weighted_interval()."""
    images = _images_of(dataset, metric)
    images = images if np.ndim(images) == 0 else images[..., None]
    return _sequence(dataset.attrs[UNTIL], metric, replicas["mean"], replicas["sd"], replicas["count"], images)


def chip_intervals(dataset, metric, values, shown, replicas, mean):
    """(low, high, kinds in words) over the chips of every point; `mean` is the point's.

    `values`, `shown`: [points ..., replica, trial]; `replicas`: the columns of weighted_interval() for every training.
    """
    until = dataset.attrs[UNTIL]
    if values.shape[-2] == 1:
        low, high = (each[..., 0] for each in replica_intervals(dataset, metric, replicas))
    else:
        number = shown.sum(axis=-2)
        chips = np.where(shown, values, 0.0).sum(axis=-2) / np.maximum(number, 1)
        found = weighted_interval(chips, np.ones_like(chips), number > 0)
        low, high = _sequence(until, metric, mean, found["sd"], found["count"], _images_of(dataset, metric))
    kinds = np.full(low.shape, "sequence", object)
    if metric == until.metric and until.half_width > 0:
        for place, stop in _stops(dataset, until):
            if stop.met:
                low[place], high[place] = np.clip((stop.low, stop.high), *BOUNDS[metric])
                kinds[place] = until.interval
    return low, high, kinds


def training_intervals(dataset, metric, headline, count):
    """(low, high) over `count` trainings of every point, from the columns of weighted_interval(), where trainings were raced."""
    until = dataset.attrs[UNTIL]
    images = _images_of(dataset, metric) * until.min
    return _sequence(until, metric, headline["mean"], headline["sd"], count, images, TRAININGS)


def kinds_text(kinds):
    """The kinds of the intervals of some points in words, with numbers of points where they differ; "" if all are Student's."""
    counts = {kind: list(kinds).count(kind) for kind in ("fixed-width", "betting", "sequence", "student")}
    found = [(WORDS.get(kind, kind), count) for kind, count in counts.items() if count]
    if not found or counts["student"] == len(kinds):
        return ""
    if len(found) == 1:
        return found[0][0]
    return ", ".join(f"{word} at {count} point{'' if count == 1 else 's'}" for word, count in found)


def level_text(dataset, level=LEVEL):
    """The confidence of the intervals over chips of a Dataset, as "95 %"; elsewhere it is `level`."""
    level = dataset.attrs[UNTIL].confidence if UNTIL in dataset.attrs else level
    return f"{100 * level:.10g} %"


def _sequence(until, metric, mean, sd, count, images, tuned_for=N0):
    """(low, high). Shares of so many `images` have the spread of half an image at least, as the rule has it."""
    least = np.sqrt(1 / (4 * images * np.maximum(count, 1)))
    half = sequence_half(count, np.maximum(sd, least), until.confidence, tuned_for)
    half = np.where(np.isfinite(half), half, np.nan)
    low, high = BOUNDS.get(metric, (-np.inf, np.inf))
    return np.clip(mean - half, low, high), np.clip(mean + half, low, high)


def _stops(dataset, until):
    """(index of the point, Stop) of the points that have the chips up to the rule's stop and no others."""
    keys = swept_keys(dataset)
    order = [*keys, "replica", "trial"]
    values, states = (dataset[name].transpose(*order).values for name in (until.metric, "state"))
    units = dataset[UNIT].transpose(*keys).values
    images = np.broadcast_to(_images_of(dataset, until.metric), units.shape)
    for place in np.ndindex(units.shape):
        ran = states[place] != 0
        if ran.all(axis=0).cumprod().sum() != ran.any(axis=0).sum():
            continue  # a chip that only some trainings have, or a gap
        group = int(units[place])
        complete = values[place][:, ran.all(axis=0)]
        first = looks(until.min, until.max, group)[0]
        living = np.isfinite(complete[:, :first]).any(axis=1)
        stop = apply_rule(until, complete[living].mean(axis=0), group, images[place]) if living.any() else None
        if stop is not None and stop.chips == complete.shape[1]:
            yield place, stop


def _images_of(dataset, metric):
    """Test images that a value of the metric is a share of: of accuracies an array over the points, of others infinite.

    The smallest sample where chips see samples; else told by a chip that got some right; 1, which asks for many chips, where
    none says.
    """
    if metric != "accuracy":
        return np.inf
    order = [*swept_keys(dataset), "replica", "trial"]
    if IMAGES in dataset:
        return fewest_images(dataset)
    return _told_images(dataset, order)


def _told_images(dataset, order):
    if "correct" not in dataset:
        return np.ones([dataset.sizes[key] for key in order[:-2]])
    accuracy, correct = (dataset[name].transpose(*order).values for name in ("accuracy", "correct"))
    with np.errstate(all="ignore"):
        images = np.where(accuracy > 0, np.round(correct / accuracy), np.nan)
    flat = np.where(np.isfinite(images), images, 1.0).reshape(*images.shape[:-2], -1)
    return flat.max(axis=-1, initial=1.0)
