"""Open results files: one xarray.Dataset from one file or from the shards of one experiment."""

import io
import tomllib
import warnings
from pathlib import Path

import h5py
import xarray as xr

from ..errors import ResultsFileError
from . import checksum, frozen
from .hdf5 import attributes_of, dimension_names, first_line, plain_value, scales_of, values_of
from .merge import merge
from .settings import GROUP, Settings, parse_experiment
from .until import UNIT, UNTIL, read_until

FORMAT = "ohmcarlo results"  # the attribute `format`, where there is one
SUPPORTED_MAJOR = 1
REQUIRED_ATTRIBUTES = ("schema_version", "ohmcarlo_version", "experiment_hash", "status")
CLASSES = "classes"  # the number of classes of the data set: an attribute of the file, a dataset where points differ
METRIC_ATTRIBUTES = ("units", "long_name", "pooled_over", "constant_over")
DONE, FAILED = 1, 2  # values of /results/state; 0 is "not run"


def load(*paths, accept_changes=False):
    """Read one results file, or several shards of the same experiment, into memory.

    Returns an xarray.Dataset. Dimensions: the swept keys in the order of the file, then `replica`, `trial` and a metric's
    own (`layer`, `class`). Metrics are float64, in the file's units (accuracy is a fraction), NaN wherever `state` is not 1
    (done). `attrs` holds the attributes of the file, `sources` (the paths) and `overlap_conflicts` (cells that two shards
    hold with different values; the first file wins). Where the number of chips was decided while they came in, points have
    different numbers of chips, `attrs["until"]` is the rule (an Until) and `chips_per_unit` a variable over the swept keys.

    `accept_changes`: a file that was changed on purpose and does not match its checksum is read as it is. A file without a
    checksum, since an earlier version or another program wrote it, is read with an UncheckedFileWarning.

    Raises ResultsFileError for a file that is missing, damaged, not ours, of a newer schema, or of another experiment.
    """
    if not paths:
        raise TypeError("load() needs at least one path")
    return merge([read_file(path, accept_changes) for path in paths])


def read_file(path, accept_changes=False):
    """One file as a Dataset; load() says what it holds."""
    with open_results(path, accept_changes) as file:
        return read_dataset(file, path)


def read_dataset(file, path):
    """The Dataset of an open file; load() says what it holds."""
    try:
        dataset = _read_results(file["results"], path)
        dataset.attrs = attributes_of(file)
        classes = file.get(f"{GROUP}/{CLASSES}")
        if classes is not None:
            dataset[CLASSES] = (dimension_names(classes, scales_of(file["results"])), values_of(classes))
        rule = read_until(file.get(GROUP))
        if rule is not None:
            dataset.attrs[UNTIL] = rule
            dataset[UNIT] = _chips_per_unit(file, dataset)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise ResultsFileError(f"damaged results file: {path} ({first_line(error)})") from error
    dataset.attrs["sources"] = [str(path)]
    dataset.attrs["overlap_conflicts"] = 0
    return dataset


def read_settings(file, dataset):
    """The Settings of an open file, whose Dataset is given. Raises ResultsFileError where they are damaged."""
    path = dataset.attrs["sources"][0]
    try:
        return _read_settings(file, dataset, path)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise ResultsFileError(f"damaged results file: {path} (settings: {first_line(error)})") from error


def classes_of(dataset):
    """The number of classes of the data set, None where it is not known; a DataArray where points differ in it."""
    if CLASSES in dataset:
        return dataset[CLASSES] if dataset[CLASSES].size > 1 else int(dataset[CLASSES].item())
    if CLASSES in dataset.attrs:
        return dataset.attrs[CLASSES]
    try:
        return frozen.CLASSES.get(parse_experiment(dataset.attrs["experiment_toml"]).get("data.set"))
    except (KeyError, TypeError, tomllib.TOMLDecodeError):
        return None


def open_results(path, accept_changes=False):
    """An h5py.File of a snapshot in memory, known to be an ohmcarlo results file of a schema we understand.

    A running job replaces its file whole, so the snapshot is one consistent checkpoint. No lock is taken or respected: some
    cluster file systems have none, and a file that is open elsewhere may still be read. Its checksum is compared before HDF5
    sees it.
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
    warning = checksum.check(content, path, _read_all, accept_changes)
    try:
        file = h5py.File(io.BytesIO(content), "r")
    except (OSError, RuntimeError, ValueError) as error:
        raise ResultsFileError(_why_it_does_not_open(path, error)) from error
    try:
        _check_ours(file, path)
    except BaseException:
        file.close()
        raise
    if warning:
        warnings.warn(warning, checksum.UncheckedFileWarning, stacklevel=2)
    return file


def _read_all(content):
    """Everything in a file, for the sake of what may happen meanwhile."""
    with h5py.File(io.BytesIO(content), "r") as file:
        attributes_of(file)
        file.visititems(lambda name, item: (attributes_of(item), isinstance(item, h5py.Dataset) and values_of(item)) and None)


def _why_it_does_not_open(path, error):
    text = str(error)
    if "truncated" in text:
        return f"damaged results file: {path} (truncated)"
    if "signature" in text:
        return f"not an ohmcarlo results file: {path} (not HDF5)"
    return f"damaged results file: {path} ({first_line(error)})"


def _check_ours(file, path):
    try:
        attributes = attributes_of(file)
        missing = [name for name in REQUIRED_ATTRIBUTES if name not in attributes]
        has_results = isinstance(file.get("results"), h5py.Group)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise ResultsFileError(f"damaged results file: {path} ({first_line(error)})") from error
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
    scales = scales_of(group)
    coordinates = {name: values_of(item) for item, name in scales.items()}
    for name, values in coordinates.items():
        if len(set(values.tolist())) != len(values):
            raise ResultsFileError(f"damaged results file: {path} (the axis {name} repeats a value)")
    variables = {
        name: (dimension_names(item, scales), values_of(item), _metric_attributes(item))
        for name, item in group.items() if isinstance(item, h5py.Dataset) and item not in scales
    }  # fmt: skip
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


def _chips_per_unit(file, dataset):
    """How many chips are computed together, over all swept keys; 1 where the file does not say."""
    group, points = file[GROUP], dataset["state"].isel(replica=0, trial=0, drop=True)
    if UNIT in group:
        item = group[UNIT]
        return xr.DataArray(values_of(item), dims=dimension_names(item, scales_of(file["results"]))).broadcast_like(points)
    return xr.full_like(points, plain_value(group.attrs.get(UNIT, 1)), dtype=int)


def _read_settings(file, dataset, path):
    try:
        written = parse_experiment(str(dataset.attrs.get("experiment_toml", "")))
    except tomllib.TOMLDecodeError as error:
        raise ResultsFileError(f"damaged results file: {path} (experiment_toml: {error})") from error
    if GROUP not in file:
        return Settings(written)
    group, scales = file[GROUP], scales_of(file["results"])
    varying = {}
    for name, item in group.items():
        if name in (CLASSES, UNIT):
            continue
        dimensions = dimension_names(item, scales)
        varying[name] = xr.DataArray(values_of(item), {each: dataset[each] for each in dimensions}, dimensions)
    shared = {name: value for name, value in attributes_of(group).items() if name not in (CLASSES, UNIT)}
    return Settings(written, shared, varying)


def _metric_attributes(item):
    return {name: plain_value(item.attrs[name]) for name in METRIC_ATTRIBUTES if name in item.attrs}
