"""Files of `ohmcarlo tail`: the levels of subset simulation, run by run."""

from dataclasses import dataclass

import h5py
import numpy as np

from ..errors import ResultsFileError

FORMAT = "ohmcarlo tail"


@dataclass(frozen=True)
class Level:
    """One level of one run."""

    accuracy: np.ndarray  # of its states, repeated where a move was not accepted
    threshold: float  # accuracy of the worst tenth, from which the next level began
    share: float  # of the states that began it


@dataclass(frozen=True)
class Tail:
    """What a file says. `below`, `quantile`: what was asked for, NaN for the other; `runs`: a list of levels each."""

    name: str
    point: str
    below: float
    quantile: float
    estimate: float
    ci_low: float
    ci_high: float
    evaluations: int
    runs: list
    worst: list  # (bound in sigma, accuracy) of the worst chips that were searched for


def read_tail(path):
    """The Tail of a file. Raises ResultsFileError for anything else."""
    try:
        with h5py.File(path, "r") as file:
            if file.attrs.get("format") != FORMAT:
                raise ResultsFileError(f"{path}: not a file of ohmcarlo tail")
            runs = []
            for run in range(int(file.attrs["runs"])):
                group = file[f"run_{run}"]
                count = sum(name.startswith("level_") for name in group)  # beside them, what is known of a level under way
                levels = [group[f"level_{number + 1}"] for number in range(count)]
                runs.append([Level(level["accuracy"][:], level.attrs["threshold_accuracy"], level.attrs["share"]) for level in levels])
            numbers = {name: float(file.attrs[name]) for name in ("below", "quantile", "estimate", "ci_low", "ci_high")}
            evaluations = int(file.attrs["evaluations"])
            worst = list(zip(file["adversary/bound"][:], file["adversary/accuracy"][:])) if "adversary" in file else []
            tail = Tail(file.attrs["experiment_name"], file.attrs["point"], evaluations=evaluations, runs=runs, worst=worst, **numbers)
    except (OSError, KeyError) as error:
        raise ResultsFileError(f"{path}: not a file of ohmcarlo tail, or damaged ({error})") from error
    if not all(tail.runs):
        raise ResultsFileError(f"{path}: no level is finished yet")
    return tail
