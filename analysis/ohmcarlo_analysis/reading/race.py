"""The group /race of a results file: what the values of an axis were dropped for, look by look (`trials.race`)."""

from dataclasses import dataclass

import pandas as pd

from ..errors import ResultsFileError, UsageError
from .hdf5 import attributes_of
from .merge import swept_keys
from .reader import open_results, read_dataset
from .selection import as_text

RACE = "race"
COLUMNS = ("point", "mean", "behind", "ci_low", "ci_high", "leads", "dropped")
OF_TRAINING = "chips_of_training"  # the attribute of races over trainings


@dataclass(frozen=True)
class Race:
    """One race: of the values of an axis, at one combination of the others' values.

    `standings`: a row for each look and each value that was in the race until then: `value` (of the axis, as a text), `place`
    (its number), `units` of the look (chips or trainings), `mean`, `behind` (mean of how much better the leader is), `ci_low` and
    `ci_high` of that (at `pair_confidence`; NaN while they are infinite), `leads`, `dropped`. `where`: the others' values, as texts.
    """

    axis: str
    metric: str
    tolerance: float
    confidence: float
    pair_confidence: float
    end: str  # why it is over; "goes on" if it is not
    spent: int  # units
    without_dropping: int
    where: dict
    standings: pd.DataFrame
    chips: int = 0  # of each training, where trainings are the units; else 0: chips are

    @property
    def units(self):
        return "trainings" if self.chips else "chips"


def read_races(path):
    """All races of a file, in their order. Raises ResultsFileError for a file without any."""
    with open_results(path) as file:
        if RACE not in file:
            raise ResultsFileError(f"{path}: no race (trials.race) in it")
        dataset = read_dataset(file, path)
        group = file[RACE]
        about = attributes_of(group)
        return [_read(entry, about, dataset) for _, entry in sorted(group.items())]


def choose_race(races, number):
    """Race `number` (from 1), or the only one. Raises UsageError, and ResultsFileError where it has had no look."""
    if number is None and len(races) > 1:
        places = "; ".join(f"{i + 1}: {where_text(race)}" for i, race in enumerate(races))
        raise UsageError(f"several races: choose with --race ({places})")
    if number is not None and not 1 <= number <= len(races):
        raise UsageError(f"--race {number}: allowed are 1 to {len(races)}")
    race = races[(number or 1) - 1]
    if race.standings.empty:
        raise ResultsFileError("the race has had no look yet")
    return race


def where_text(race):
    """ "sigma = 0.1, bits = 8": where a race was, "" where there are no other axes."""
    return ", ".join(f"{key.rpartition('.')[2]} = {value}" for key, value in race.where.items())


def _read(entry, about, dataset):
    facts = attributes_of(entry)
    keys = swept_keys(dataset)
    chips = int(about.get(OF_TRAINING, 0))
    units = "trainings" if chips else "chips"
    names = {"units": units} | {name: name for name in COLUMNS}
    rows = pd.DataFrame({ours: entry[name][()] for ours, name in names.items() if name in entry}, columns=list(names))
    sizes = [dataset.sizes[key] for key in keys]
    places = {int(point): _indices(int(point), sizes) for point in {*rows["point"], facts["leader"]}}
    axis = keys.index(about["axis"])
    numbers = [places[int(point)][axis] for point in rows["point"]]
    values = dataset[about["axis"]].values
    rows = rows.assign(place=numbers, value=[as_text(values[number]) for number in numbers])
    leader = places[int(facts["leader"])]
    where = {key: as_text(dataset[key].values[leader[i]]) for i, key in enumerate(keys) if i != axis}
    return Race(
        about["axis"], about["metric"], about["tolerance"], about["confidence"], about["pair_confidence"], facts["end"],
        int(facts[f"{units}_spent"]), int(facts[f"{units}_without_dropping"]), where, rows.drop(columns="point"), chips,
    )  # fmt: skip


def _indices(point, sizes):
    indices = []
    for size in reversed(sizes):
        point, index = divmod(point, size)
        indices.insert(0, index)
    return indices
