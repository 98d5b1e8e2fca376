"""Conditions on settings: a wanted value, or a test with the words that say it."""

from dataclasses import dataclass
from typing import Callable

import numpy as np

from ..reading.selection import as_text


class Missing(Exception):
    """What the files lack to answer a question, as words that may follow "needs"."""


@dataclass(frozen=True)
class Wanted:
    """A condition on one value, with the words that say it; the value is None where the key is not read or not known."""

    words: str
    holds: Callable

    def __call__(self, value):
        return self.holds(value)

    def __str__(self):
        return self.words


@dataclass(frozen=True)
class EqualTo:
    """The condition that a key has, point by point, the value of another key; `words` are the text that means so in a file."""

    key: str
    words: str

    def __str__(self):
        return self.words


ABSENT = Wanted("(absent)", lambda value: value is None)
ANY = Wanted("", lambda value: True)  # a key in which pairs may differ; not said where a point is missing


def truth(wanted):
    """The setting of a key to true or false: a swept one is a text in results files."""
    word = str(wanted).lower()
    return Wanted(word, lambda value: value is wanted or value == word)


def matches(value, wanted):
    """Whether a setting is the wanted one: numbers up to rounding, all else exactly, a Wanted by its own test."""
    if callable(wanted):
        return bool(wanted(value))
    numbers = [isinstance(each, (int, float, np.number)) and not isinstance(each, bool) for each in (value, wanted)]
    return bool(np.isclose(float(value), float(wanted), rtol=1e-9, atol=1e-12)) if all(numbers) else value == wanted


def shown(value):
    """A setting or a condition in words."""
    return str(value) if isinstance(value, (Wanted, EqualTo)) else as_text(value)
