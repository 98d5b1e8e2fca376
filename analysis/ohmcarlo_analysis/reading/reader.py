"""Open results files: one xarray.Dataset from one file or from the shards of one experiment."""

import io
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from ..errors import ResultsFileError
from .merge import merge

FORMAT = "ohmcarlo results"  # the attribute `format`, where there is one
SUPPORTED_MAJOR = 1
REQUIRED_ATTRIBUTES = ("schema_version", "ohmcarlo_version", "experiment_hash", "status")
DONE, FAILED = 1, 2  # values of /results/state; 0 is "not run"


def load(*paths):
    """Read one results file, or several shards of the same experiment, into memory.

    Returns an xarray.Dataset. Dimensions: the swept keys in the order of the file, then `replica`, `trial` and a metric's
    own (`layer`, `class`). Metrics are float64, in the file's units (accuracy is a fraction), NaN wherever `state` is not 1
    (done). `attrs` holds the attributes of the file, `sources` (the paths) and `overlap_conflicts` (cells that two shards
    hold with different values; the first file wins).

    Raises ResultsFileError for a file that is missing, damaged, not ours, of a newer schema, or of another experiment.
    """
    if not paths:
        raise TypeError("load() needs at least one path")
    return merge([read_file(path) for path in paths])


def read_file(path):
    """One file as a Dataset; see load()."""
    with open_results(path) as file:
        try:
            dataset = _read_results(file["results"], path)
            dataset.attrs = root_attributes(file)
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            raise ResultsFileError(f"damaged results file: {path} ({_first_line(error)})") from error
    dataset.attrs["sources"] = [str(path)]
    dataset.attrs["overlap_conflicts"] = 0
    return dataset


def open_results(path):
    """An h5py.File of a snapshot in memory, known to be an ohmcarlo results file of a schema we understand.

    A running job replaces its file whole, so the snapshot is one consistent checkpoint. No lock is taken or respected: some
    cluster file systems have none, and a file that is open elsewhere may still be read.
    """
    path = Path(path)
    if path.is_dir():
        raise ResultsFileError(f"not an ohmcarlo results file: {path} (a directory)")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ResultsFileError(f"no such results file: {path}") from error
    except OSError as error:
        raise ResultsFileError(f"cannot read results file: {path} ({error.strerror or error})") from error
    try:
        file = h5py.File(io.BytesIO(content), "r")
    except (OSError, RuntimeError, ValueError) as error:
        raise ResultsFileError(_why_it_does_not_open(path, error)) from error
    try:
        _check_ours(file, path)
    except BaseException:
        file.close()
        raise
    return file


def root_attributes(file):
    """The attributes of `/` as plain Python values (text, int, float)."""
    return {name: _plain(value) for name, value in file.attrs.items()}


def _why_it_does_not_open(path, error):
    text = str(error)
    if "truncated" in text:
        return f"damaged results file: {path} (truncated)"
    if "signature" in text:
        return f"not an ohmcarlo results file: {path} (not HDF5)"
    return f"damaged results file: {path} ({_first_line(error)})"


def _check_ours(file, path):
    try:
        attributes = root_attributes(file)
        missing = [name for name in REQUIRED_ATTRIBUTES if name not in attributes]
        has_results = isinstance(file.get("results"), h5py.Group)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise ResultsFileError(f"damaged results file: {path} ({_first_line(error)})") from error
    if str(attributes.get("format", FORMAT)) != FORMAT:
        raise ResultsFileError(f"not an ohmcarlo results file: {path} (format {attributes['format']!r})")
    if missing:
        raise ResultsFileError(f"not an ohmcarlo results file: {path} (no attribute {missing[0]})")
    version = str(attributes["schema_version"])
    major = version.split(".")[0]
    if not major.isdigit():
        raise ResultsFileError(f"not an ohmcarlo results file: {path} (schema_version {version!r})")
    if int(major) != SUPPORTED_MAJOR:
        raise ResultsFileError(
            f"cannot read {path}: its schema_version is {version}, this program reads {SUPPORTED_MAJOR}.x"
        )
    if not has_results:
        raise ResultsFileError(f"not an ohmcarlo results file: {path} (no group /results)")


def _read_results(group, path):
    members = {name: item for name, item in group.items() if isinstance(item, h5py.Dataset)}
    # A scale is also linked at the root, so its stored name may be either path: compare objects, not names.
    scales = {item: name for name, item in members.items() if h5py.h5ds.is_scale(item.id)}
    coordinates = {name: _values(item) for item, name in scales.items()}
    for name, values in coordinates.items():
        if len(set(values.tolist())) != len(values):
            raise ResultsFileError(f"damaged results file: {path} (the axis {name} repeats a value)")
    variables = {
        name: (_dimensions(item, scales), _values(item), _texts(item)) for name, item in members.items() if item not in scales
    }
    for needed in ("replica", "trial"):
        if needed not in coordinates:
            raise ResultsFileError(f"damaged results file: {path} (no axis /results/{needed})")
    if "state" not in variables:
        raise ResultsFileError(f"damaged results file: {path} (no dataset /results/state)")
    used = {dimension for dimensions, *_ in variables.values() for dimension in dimensions}
    dataset = xr.Dataset(variables, {name: values for name, values in coordinates.items() if name in used})
    done = dataset["state"] == DONE
    for name, variable in dataset.data_vars.items():
        if name != "state" and "trial" in variable.dims and variable.dtype.kind in "fiu":
            dataset[name] = variable.where(done).transpose(*variable.dims).assign_attrs(variable.attrs)
    return dataset


def _dimensions(item, scales):
    names = []
    for index, dimension in enumerate(item.dims):
        attached = [scales[scale] for scale in dimension.values() if scale in scales]
        if not attached:
            raise ValueError(f"{item.name} has no dimension scale for dimension {index}")
        names.append(attached[0])
    return names


def _texts(item):
    return {name: _plain(item.attrs[name]) for name in ("units", "long_name") if name in item.attrs}


def _values(item):
    if h5py.check_string_dtype(item.dtype):
        return np.asarray(item.asstr()[()], dtype=object)
    return np.asarray(item[()])


def _plain(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        return [_plain(element) for element in value.tolist()] if value.ndim else _plain(value.item())
    return value.item() if isinstance(value, np.generic) else value


def _first_line(error):
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
