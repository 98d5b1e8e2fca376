"""One product on the arrays of a chip."""

import pathlib
import tempfile

import numpy as np

from .program import output_of
from .toml import to_toml


def vmm(hardware, weights, inputs, seed=1, chip=0):
    """inputs [vectors, inputs] times weights [outputs, inputs], transposed, as the arrays of chip number `chip` compute it:
    [vectors, outputs], in units of weight times input. A single vector of inputs gives a single vector.

    `hardware` is the table [hardware] of an experiment as a dict; arrays are understood. Scales that are "calibrated" are
    taken from these inputs. Raises OhmcarloError, ValueError for shapes that do not fit.
    """
    weights, inputs = np.asarray(weights, float), np.asarray(inputs, float)
    vectors = np.atleast_2d(inputs)
    if weights.ndim != 2 or vectors.ndim != 2 or vectors.shape[1] != weights.shape[1]:
        raise ValueError(f"weights [outputs, inputs] {weights.shape} and inputs [vectors, inputs] {inputs.shape} do not fit")
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "hardware.toml").write_text(to_toml({"hardware": {"simulate": "arrays", **hardware}}))
        for name, values in (("weights", weights), ("inputs", vectors)):
            np.savetxt(place / f"{name}.csv", values, fmt="%.17g", delimiter=",")
        text = output_of(
            "vmm", "--hardware", place / "hardware.toml", "--weights", place / "weights.csv", "--inputs", place / "inputs.csv",
            "--seed", seed, "--chip", chip,
        )  # fmt: skip
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]
    result = np.array(rows, float)
    return result[0] if inputs.ndim == 1 else result
