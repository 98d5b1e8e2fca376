#!/usr/bin/python3
"""IR drop in the 1152 x 128 array whose circuit simulation paper 004 reports: at most 2.68 % with all columns on (its
companion paper: about 0.03 % with 4). How errors are measured and how the wires run is not stated, hence the variants.

Bit lines (0.087 ohm a cell) drive the rows, source lines carry the columns; cells from 800 to 50 kilo-ohm, uniform random
weights. Columns that are off conduct nothing; those that are on are the nearest to the drivers. All inputs at 0.15 V.
"2T2R": pairs of rows with opposite voltages, weights of either sign. Usage: OHMCARLO_WIRED_CURRENTS=... ir_drop_1152x128.py
"""

import pathlib
import tempfile

import numpy as np
from array_circuit import Array

ROWS, COLUMNS = 1152, 128
HIGH, LOW = 1 / 50e3, 1 / 800e3  # siemens
VOLTS = 0.15
VARIANTS = {
    "0.087 ohm a cell, source line 0.1 ohm in all": {"row": 0.087, "column": 0.1 / ROWS},
    "0.087 ohm a cell, source line 0.1 ohm a cell": {"row": 0.087, "column": 0.1},
    "1.16 ohm a cell, source line 0.1 ohm in all": {"row": 1.16, "column": 0.1 / ROWS},
}


def array(columns_on, wires, pairs=False, seed=1):
    random = np.random.default_rng(seed)
    weights = random.uniform(-1 if pairs else 0, 1, (ROWS // 2 if pairs else ROWS, COLUMNS))
    if pairs:
        weights = np.stack([weights, -weights], axis=1).reshape(ROWS, COLUMNS).clip(0)
    conductances = LOW + (HIGH - LOW) * weights
    conductances[:, columns_on:] = 0
    voltages = np.full((1, ROWS), VOLTS)
    if pairs:
        voltages[:, 1::2] *= -1
    return Array(conductances, voltages, **wires)


def worst_error(case, folder, pairs=False):
    """The largest error of a column, relative to full scale and relative to the largest ideal current."""
    ideal = case.voltages @ case.conductances
    error = np.max(np.abs(case.currents(folder) - ideal))
    full_scale = VOLTS * (ROWS // 2 * (HIGH - LOW) if pairs else ROWS * HIGH)
    return error / full_scale, error / np.max(np.abs(ideal))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'rows, columns':46} {'cells':6} {'on':>4} {'% of full scale':>16} {'% of ideal':>11}")
        for name, wires in VARIANTS.items():
            for pairs in (False, True):
                for on in (4, 16, 64, 128):
                    errors = worst_error(array(on, wires, pairs), pathlib.Path(folder), pairs)
                    print(f"{name:46} {'2T2R' if pairs else 'single':6} {on:4} {100 * errors[0]:16.3f} {100 * errors[1]:11.3f}")
