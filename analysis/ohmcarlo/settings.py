"""The keys of experiments, as the program lists them."""

import re
from dataclasses import dataclass

from .program import output_of

ENTRY = re.compile(r"^(?P<key>\S+)\s+(?P<meaning>.*)$")
RANGE = re.compile(r"^\s+default (?P<default>.*?); allowed: (?P<allowed>.*?)(?P<fixed>; cannot be swept)?$")


@dataclass(frozen=True)
class Key:
    """One key: its meaning, its default as TOML text ("none": it has none), what it may be, whether it may be swept."""

    key: str
    meaning: str
    default: str
    allowed: str
    swept: bool


def keys():
    """{name: Key} of all keys, in the program's order."""
    found = {}
    lines = output_of("check", "--keys").splitlines()
    for line, after in zip(lines, lines[1:]):
        entry, said = ENTRY.match(line), RANGE.match(after)
        if entry and said and not line.startswith(" "):
            found[entry["key"]] = Key(entry["key"], entry["meaning"], said["default"], said["allowed"], said["fixed"] is None)
    return found
