"""Read results files into a Study."""

import tomllib

import numpy as np

from ..errors import ResultsFileError, UsageError
from ..reading.merge import merge, swept_keys
from ..reading.reader import open_results, read_file, root_attributes
from ..reading.selection import resolve, select
from .experiment import Experiment
from .study import Study


def load_study(paths, choices=()):
    """A Study of results files, with only the chosen values of some axes (texts `key=value`, as for select())."""
    groups = {}
    for path in paths:
        dataset = read_file(path)
        groups.setdefault(str(dataset.attrs["experiment_hash"]), []).append(dataset)
    datasets = [merge(group) for group in groups.values()]
    for choice in choices:
        datasets = _chosen(datasets, choice)
    models, runs = [], []
    for path in paths:
        models += _models(path)
        runs += _runs(path)
    return Study([Experiment(dataset, _settings(dataset)) for dataset in datasets], models, runs)


def _chosen(datasets, choice):
    name = choice.partition("=")[0].strip()
    found, errors = [], []
    for dataset in datasets:
        keys = [*swept_keys(dataset), *[name for name in dataset.coords if name not in swept_keys(dataset)]]
        try:
            resolve(name, keys)
        except UsageError as error:
            found.append(dataset)
            errors.append(error)
            continue
        found.append(select(dataset, [choice]))
    if len(errors) == len(datasets):
        raise errors[0]
    return found


def _settings(dataset):
    try:
        document = tomllib.loads(str(dataset.attrs.get("experiment_toml", "")))
    except tomllib.TOMLDecodeError as error:
        raise ResultsFileError(f"damaged results file: {dataset.attrs['sources'][0]} (experiment_toml: {error})") from error
    document.pop("sweep", None)
    return dict(_flat(document, ""))


def _flat(table, prefix):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value) if isinstance(value, list) else value


def _models(path):
    with open_results(path) as file:
        for model in file.get("models", {}).values():
            attributes = root_attributes(model)
            lines = str(attributes.get("identity", "")).splitlines()
            identity = dict(line.split(" = ", 1) for line in lines if " = " in line)
            identity.setdefault("training.method", f'"{attributes.get("method", "")}"')
            yield {"identity": identity, "validation_accuracy": float(attributes.get("validation_accuracy", np.nan))}


def _runs(path):
    with open_results(path) as file:
        root = root_attributes(file)
        for name, run in file.get("provenance", {"": None}).items():
            facts = root_attributes(run) if run is not None else {}
            yield {**root, **facts, "file": str(path), "run": name}
