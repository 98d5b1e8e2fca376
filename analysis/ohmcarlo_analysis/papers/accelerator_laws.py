"""Cycles and energy of a layer on arrays whose converters are shared in time, in closed form and apart from the program's own.

A cycle is one conversion. A layer has one row tile of at most `array_rows` rows and as many column tiles as its outputs need; all
work at once. Every array has a DAC a row, a sample-and-hold a column, its converters and one shift-add. While a read is converted the
next one runs. Data never enter: zeros are read and converted like anything else.
"""

import math
from dataclasses import dataclass

CONVERSION = 1 / 1.28  # nanoseconds: converters of 1.28e9 conversions a second (32 nm)
READ = 100.0  # nanoseconds of a crossbar read
POWERS = {  # milliwatts at 32 nm, of one
    "converter (8 bits)": 2.0, "DAC (1 bit)": 0.00391, "sample-and-hold": 9.76563e-6, "crossbar": 0.3, "shift-add": 0.05,
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer with weights: inputs and outputs of its product, reads (bits) of an input vector, columns of an array.

    `cells`: of an LSTM, whose outputs are four times as many; 0 of a dense layer. `inputs` fit the rows of one array.
    """

    inputs: int
    outputs: int
    reads: int = 7
    columns: int = 128
    cells: int = 0

    @property
    def arrays(self):
        """Column tiles."""
        return math.ceil(self.outputs / self.columns)

    @property
    def operations(self):
        """Multiplications and additions of one product."""
        return 2 * self.inputs * self.outputs


PAPER_GATES = Layer(39 + 128, 4 * 128, cells=128)
PAPER_DENSE = Layer(128, 61)


def conversion_cycles(layer, converters):
    """Cycles in which an array's converters take its columns of one read."""
    return math.ceil(min(layer.columns, layer.outputs) / converters)


def product_cycles(layer, converters=4, width=32):
    """Cycles of one product: inputs come in, first read, further reads in stages, last conversion, shift-add, outputs go out.

    I + X + (B - 1) max(X, M) + M + 1 + O with M the cycles of conversion, X those of a read, I and O those of buses `width` wide.
    """
    read = math.ceil(READ / CONVERSION - 1e-9)
    convert = conversion_cycles(layer, converters)
    enter, leave = (math.ceil(count / width) for count in (layer.inputs, layer.outputs))
    return enter + read + (layer.reads - 1) * max(read, convert) + convert + 1 + leave


def step_cycles(layer, converters=4, width=32, units=128):
    """Cycles of one time step of an LSTM layer: its product, then its cells through the element-wise units and the tables."""
    return product_cycles(layer, converters, width) + 3 * math.ceil(layer.cells / units) + 2


def converter_share(layer, converters=4):
    """The share of the time between two reads in which converters convert."""
    read = math.ceil(READ / CONVERSION - 1e-9)
    convert = conversion_cycles(layer, converters)
    return convert / max(read, convert)


def product_energy(layer, converters=4, crossbar_power=POWERS["crossbar"]):
    """{component: picojoules} of one product, each component counted while it works."""
    stage = max(READ, conversion_cycles(layer, converters) * CONVERSION)
    array_reads = layer.reads * layer.arrays
    conversions = layer.reads * layer.outputs
    shifting = layer.reads * layer.arrays * conversion_cycles(layer, converters)
    return {
        "converter (8 bits)": conversions * POWERS["converter (8 bits)"] * CONVERSION,
        "DAC (1 bit)": array_reads * layer.inputs * POWERS["DAC (1 bit)"] * READ,
        "sample-and-hold": conversions * POWERS["sample-and-hold"] * stage,
        "crossbar": array_reads * crossbar_power * READ,
        "shift-add": shifting * POWERS["shift-add"] * CONVERSION,
    }


def crossbar_power(rows, columns):
    """Milliwatts of a crossbar whose power grows with its cells: 0.3 of 128 x 128."""
    return POWERS["crossbar"] * rows * columns / (128 * 128)


def at_sixteen_bits(efficiency):
    """The efficiency of 8-bit inputs and weights at 16 bits: each doubled doubles the work, so a quarter."""
    return efficiency / 4
