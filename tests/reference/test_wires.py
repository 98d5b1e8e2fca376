"""Wire resistance against ngspice and against a nodal solution written here."""

import importlib
import itertools
import shutil

import numpy as np
import pytest
from array_circuit import Array, spice

TOLERANCE = 1e-11  # of the largest current

# row, column, driver, sense ohm
WIRES = [
    (1, 1, 0, 0),
    (0.1, 0.087, 5, 3),
    (10, 20, 100, 50),
    (0, 3, 75, 0),
    (2, 0, 0, 40),
    (0, 0, 30, 20),
    (5, 0, 0, 0),
    (0, 7, 0, 0),
    (0, 0, 0, 0),
]
SHAPES = [(3, 4), (8, 8), (32, 32), (64, 16)]


def array(shape, wires, both_ends=False, inputs=1, seed=1):
    """Cells from 10 kilo-ohm to 1 mega-ohm and a tenth that conduct nothing, inputs of both signs."""
    random = np.random.default_rng(seed)
    conductances = np.exp(random.uniform(np.log(1e-6), np.log(1e-4), shape))
    conductances[random.random(shape) < 0.1] = 0
    voltages = random.uniform(-0.3, 0.3, (inputs, shape[0]))
    return Array(conductances, voltages, *wires, both_ends=both_ends)


def disagreement(actual, expected):
    assert actual.shape == expected.shape
    return np.max(np.abs(actual - expected)) / np.max(np.abs(expected))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("both_ends", [False, True], ids=["one end", "both ends"])
def test_currents_and_exported_netlist_agree_with_ngspice(tmp_path, shape, both_ends):
    assert shutil.which("ngspice"), "ngspice is not installed"
    for wires in WIRES if shape[1] < 32 else WIRES[:4]:
        case = array(shape, wires, both_ends)
        ours = case.currents(tmp_path)[0]
        for name, netlist in (("own", case.netlist()), ("exported", case.run(tmp_path, "--netlist"))):
            error = disagreement(spice(netlist, tmp_path), ours)
            print(f"{shape} {wires} both={both_ends} {name} netlist: {error:.1e}")
            assert error < TOLERANCE, f"{wires} ohm, {name} netlist"


@pytest.mark.parametrize("shape", [(128, 128), pytest.param((200, 64), marks=pytest.mark.slow),
                                   pytest.param((64, 200), marks=pytest.mark.slow)], ids=str)
@pytest.mark.parametrize("both_ends", [False, True], ids=["one end", "both ends"])
def test_large_arrays_agree_with_the_nodal_equations(tmp_path, shape, both_ends):
    for wires in WIRES[1:4]:
        case = array(shape, wires, both_ends, inputs=3)
        error = disagreement(case.currents(tmp_path), case.nodal())
        print(f"{shape} {wires} both={both_ends}: {error:.1e}")
        assert error < TOLERANCE, f"{wires} ohm"


def test_every_combination_of_zero_resistances_agrees_with_the_nodal_equations(tmp_path):
    for wires in itertools.product((0, 4), (0, 3), (0, 50), (0, 20)):
        for shape, both_ends in itertools.product([(5, 7), (7, 5), (1, 6), (6, 1)], [False, True]):
            case = array(shape, wires, both_ends, inputs=2)
            assert disagreement(case.currents(tmp_path), case.nodal()) < TOLERANCE, f"{shape} {wires} {both_ends}"


@pytest.mark.parametrize("both_ends", [False, True], ids=["one end", "both ends"])
def test_exported_netlists_agree_for_every_combination_of_zero_resistances(tmp_path, both_ends):
    for wires in itertools.product((0, 4), (0, 3), (0, 50), (0, 20)):
        case = array((4, 3), wires, both_ends)
        netlist = case.run(tmp_path, "--netlist")
        assert disagreement(spice(netlist, tmp_path), case.nodal()[0]) < TOLERANCE, f"{wires}\n{netlist}"


def test_netlists_leave_out_cells_that_do_not_conduct(tmp_path):
    case = Array(np.array([[1e-4, 0], [2e-5, 1e-5]]), np.array([[0.1, 0.2]]), row=1, column=1)
    cells = [line.split() for line in case.run(tmp_path, "--netlist").splitlines() if line.startswith("Rcell")]
    assert [(cell[0], float(cell[3])) for cell in cells] == [
        ("Rcell0_0", pytest.approx(1e4)), ("Rcell1_0", pytest.approx(5e4)), ("Rcell1_1", pytest.approx(1e5))]


@pytest.mark.slow
def test_the_error_of_the_1152_x_128_array_grows_with_the_columns_that_are_on(tmp_path):
    drop = importlib.import_module("ir_drop_1152x128")
    wires = drop.VARIANTS["0.087 ohm a cell, source line 0.1 ohm in all"]
    errors = [drop.worst_error(drop.array(on, wires), tmp_path)[0] for on in (4, 16, 64, 128)]
    print(errors)
    assert errors == sorted(errors)
    assert errors[0] < 1e-3
    assert errors[-1] > 10 * errors[0]
