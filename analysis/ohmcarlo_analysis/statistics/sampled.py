"""Points whose chips saw samples of the test images (`trials.images`): which they are, and what is known of their chips.

Every chip has images of its own, so its value estimates the one that all images would give. Means over chips and their
intervals need no correction: these values are independent and have the right expectation. What describes single chips does:

    sd between chips   sqrt(max(0, s^2 - v)), v the mean over the chips of the variance that the choice of images adds
    median, extremes, skewness, kurtosis   not known (NaN)

The variance v is in the file for accuracy and loss; the sd of other means over images is not known either (NaN).
"""

import numpy as np

from ..reading.merge import swept_keys

IMAGES = "sampled_images"  # the metric that counts the images of every chip
VARIANCES = {"accuracy": "accuracy_sampling_variance", "loss": "loss_sampling_variance"}
MEANS_OVER_IMAGES = ("accuracy", "loss", "ekl", "accuracy_padded", "class_accuracy")
COLUMNS_OF_SINGLE_CHIPS = ("median", "min", "max", "skewness", "excess_kurtosis")


def sampled_points(dataset, metric):
    """Whether the metric is an estimate for the chips of each point: an array of truth values over the swept keys."""
    keys = swept_keys(dataset)
    if metric not in MEANS_OVER_IMAGES or VARIANCES["loss"] not in dataset:
        return np.zeros([dataset.sizes[key] for key in keys], bool)
    found = dataset[VARIANCES["loss"]].transpose(*keys, "replica", "trial").values
    return np.asarray((found > 0).any(axis=(-1, -2)))


def without_sampling(dataset, metric, columns):
    """The columns of a summary, of which `sd` [points ..., own dimensions ..., replica] is a training's, without what samples add.

    Columns of single chips are NaN at sampled points, whatever their shape.
    """
    sampled = sampled_points(dataset, metric)
    if not sampled.any():
        return columns
    replicas = _over_points(sampled, columns["sd"])
    with np.errstate(invalid="ignore"):
        corrected = np.sqrt(np.maximum(0.0, columns["sd"] ** 2 - _image_variance(dataset, metric, columns["sd"])))
    hidden = {name: _hidden(sampled, columns[name]) for name in COLUMNS_OF_SINGLE_CHIPS if name in columns}
    return columns | {"sd": np.where(replicas, corrected, columns["sd"])} | hidden


def hide_single_chips(dataset, metric, columns):
    """The columns of a summary over several trainings: those of single chips are NaN at sampled points, the sd stays."""
    sampled = sampled_points(dataset, metric)
    return columns | {name: _hidden(sampled, columns[name]) for name in COLUMNS_OF_SINGLE_CHIPS if name in columns}


def fewest_images(dataset):
    """The least number of images that any chip of each point saw; 1 where no chip has a value."""
    keys = swept_keys(dataset)
    images = dataset[IMAGES].transpose(*keys, "replica", "trial").values
    fewest = np.where(np.isfinite(images), images, np.inf).min(axis=(-1, -2), initial=np.inf)
    return np.where(np.isfinite(fewest), fewest, 1.0)


def images_text(dataset, metric):
    """ "chips saw samples of 155 to 640 test images", of the points whose chips saw samples; "" where there are none."""
    sampled = sampled_points(dataset, metric)
    if not sampled.any() or IMAGES not in dataset:
        return ""
    images = dataset[IMAGES].transpose(*swept_keys(dataset), "replica", "trial").values[sampled]
    images = images[np.isfinite(images)]
    low, high = int(images.min()), int(images.max())
    return f"chips saw samples of {f'{low:,}' if low == high else f'{low:,} to {high:,}'} test images"


def _image_variance(dataset, metric, like):
    if metric not in VARIANCES or VARIANCES[metric] not in dataset:
        return np.nan
    found = dataset[VARIANCES[metric]].transpose(*swept_keys(dataset), "replica", "trial").values
    there = np.isfinite(found)
    with np.errstate(invalid="ignore"):
        means = np.where(there, found, 0.0).sum(axis=-1) / there.sum(axis=-1)
    return means.reshape((*means.shape[:-1], *[1] * (like.ndim - means.ndim), means.shape[-1]))


def _hidden(sampled, column):
    return np.where(_over_points(sampled, column), np.nan, column)


def _over_points(sampled, column):
    return sampled.reshape((*sampled.shape, *[1] * (column.ndim - sampled.ndim)))
