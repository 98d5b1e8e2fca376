"""TOML of nested dicts, as experiment files are."""

import json
import math


def to_toml(experiment):
    """The text of an experiment that is a dict: tables as dicts, or dotted keys; numbers may be NumPy's.

    Raises TypeError for a value that TOML does not have, naming its key.
    """
    return "".join(f"{_key(name)} = {_value(value, name)}\n" for name, value in _flat(experiment, ()))


def _flat(table, path):
    for name, value in table.items():
        if not isinstance(name, str):
            raise TypeError(f"key {name!r}: not a text")
        # In [sweep] names are keys of configuration, dots and all; elsewhere a dot is a step down.
        steps = (*path, name) if path == ("sweep",) else (*path, *name.split("."))
        if isinstance(value, dict) and path != ("sweep",):
            yield from _flat(value, steps)
        else:
            yield steps, value


def _key(steps):
    return ".".join(step if step.replace("_", "").replace("-", "").isalnum() else json.dumps(step) for step in steps)


def _value(value, steps):
    if hasattr(value, "tolist"):  # NumPy's arrays and scalars
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isfinite(value):
            text = repr(value)
            return text if any(mark in text for mark in ".e") else f"{text}.0"
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple, range)):
        return "[" + ", ".join(_value(each, steps) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key((name,))} = {_value(each, steps)}" for name, each in value.items()) + " }"
    if hasattr(value, "__fspath__"):
        return json.dumps(str(value), ensure_ascii=False)
    raise TypeError(f"{'.'.join(steps)}: a {type(value).__name__} has no place in an experiment")
