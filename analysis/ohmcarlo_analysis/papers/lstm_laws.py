"""Tables of paper 004 that no results file decides: times of reads, energy of a step, efficiency, wires of a large array.

They stand beside results of the networks they are about. Energies are the closed form's (accelerator_laws.py), times and wires
what the program's own benchmarks and tests printed (`analysis/measured/`).
"""

import numpy as np
import pandas as pd

from ..facts.lstm_rows import AWARE_METHOD, CONSTRAINED, METHOD, NETWORK, concerns
from ..drawing.exhibit import Exhibit, number_text, row
from ..drawing.table_figure import table_figure
from ..study.conditions import Missing
from ..study.interval import Interval
from .accelerator_laws import PAPER_DENSE, PAPER_GATES, at_sixteen_bits, crossbar_power, product_energy
from .published import measured, published, value

TIMES = {"quiet": ("quiet_processor", "quiet_gpu"), "noisy": ("noisy_processor", "noisy_gpu")}  # of the paper
ARRAY_ROWS, ARRAY_COLUMNS = 1152, 128
CIRCUIT = {4: 0.0003, 128: 0.0268}  # of what is not stated: XB-SIM* (about) and the paper (at most)


def times(study):
    """Seconds of reads with noise at every cell and without, beside the paper's processor and GPU."""
    _require(study)
    theirs, ours = published("lstm_table1"), measured("lstm_table1")
    rows, lines = [], []
    for case in theirs["case"]:
        line = [case]
        for noise, (processor, gpu) in TIMES.items():
            here, device = value(ours, noise, case=case), value(ours, f"{noise}_gpu", case=case)
            paper = [value(theirs, name, case=case) for name in (processor, gpu)]
            rows.append(row(_number(here), paper[0], case=case, noise=noise))
            line += [f"{paper[0]:g}", f"{paper[1]:g}", *("-" if np.isnan(each) else f"{each:.3g}" for each in (here, device))]
        lines.append(line)
    header = ["arrays (number x rows x columns)"]
    header += [name for noise in TIMES for name in (f"{noise}: CPU (s)", "GPU", "ours", "ours, GPU")]
    measured_there = ours[["quiet_gpu", "noisy_gpu"]].notna().any(axis=None)
    notes = ["ours: one core; shortest time; of samples a mean", "VGG samples: XB-SIM*, a later simulator of the same group"]
    if not measured_there:
        notes.append("ours, GPU: not run on one yet")
    caption = (
        "One read of all arrays, with a normal drawn for every cell and without noise; below, one sample of CIFAR-10 through a VGG, "
        "for which the later simulator took 1,460 s on one core. The paper's processor is not named; processors differ."
    )
    return Exhibit(
        "lstm_table1", "Table 1", caption, table_figure(header, lines, notes), pd.DataFrame(rows), ("case", "noise"), 1.0, "s",
        compared=False, digits=3, typeset=(header, lines),
    )  # fmt: skip


def energies(study):
    """Energy of one step of the LSTM of 39-128-61 by component, from the powers of table 4."""
    _require(study)
    theirs = published("lstm_table4")
    gates, dense = (product_energy(layer) for layer in (PAPER_GATES, PAPER_DENSE))
    total = sum(gates.values()) + sum(dense.values())
    rows, lines = [], []
    for name in theirs["component"]:
        power, area = (value(theirs, column, component=name) for column in ("power_mw", "area_mm2"))
        both = gates[name] + dense[name] if name in gates else np.nan
        rows.append(row(_number(both), component=name))
        energy = [f"{each:,.1f}" for each in (gates[name], dense[name])] if name in gates else ["-", "-"]
        share = f"{100 * both / total:.1f}" if name in gates else "-"
        lines.append([name, f"{power:g}", f"{area:g}", *energy, share])
    rows.append(row(_number(total), component="in all"))
    lines.append(["in all", "", "", *(f"{sum(each.values()):,.1f}" for each in (gates, dense)), "100.0"])
    header = ["component", "power (mW)", "area (mm2)", "gates (pJ)", "dense (pJ)", "share (%)"]
    notes = [
        "one step of 39-128-61 on arrays of 1152 x 128, 7 reads of an input, every module counted while it works",
        "buffers, tables and routing are not in it", "a DAC for each of an array's 167 (128) rows",
    ]  # fmt: skip
    caption = "Powers and areas of table 4 (one of each), and what they make of one time step."
    return Exhibit(
        "lstm_table4", "Table 4", caption, table_figure(header, lines, notes), pd.DataFrame(rows), ("component",), 1.0, "pJ",
        compared=False, typeset=(header, lines),
    )  # fmt: skip


def efficiencies(study):
    """Operations a picojoule of the LSTM's gates beside ISAAC, PUMA and Newton, step by step to 16 bits."""
    _require(study)
    operations = PAPER_GATES.operations
    printed = operations / _without_holds(product_energy(PAPER_GATES))
    power = crossbar_power(ARRAY_ROWS, ARRAY_COLUMNS)
    scaled = operations / _without_holds(product_energy(PAPER_GATES, crossbar_power=power))
    steps = {
        f"ours, table 4's crossbar (0.3 mW): {operations:,} operations": (printed, 8),
        "the same, 16 bits: inputs and weights doubled, a quarter": (at_sixteen_bits(printed), 16),
        f"ours, a crossbar of {ARRAY_ROWS} x {ARRAY_COLUMNS} by its cells ({power:.1f} mW)": (scaled, 8),
        "the same, 16 bits: a quarter": (at_sixteen_bits(scaled), 16),
    }
    rows = [row(_number(number), accelerator=name, bits=bits) for name, (number, bits) in steps.items()]
    lines = [[name, f"{bits} x {bits}", number_text(number)] for name, (number, bits) in steps.items()]
    for name, number in published("lstm_efficiency").itertuples(index=False):
        rows.append(row(None, number, accelerator=name, bits=16))
        lines.append([f"{name}, whole chip (published)", "16 x 16", number_text(number)])
    header = ["accelerator", "bits", "TOPS/W"]
    notes = ["ours: converters, crossbars, DACs and shift-adds of the gates", "published: with buffers, routing, digital units"]
    caption = (
        "Not a comparison of designs: ours lacks what costs most in the others, and the crossbar's printed power is that of "
        "128 x 128 cells."
    )
    return Exhibit(
        "lstm_efficiency_table", "Efficiency", caption, table_figure(header, lines, notes), pd.DataFrame(rows),
        ("accelerator", "bits"), 1.0, "TOPS/W", compared=False, typeset=(header, lines),
    )  # fmt: skip


def circuit(study):
    """Errors of currents by wire resistance in 1152 x 128 cells, against the columns that are on."""
    _require(study)
    ours = measured("lstm_circuit")
    on = sorted(ours["on"].unique())
    rows, lines = [], []
    for (wires, cells), part in ours.groupby(["wires", "cells"], sort=False):
        errors = {each: value(part, "full_scale", on=each) for each in on}
        labels = {"wires": wires, "cells": cells}
        rows += [row(_number(error), CIRCUIT.get(each, np.nan), **labels, on=each) for each, error in errors.items()]
        of_ideal = [f"{100 * value(part, 'ideal', on=each):.3f}" for each in CIRCUIT]
        lines.append([f"{wires}, {cells}", *(f"{100 * error:.3f}" for error in errors.values()), *of_ideal])
    lines.append(["paper (of what is not stated)", *(_percent(CIRCUIT.get(each)) for each in on), "", ""])
    header = ["wires of a bit line, cells", *(f"{each:g} on (%)" for each in on)]
    header += [f"{each:g} on, of ideal (%)" for each in CIRCUIT]
    notes = [
        "largest error of a column, % of full scale; last columns: % of the largest ideal current", "our solver agrees with ngspice",
        "2T2R: pairs of rows with opposite voltages",
    ]  # fmt: skip
    caption = (
        f"Wire resistance in {ARRAY_ROWS} x {ARRAY_COLUMNS} cells of 50 to 800 kilo-ohm, by the number of columns that are on. The "
        "paper gives 2.68 % as the most, its companion about 0.03 % with 4 columns; how the wires run is not stated, hence several. Errors "
        "are the largest of a column, in % of full scale or of the largest ideal current."
    )
    return Exhibit(
        "lstm_circuit_table", "Circuit", caption, table_figure(header, lines, notes), pd.DataFrame(rows), ("wires", "cells", "on"),
        100.0, "% of full scale", compared=False, digits=3, typeset=(header, lines),
    )  # fmt: skip


LAWS = {"lstm_table1": times, "lstm_table4": energies, "lstm_efficiency_table": efficiencies, "lstm_circuit_table": circuit}


def _require(study):
    if not concerns(study):
        arrays = ", ".join(f"{key} = {each}" for key, each in CONSTRAINED.items())
        raise Missing(f"{METHOD} = {AWARE_METHOD}, or {NETWORK} = lstm at {arrays}")


def _number(number):
    """A number without an interval; None for none."""
    return None if np.isnan(number) else Interval(float(number), np.nan, np.nan, 0, "")


def _without_holds(energy):
    """The sum without sample-and-holds, a thousandth of it, which sums of the literature leave out."""
    return sum(each for name, each in energy.items() if name != "sample-and-hold")


def _percent(share):
    return "-" if share is None else f"{100 * share:g}"
