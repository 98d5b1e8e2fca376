"""How a module of facts lists its own."""

from dataclasses import dataclass
from typing import Callable

from .claims import ALPHA
from ..study.conditions import Missing


@dataclass(frozen=True)
class Entry:
    """One fact of a paper: its name, its statement, the function of a Study that decides it, and its level."""

    id: str
    statement: str
    function: Callable
    alpha: float


def register(entries, prefix):
    """A decorator `fact(number, statement, alpha)` that appends to `entries`."""

    def fact(number, statement, alpha=ALPHA):
        def add(function):
            entries.append(Entry(f"{prefix}-{number}", statement, function, alpha))
            return function

        return add

    return fact


def require(study, key, wanted):
    """Raises Missing unless the study has points with this setting."""
    if not any(each.narrowed({key: wanted}) for each in study.experiments):
        raise Missing(f"{key} = {wanted}")


def only(study, key, preferred, where):
    """{} where `key` has one value at these points, else {key: the preferred one}: what a fact assumes unless told."""
    return {key: preferred} if len(study.values(key, where)) > 1 else {}
