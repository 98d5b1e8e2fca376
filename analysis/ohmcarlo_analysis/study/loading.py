"""Read results files into a Study."""

from ..errors import UsageError
from ..reading.merge import merge, swept_keys
from ..reading.provenance import read_models, read_runs
from ..reading.reader import open_results, read_dataset, read_settings
from ..reading.selection import resolve, select
from ..reading.settings import merge_settings
from .experiment import Experiment
from .study import Study


def load_study(paths, choices=()):
    """A Study of results files, with only the chosen values of some axes (texts `key=value`, as for select())."""
    groups, models, runs = {}, [], []
    for path in paths:
        with open_results(path) as file:
            dataset = read_dataset(file, path)
            groups.setdefault(str(dataset.attrs["experiment_hash"]), []).append((dataset, read_settings(file, dataset)))
            models += read_models(file)
            runs += read_runs(file, path)
    shards = [tuple(zip(*group)) for group in groups.values()]
    datasets = [merge(parts) for parts, _ in shards]
    settings = [merge_settings(each, parts) for parts, each in shards]
    for choice in choices:
        datasets = _chosen(datasets, choice)
    return Study([Experiment(dataset, each) for dataset, each in zip(datasets, settings)], models, runs)


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
