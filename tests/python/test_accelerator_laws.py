"""Cycles and energies of the accelerator in closed form: the worked example of 39-128-61, and what must not depend on what."""

import pytest
from ohmcarlo_analysis.papers.accelerator_laws import (
    PAPER_DENSE, PAPER_GATES, Layer, at_sixteen_bits, conversion_cycles, converter_share, crossbar_power, product_cycles,
    product_energy, step_cycles,
)  # fmt: skip


@pytest.mark.parametrize(("converters", "cycles"), [(1, 1047), (2, 983), (4, 951), (8, 935)])
def test_the_gates_take_the_known_cycles(converters, cycles):
    assert product_cycles(PAPER_GATES, converters) == cycles


def test_other_worked_cycles():
    assert step_cycles(PAPER_GATES) == 956 and product_cycles(PAPER_DENSE) == 919
    assert product_cycles(Layer(167, 512, reads=8)) == 1079  # unsigned inputs
    assert converter_share(PAPER_GATES) == 0.25 and converter_share(PAPER_GATES, 1) == 1.0
    assert conversion_cycles(Layer(10, 61), 4) == 16


@pytest.mark.parametrize("columns", [256, 128, 64, 8])
def test_reads_that_wait_for_converters(columns):
    """Event by event: a read may begin when the crossbar is free and the sums before have left their capacitors."""
    layer, converters = Layer(100, columns, columns=columns), 1
    convert = conversion_cycles(layer, converters)
    read_ends = converted = 4  # inputs have come in
    for _ in range(layer.reads):
        read_ends += 128
        converted = max(read_ends, converted) + convert
        read_ends = max(read_ends, converted - convert)  # held until its conversion begins
    assert product_cycles(layer, converters) == converted + 1 + -(-columns // 32)


def test_the_gates_take_the_known_energy():
    energy = product_energy(PAPER_GATES)
    assert energy["converter (8 bits)"] == pytest.approx(5600.0)
    assert energy["crossbar"] == pytest.approx(840.0)
    assert energy["DAC (1 bit)"] == pytest.approx(1828.3, abs=0.05)
    assert energy["shift-add"] == pytest.approx(35.0)
    assert energy["sample-and-hold"] == pytest.approx(7 * 512 * 9.76563e-6 * 100)


def test_efficiency_of_the_worked_example():
    """171,008 operations for 8,303 pJ, and a quarter of that at 16 bits."""
    total = sum(each for name, each in product_energy(PAPER_GATES).items() if name != "sample-and-hold")
    assert PAPER_GATES.operations == 171_008 and total == pytest.approx(8303.3, abs=0.1)
    assert PAPER_GATES.operations / total == pytest.approx(20.6, abs=0.01)
    assert at_sixteen_bits(20.6) == pytest.approx(5.15)


def test_a_crossbar_by_its_cells():
    known = {32: 0.019, 64: 0.075, 128: 0.3, 256: 1.2}
    assert [crossbar_power(side, side) for side in known] == pytest.approx(list(known.values()), abs=5e-4)
    assert crossbar_power(1152, 128) == pytest.approx(2.7)


def test_more_converters_take_the_same_energy():
    assert product_energy(PAPER_GATES, 1)["converter (8 bits)"] == product_energy(PAPER_GATES, 8)["converter (8 bits)"]
