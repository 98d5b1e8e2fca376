"""What a results file says about its trained networks and about the jobs that wrote it."""

import numpy as np

from .hdf5 import attributes_of


def read_models(file):
    """The trained networks of an open file: [{"identity": {key: text as in TOML}, "validation_accuracy": fraction or NaN}]."""
    models = []
    for model in file.get("models", {}).values():
        attributes = attributes_of(model)
        lines = str(attributes.get("identity", "")).splitlines()
        identity = dict(line.split(" = ", 1) for line in lines if " = " in line)
        identity.setdefault("training.method", f'"{attributes.get("method", "")}"')
        models.append({"identity": identity, "validation_accuracy": float(attributes.get("validation_accuracy", np.nan))})
    return models


def read_runs(file, path):
    """The starts of jobs of an open file, at least one: [{attributes of the file and of the start, "file", "run": its name}]."""
    root = attributes_of(file)
    starts = file.get("provenance", {"": None}).items()
    return [{**root, **(attributes_of(run) if run is not None else {}), "file": str(path), "run": name} for name, run in starts]
