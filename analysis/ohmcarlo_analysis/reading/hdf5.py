"""HDF5 objects as plain Python and numpy values."""

import h5py
import numpy as np


def attributes_of(item):
    """The attributes of a file, group or dataset as plain Python values (text, int, float, bool, lists of them)."""
    return {name: plain_value(value) for name, value in item.attrs.items()}


def scales_of(group):
    """{dimension scale: its name} of a group. A scale may be linked elsewhere too: objects are compared, not names."""
    members = {name: item for name, item in group.items() if isinstance(item, h5py.Dataset)}
    return {item: name for name, item in members.items() if h5py.h5ds.is_scale(item.id)}


def dimension_names(item, scales):
    """The names of a dataset's dimensions, by the scales attached to them. Raises ValueError where one has none."""
    names = []
    for index, dimension in enumerate(item.dims):
        attached = [scales[scale] for scale in dimension.values() if scale in scales]
        if not attached:
            raise ValueError(f"{item.name} has no dimension scale for dimension {index}")
        names.append(attached[0])
    return names


def values_of(item):
    """The values of a dataset as a numpy array; texts are Python texts in an object array."""
    if h5py.check_string_dtype(item.dtype):
        return np.asarray(item.asstr()[()], dtype=object)
    return np.asarray(item[()])


def plain_value(value):
    """An attribute's value as a plain Python one."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        return [plain_value(element) for element in value.tolist()] if value.ndim else plain_value(value.item())
    return value.item() if isinstance(value, np.generic) else value


def first_line(error):
    """The first line of an error's message, its type where it has none."""
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
