"""Several results files as one body of evidence: ask for a metric at some settings, swept or fixed, in whichever file has it.

Files of one experiment (the same hash) are shards and become one dataset. A setting of a file is a value of its axis, the
value in its experiment file, or the default of the key. Chips of two points are pairs when they have the same replica and
trial; that holds across files only with one seed and equal settings elsewhere, which is checked.
"""

import itertools
import tomllib
from dataclasses import dataclass
from typing import Callable

import numpy as np
import xarray as xr

from .errors import ResultsFileError, UsageError
from .merge import merge, swept_keys
from .reader import open_results, read_file, root_attributes
from .selection import as_text, resolve, select
from .statistics import POOLED_BY, chance_level, summarise, weighted_interval

# Of the keys that facts and figures ask for and that an experiment file may leave out.
DEFAULTS = {
    "training.method": "plain",
    "training.logit_scale": 1,
    "training.noise_sigma": "tested",
    "hardware.simulate": "weights",
    "hardware.mapping": "one-sided",
    "hardware.variation.sigma": 0.0,
    "hardware.variation.clip": "none",
    "hardware.faults.rate": 0.0,
    "hardware.defects.rate": 0.0,
    "hardware.defects.layers": "all",
    "deployment.steps": "[]",
    "deployment.calibrate.groups": 1,
    "deployment.in-situ.threshold": 1e-2,
    "network.architecture": "mlp",
    "network.hidden": "[100]",
}
SETUP = ("data.", "network.")  # what makes two experiments incomparable from the start
NO_MATTER = ("experiment.", "sweep.", "storage.", "trials.", "deployment.", "training.replicas", "data.directory")
METHOD_KEYS = ("training.method", "training.kurtosis.", "training.ovf.", "training.irs.", "training.noise", "training.logit_scale")


class Missing(Exception):
    """What the files lack to answer a question, as words that may follow "needs"."""


@dataclass(frozen=True)
class Wanted:
    """A condition on a value, with the words that say it."""

    words: str
    holds: Callable

    def __call__(self, value):
        return self.holds(value)

    def __str__(self):
        return self.words


ABSENT = Wanted("(absent)", lambda value: value is None)


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval over `count` trainings or chips (NaN bounds for a single one), and whose hash it has."""

    mean: float
    low: float
    high: float
    count: int
    over: str
    experiment: str = ""

    @staticmethod
    def of_trainings(values, experiment=""):
        """From a DataArray [replica]."""
        found = values.values.astype(float)[None]
        present = np.isfinite(found)
        columns = weighted_interval(np.where(present, found, 0.0), np.ones_like(found), present)
        mean, low, high = (float(columns[name][0]) for name in ("mean", "ci_low", "ci_high"))
        return Interval(mean, low, high, int(present.sum()), "trainings", experiment)


class Experiment:
    """One dataset of load() and the settings its points share."""

    def __init__(self, dataset, fixed):
        self.dataset = dataset
        self.fixed = fixed

    @property
    def hash(self):
        return str(self.dataset.attrs["experiment_hash"])

    def values(self, key):
        """All values that `key` takes here; none where it is neither swept, written down nor known by default."""
        if key in swept_keys(self.dataset):
            return list(self.dataset[key].values)
        value = self.fixed.get(key, DEFAULTS.get(key))
        return [] if value is None else [value]

    def narrowed(self, where):
        """The part with these settings, as an Experiment, or None. A wanted value may be a Wanted."""
        dataset = self.dataset
        for key, wanted in where.items():
            kept = [index for index, value in enumerate(self.values(key) or [None]) if _matches(value, wanted)]
            if not kept:
                return None
            if key in swept_keys(dataset):
                dataset = dataset.isel({key: kept})
        return Experiment(dataset, self.fixed)

    def setups(self):
        """One Experiment for each swept data set and network."""
        axes = [key for key in swept_keys(self.dataset) if key.startswith(SETUP)]
        places = itertools.product(*(range(self.dataset.sizes[key]) for key in axes))
        return [Experiment(self.dataset.isel({key: [i] for key, i in zip(axes, place)}), self.fixed) for place in places]

    def setup(self):
        """The data set and network in words: "mnist, mlp 128-64"."""
        part = {key: as_text(next(iter(self.values(key)), "?")) for key in ("data.set", "network.architecture", "network.hidden")}
        widths = part["network.hidden"].strip("[]").replace(", ", "-")
        return f"{part['data.set']}, {part['network.architecture']}{' ' + widths if part['network.architecture'] == 'mlp' else ''}"


class Study:
    """The experiments of one question; see the module's text."""

    def __init__(self, experiments, models=(), runs=()):
        self.experiments = list(experiments)
        self.models = list(models)  # {"identity": {key: text}, "validation_accuracy": float}
        self.runs = list(runs)  # {"name", "hash", ... , "hosts", "seconds"}: one for every start of a job

    def setups(self):
        """{words: Study} for every data set and network in the files."""
        parts = {}
        for part in itertools.chain.from_iterable(experiment.setups() for experiment in self.experiments):
            parts.setdefault(part.setup(), []).append(part)
        return {name: Study(part, self.models, self.runs) for name, part in parts.items()}

    def setup(self):
        """The set-up in words; several are joined."""
        return "; ".join(dict.fromkeys(experiment.setup() for experiment in self.experiments))

    def values(self, key, where=None):
        """All values of a key at points with these settings: numbers ascending, texts in order of appearance."""
        parts = [part for experiment in self.experiments if (part := experiment.narrowed(where or {}))]
        found = list(itertools.chain.from_iterable(part.values(key) for part in parts))
        if all(isinstance(value, (int, float, np.number)) for value in found):
            return sorted({float(value) for value in found})
        return list(dict.fromkeys(found))

    def has(self, metric, where):
        """Whether the metric can be had at this point."""
        try:
            self._at(metric, where)
        except Missing:
            return False
        return True

    def cells(self, metric, where, layer=None):
        """The metric at one point: a DataArray [replica, trial]; [replica] for what belongs to trained networks.

        `ekl` of several trainings is pooled over the chips of each. Raises Missing.
        """
        experiment = self._at(metric, where)
        values = _squeezed(experiment, metric, layer)
        if metric in POOLED_BY and POOLED_BY[metric] in experiment.dataset and values.sizes["replica"] > 1:
            images = _squeezed(experiment, POOLED_BY[metric], None)
            values = (values * images).sum("trial") / images.where(values.notnull()).sum("trial")
        if "trial" in values.dims and metric in OF_MODELS:
            values = values.mean("trial")
        values.attrs = {"experiment": experiment, "where": tuple(where)}
        return values

    def interval(self, metric, where, layer=None):
        """The metric at one point as an Interval, by the rules of statistics.summarise(). Raises Missing."""
        values = self.cells(metric, where, layer)
        if "trial" not in values.dims and metric not in POOLED_BY:
            return Interval.of_trainings(values, values.attrs["experiment"].hash)
        experiment = values.attrs["experiment"]
        dataset = _one_point(experiment.dataset, metric)
        return _summarised(dataset if layer is None else dataset.sel(layer=[layer]), metric, experiment.hash)

    def interval_of_difference(self, metric, where, other):
        """As interval(), for the metric at `where` minus that of the same chips at `other`."""
        one = self.cells(metric, where)
        change = difference(one, self.cells(metric, other))
        state = change.notnull().astype(int)
        return _summarised(xr.Dataset({"change": change, "state": state}, attrs={"sources": [""]}), "change", one.attrs["experiment"].hash)

    def chance(self):
        """The accuracy of guessing, or None where the number of classes is not known."""
        return next((chance_level(each.dataset.attrs) for each in self.experiments), None)

    def _at(self, metric, where):
        parts = [part for experiment in self.experiments if (part := experiment.narrowed(where))]
        known = [part for part in parts if metric in part.dataset]
        filled = [part for part in known if part.dataset[metric].notnull().any()]
        if not filled:
            place = ", ".join(f"{key} = {_shown(value)}" for key, value in where.items())
            raise Missing(f"the metric {metric}" if parts and not known else f"{metric} at {place}" if place else metric)
        return filled[0]


# Equal for all chips of a training; results files hold one number a replica, or repeat it for every chip.
OF_MODELS = {"clean_accuracy", "clean_loss", "kurtosis", "weight_entropy", "relative_error"}


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


def difference(one, other):
    """`one` minus `other`, chip by chip (replica by replica for what belongs to trainings). Raises Missing for strangers."""
    check_pairs(one, other)
    return one - other


def check_pairs(one, other):
    """Raises Missing unless chips (replicas) of the same number are the same in both results of cells()."""
    a, b = one.attrs["experiment"], other.attrs["experiment"]
    for experiment in (a, b):
        if "trial" in one.dims and experiment.fixed.get("trials.common_random_numbers") is False:
            raise Missing("chips that are the same at every point (trials.common_random_numbers)")
    if a.dataset.attrs["sources"] == b.dataset.attrs["sources"]:
        return
    if a.dataset.attrs.get("seed") != b.dataset.attrs.get("seed"):
        raise Missing("files of one seed, so that chips are pairs")
    named = {*one.attrs["where"], *other.attrs["where"]}
    for key in sorted({*a.fixed, *b.fixed} - named):
        swept = key in a.dataset.dims or key in b.dataset.dims
        if swept or key.startswith((*NO_MATTER, *METHOD_KEYS)) or _matches(*_either(a, b, key)):
            continue
        raise Missing(f"files that agree in {key} ({_shown(_either(a, b, key)[0])} and {_shown(_either(a, b, key)[1])})")


def _either(a, b, key):
    return tuple(each.fixed.get(key, DEFAULTS.get(key)) for each in (a, b))


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


def _matches(value, wanted):
    if callable(wanted):
        return bool(wanted(value))
    numbers = [isinstance(each, (int, float, np.number)) and not isinstance(each, bool) for each in (value, wanted)]
    return bool(np.isclose(float(value), float(wanted), rtol=1e-9, atol=1e-12)) if all(numbers) else value == wanted


def _shown(value):
    return str(value) if callable(value) else as_text(value)


def _one_point(dataset, metric):
    """The dataset with one value left on every axis; an axis that changes nothing (another method's) may have several."""
    for key in swept_keys(dataset):
        if dataset.sizes[key] > 1:
            if key in dataset[metric].dims and not _same_along(dataset[metric], key):
                raise Missing(f"one value of {key} (choose with --select {key}=value)")
            filled = dataset[metric].notnull()
            rows = np.flatnonzero(filled.any([name for name in filled.dims if name != key]).values) if key in filled.dims else [0]
            dataset = dataset.isel({key: [int(rows[0])]})
    return dataset


def _squeezed(experiment, metric, layer):
    values = _one_point(experiment.dataset, metric)[metric]
    values = values.squeeze([key for key in values.dims if key in swept_keys(experiment.dataset)], drop=True)
    if layer is not None:
        if "layer" not in values.dims or layer not in values["layer"].values:
            raise Missing(f"layer {layer} of {metric}")
        values = values.sel(layer=layer, drop=True)
    return values


def _summarised(dataset, metric, experiment):
    summary = summarise(dataset, metric)
    mean, low, high = (float(summary[name].values.item()) for name in ("mean", "ci_low", "ci_high"))
    over = summary.attrs["interval_over"]
    return Interval(mean, low, high, int(summary["replicas" if over == "trainings" else "count"].values.item()), over, experiment)


def _same_along(values, dimension):
    first = values.max(dimension)
    return bool(((values.isnull()) | (abs(values - first) <= 1e-12 * abs(first))).all())
