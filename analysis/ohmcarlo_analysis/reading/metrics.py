"""What kind of quantity a metric is: from the attributes of its dataset, for older files from the frozen table."""

from . import frozen


def pooled_over(variable):
    """The name of the metric that counts the images which this DataArray is a mean over; None: an ordinary mean."""
    return variable.attrs.get("pooled_over", frozen.POOLED_OVER.get(variable.name))


def belongs_to_trainings(variable):
    """Whether a DataArray is of the trained networks, so that it is equal for all chips of one."""
    return "trial" not in variable.dims or variable.attrs.get("constant_over") == "trial" or variable.name in frozen.OF_TRAININGS


def shown_in_percent(metric):
    """Whether a metric, by its name, is a fraction that is usually given in percent."""
    return metric in frozen.SHOWN_IN_PERCENT


def has_usual_name(metric):
    """Whether a metric, by its name, has words of its own on an axis."""
    return metric in frozen.METRIC_LABELS


def label_of(variable):
    """The words for a metric on an axis: its usual name, else its name in the file, and its unit where these do not say it."""
    units, name = units_of(variable), frozen.METRIC_LABELS.get(variable.name, variable.name)
    return name if units == "1" or units in name else f"{name} ({units})"


def axis_label_of(variable, percent):
    """label_of(), of a fraction that is shown in percent where `percent`."""
    return label_of(variable) + (" (%)" if percent else "")


def units_of(variable):
    """The unit of a metric; "1" for numbers without one, and where the file does not say."""
    return variable.attrs.get("units", "1")


def own_axes(dataset, metric):
    """The dimensions that a metric of a Dataset has besides the points, replica and trial."""
    return [name for name in dataset[metric].dims if name not in dataset["state"].dims]


def description_of(dataset, metric):
    """What the file says that a metric is, and which value was chosen on its own axes; "" where there is nothing to say."""
    single = [name for name in own_axes(dataset, metric) if name in dataset.coords and dataset.sizes[name] == 1]
    chosen = ", ".join(f"{name} = {dataset[name].values[0]}" for name in single)
    text = dataset[metric].attrs.get("long_name", "")
    return f"{text} ({chosen})" if text and chosen else text or chosen
