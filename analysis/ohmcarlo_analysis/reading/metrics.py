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


def label_of(variable):
    """The words for a metric on an axis: its usual name, else its name in the file and its unit."""
    units = variable.attrs.get("units", "1")
    return frozen.METRIC_LABELS.get(variable.name, variable.name if units == "1" else f"{variable.name} ({units})")
