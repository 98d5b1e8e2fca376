"""Networks on arrays, and products from the shell: equal however run, refused in one line."""

import re
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest
from lab import PROGRAM, chips_to_run, clean_environment, difference
from ohmcarlo_analysis import load

ARRAYS = {
    "hardware.simulate": '"arrays"',
    "hardware.tile_rows": "300",
    "hardware.dac.bits": "4",
    "hardware.dac.serial": "true",
    "hardware.adc.bits": "7",
    "hardware.read_noise.model": '"gaussian"',
    "hardware.read_noise.sigma": "0.02",
    "hardware.faults.rate": "0.05",
    "trials.count": "5",
}
SWEEP = {"hardware.variation.sigma": "[0.0, 0.1]"}
BAD_USE, BAD_DATA, BAD_RESULTS = 2, 3, 4


@pytest.fixture
def arrays(lab):
    lab.write(ARRAYS, SWEEP)
    return lab


# ---- whole runs ----------------------------------------------------------------------------------------------------------


def test_ranks_give_the_same_bits(arrays):
    arrays.run()
    arrays.run(out="three.h5", ranks=3)
    assert difference(arrays.file(), arrays.file("three.h5")) == ""


def test_chips_in_two_runs_are_those_of_one(arrays):
    arrays.run("--set", "trials.count=2", out="grown.h5")
    arrays.run("--resume", out="grown.h5")
    arrays.run()
    assert difference(arrays.file(), arrays.file("grown.h5")) == ""


def test_ranges_of_another_point(lab):
    quiet = {key: value for key, value in ARRAYS.items() if not key.startswith("hardware.read_noise")}
    penalty = {**quiet, "training.method": '"kurtosis"'}
    sweep = {"training.kurtosis.lambda": "[0.0, 10.0]"}
    lab.write(penalty, sweep)
    lab.run(out="own.h5")
    lab.write({**penalty, "hardware.adc.range_from": '{ "training.kurtosis.lambda" = 0.0 }'}, sweep)
    lab.run()
    lab.run(out="three.h5", ranks=3)
    assert difference(lab.file(), lab.file("three.h5")) == ""
    with load(lab.file("own.h5")) as own, load(lab.file()) as taken:
        clipped = [results["saturation"].values for results in (own, taken)]
        assert (clipped[0][0] == clipped[1][0]).all()
        assert (clipped[0][1] != clipped[1][1]).any()


def test_metrics_of_layers(arrays):
    arrays.run()
    with load(arrays.file()) as results:
        assert results["sigma"].dims == ("hardware.variation.sigma", "replica", "trial", "layer")
        assert results.sizes["layer"] == 2
        cells = np.array([784 * 8, 8 * 10]) * 8  # four slices of pairs
        # Each check fails by chance once in 10^8 runs or less: 6 standard deviations of a binomial, of an rms.
        rate = results["fault_rate"].values
        assert (abs(rate - 0.05) < 6 * np.sqrt(0.05 * 0.95 / cells)).all()
        sigma = results["sigma"].sel({"hardware.variation.sigma": 0.1}).values
        assert (abs(sigma / 0.1 - 1) < 6 / np.sqrt(2 * 0.9 * cells)).all()
        assert (results["sigma"].sel({"hardware.variation.sigma": 0.0}).values == 0).all()
        correlation = results["correlation"].values
        assert ((correlation > 0.3) & (correlation <= 1)).all()
        assert (results["saturation"].values < 0.5).all()


def test_exact_arrays_are_the_digital_network(lab):
    """Without a converter, without noise: eight-bit weights cost nothing on this network."""
    lab.write({"hardware.simulate": '"arrays"', "hardware.weight_bits": None, "hardware.cell_bits": None,
               "trials.count": "2"}, {"hardware.mapping": '["signed", "one-sided", "mid-point", "offset"]'})  # fmt: skip
    lab.run()
    with h5py.File(lab.file()) as file:
        clean = file["results/clean_accuracy"][:]
        accuracy = file["results/accuracy"][:]
    assert (accuracy == clean[..., None]).all()


def test_clipping_converters_are_reported(arrays):
    done = arrays.run("--set", "hardware.adc.range=[-0.5, 0.5]")
    assert re.search(r"warning: the converters of layer 1 clip [\d.]+ % of their conversions at hardware", done.stderr)


# ---- tables of levels ----------------------------------------------------------------------------------------------------

TABLES = {
    "hardware.simulate": '"arrays"',
    "hardware.g_min": "1e-6",
    "hardware.g_max": "1e-4",
    "hardware.variation.model": '"table"',
    "trials.count": "2",
}


def write_levels(path, sd):
    path.write_text("level,mean,sd\n" + "".join(f"{level},{mean},{sd}\n" for level, mean in enumerate([1e-6, 3e-5, 7e-5, 1e-4])))
    return f'"{path}"'


def test_a_table_counts_by_its_content(lab, tmp_path):
    changes = {**TABLES, "hardware.variation.file": write_levels(tmp_path / "a.csv", 1e-6)}
    lab.write(changes, {})
    lab.run()
    lab.write({**changes, "hardware.variation.file": write_levels(tmp_path / "b.csv", 1e-6)}, {})
    lab.run("--resume")
    write_levels(tmp_path / "b.csv", 2e-6)
    assert "hardware.variation.file content" in lab.run("--resume", expect=BAD_RESULTS).stderr


def test_swept_tables(lab, tmp_path):
    """Each keeps the content it had; one more changes nothing."""
    names = [write_levels(tmp_path / f"{name}.csv", sd) for name, sd in (("a", 0), ("b", 1e-6), ("c", 3e-6))]
    lab.write(TABLES, {"hardware.variation.file": f"[{names[0]}, {names[1]}]"})
    lab.run()
    lab.write(TABLES, {"hardware.variation.file": f"[{', '.join(names)}]"})
    assert chips_to_run(lab.run("--resume")) == 2
    write_levels(tmp_path / "a.csv", 1e-6)
    write_levels(tmp_path / "b.csv", 0)
    assert "a.csv" in lab.run("--resume", expect=BAD_RESULTS).stderr


def test_a_table_joins_a_sweep(lab, tmp_path):
    changes = {key: value for key, value in TABLES.items() if key != "hardware.variation.model"}
    lab.write(changes, {"hardware.variation.model": '["gaussian"]'})
    lab.run()
    changes["hardware.variation.file"] = write_levels(tmp_path / "a.csv", 1e-6)
    lab.write(changes, {"hardware.variation.model": '["gaussian", "table"]'})
    assert chips_to_run(lab.run("--resume")) == 2


# ---- refusals ------------------------------------------------------------------------------------------------------------

BAD_HARDWARE = {
    "tile of no rows": ({"hardware.tile_rows": "0"}, ["'hardware.tile_rows' is 0", "from 1"]),
    "converter of no bits": ({"hardware.adc.bits": "0"}, ["'hardware.adc.bits' is 0", "from 1 to 24"]),
    "symmetric converter of one bit": ({"hardware.adc.bits": "1"}, ["'hardware.adc.bits'", "2 bits or more"]),
    "range upside down": ({"hardware.adc.range": "[1.0, -1.0]"}, ["'hardware.adc.range'", "below the high end"]),
    "range of three": ({"hardware.adc.range": "[0, 1, 2]"}, ["'hardware.adc.range'", "a list of 2 numbers"]),
    "range upside down in siemens": ({"hardware.g_min": "2e-4", "hardware.g_max": "1e-4"}, ["'hardware.g_min' is 0.0002", "below hardware.g_max"]),
    "negative resistance": ({"hardware.wires.row_ohm": "-1"}, ["'hardware.wires.row_ohm' is -1", "from 0"]),
    "wires without conductances": ({"hardware.wires.row_ohm": "1"}, ["hardware.g_min", "hardware.g_max", "wires"]),
    "fit beyond its range": ({"hardware.variation.model": '"polynomial"', "hardware.variation.sigma": None, "hardware.g_min": "1e-6", "hardware.g_max": "1e-3"}, ["hardware.variation.model", "51.24"]),
    "table without a file": ({"hardware.variation.model": '"table"', "hardware.variation.sigma": None}, ["needs hardware.variation.file"]),
    "mid-point slices": ({"hardware.mapping": '"mid-point"'}, ["'hardware.mapping'", "one cell a weight"]),
    "two's complement at once": ({"hardware.dac.encoding": '"twos-complement"', "hardware.dac.serial": "false"}, ["serial = true"]),
    "faults and defects": ({"hardware.defects.rate": "0.1", "hardware.g_min": "1e-6", "hardware.g_max": "1e-4"}, ["no point of this experiment reads 'hardware.faults.rate'"]),
    "arrays' key with weights": ({"hardware.simulate": '"weights"'}, ["no point of this experiment reads 'hardware."]),
    "law that weights lack": ({"hardware.simulate": '"weights"', "hardware.variation.model": '"lognormal"'}, ["'hardware.variation.model'", "arrays"]),
    "wires and negative conductances": ({"hardware.wires.row_ohm": "1", "hardware.g_min": "1e-6", "hardware.g_max": "1e-4"}, ["'hardware.variation.clip'", '"zero"']),
    "die without conductances": ({"hardware.variation.die_sigma": "0.1"}, ["'hardware.g_min' and 'hardware.g_max'", "cells share"]),
    "wires and a die below zero": ({"hardware.wires.row_ohm": "1", "hardware.variation.sigma": "0", "hardware.variation.die_sigma": "0.5", "hardware.g_min": "1e-6", "hardware.g_max": "1e-4"}, ["'hardware.variation.clip'", "not negative"]),
    "rate above one": ({"hardware.faults.rate": "1.5"}, ["'hardware.faults.rate' is 1.5", "from 0 to 1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_HARDWARE)
def test_impossible_hardware(lab, name):
    changes, says = BAD_HARDWARE[name]
    lab.write({**ARRAYS, "hardware.variation.sigma": "0.1", **changes}, {})
    done = lab.run(expect=BAD_USE)
    assert done.stderr.count("\n") == 1
    assert all(words in done.stderr for words in says), done.stderr
    assert list(lab.out.iterdir()) == []


def test_wires_with_clipped_cells(lab):
    lab.write({**ARRAYS, "network.hidden": "[4]", "hardware.read_noise.model": None, "hardware.read_noise.sigma": None,
               "hardware.wires.row_ohm": "1", "hardware.variation.sigma": "0.4", "hardware.variation.clip": '"zero"',
               "hardware.g_min": "1e-6", "hardware.g_max": "1e-4", "hardware.tile_rows": "64", "trials.count": "1"}, {})  # fmt: skip
    lab.run()


# ---- ohmcarlo vmm --------------------------------------------------------------------------------------------------------

WEIGHTS = [[0.5, -0.25, 1, 0.1], [-1, 0.75, 0, -0.6], [0.3, 0.9, -0.45, 0.2]]
INPUTS = [[1, -0.5, 0.25, 0.8], [0, 1, 0, 1]]


def write_csv(path, rows):
    path.write_text("\n".join(",".join(str(x) for x in row) for row in rows) + "\n")
    return path


def vmm(folder, hardware="[hardware]\n", weights=WEIGHTS, inputs=INPUTS, options=(), expect=0):
    (folder / "hw.toml").write_text(hardware)
    for name, rows in (("W.csv", weights), ("X.csv", inputs)):
        if isinstance(rows, str):
            (folder / name).write_text(rows)
        else:
            write_csv(folder / name, rows)
    done = subprocess.run(
        [PROGRAM, "vmm", "--hardware", "hw.toml", "--weights", "W.csv", "--inputs", "X.csv", *options],
        cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    return done


def numbers(done):
    rows = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    return np.array([[float(x) for x in row.split(",")] for row in rows])


def test_exact_product(tmp_path):
    y = numbers(vmm(tmp_path))
    np.testing.assert_allclose(y, np.array(INPUTS) @ np.array(WEIGHTS).T, atol=3e-7)


def test_published_bit_slices(tmp_path):
    """Eight-bit signed weights of another simulator have seven bits of magnitude."""
    y = numbers(vmm(tmp_path, "[hardware]\nweight_bits = 7\ncell_bits = 2\n"))
    np.testing.assert_allclose(y[0], [0.9618110236, -1.8527559055, -0.1043307087], atol=2e-7)


def test_example_of_the_page_on_arrays(tmp_path):
    readme = (Path(__file__).parents[2] / "src" / "crossbar" / "README.md").read_text()
    (hardware,) = [text for text in re.findall(r"```toml\n(.*?)```", readme, re.S) if "wires = " in text]
    assert numbers(vmm(tmp_path, hardware)).shape == (2, 3)
    wires = ["--set", "hardware.variation.clip=zero", "--set", "hardware.wires.row_ohm=1.0"]
    assert numbers(vmm(tmp_path, hardware, options=[*wires, "--netlist", "array.cir"])).shape == (2, 3)
    assert (tmp_path / "array.cir").exists() and (tmp_path / "array.negative.cir").exists()


def test_seeds_and_chips_differ(tmp_path):
    noisy = "[hardware]\nvariation.sigma = 0.1\n"
    first = numbers(vmm(tmp_path, noisy))
    assert (numbers(vmm(tmp_path, noisy)) == first).all()
    assert (numbers(vmm(tmp_path, noisy, options=["--seed", "2"])) != first).all()
    assert (numbers(vmm(tmp_path, noisy, options=["--chip", "1"])) != first).all()


def test_dumped_conductances_give_the_product(tmp_path):
    hardware = "[hardware]\ng_min = 1e-6\ng_max = 1e-4\nvariation.sigma = 0.1\n"
    done = vmm(tmp_path, hardware, options=["--dump", "conductances"])
    blocks = re.findall(r"# conductances, slice 0, (\w+) cells.*\n((?:# [-+\d.e,]+\n)+)", done.stdout)
    planes = {name: np.array([[float(x) for x in line[2:].split(",")] for line in text.splitlines()]) for name, text in blocks}
    weights = (planes["positive"] - planes["negative"]) / (1e-4 - 1e-6)
    np.testing.assert_allclose(numbers(done), np.array(INPUTS) @ weights, atol=1e-6)


def test_netlists_are_not_replaced_unasked(tmp_path):
    (tmp_path / "a.negative.cir").write_text("mine")
    done = vmm(tmp_path, options=["--netlist", "a.cir"], expect=BAD_RESULTS)
    assert "a.negative.cir" in done.stderr and not (tmp_path / "a.cir").exists()
    vmm(tmp_path, options=["--netlist", "a.cir", "--overwrite"])
    assert (tmp_path / "a.cir").stat().st_size > 0 and (tmp_path / "a.negative.cir").read_text() != "mine"


BAD_PRODUCTS = {
    "not a number": (dict(weights="1,nan,2,3\n"), BAD_DATA, ["W.csv:1", "'nan'", "finite"]),
    "words": (dict(weights="weights\n"), BAD_DATA, ["W.csv:1", "'weights'"]),
    "ragged": (dict(weights="1,2,3,4\n1,2\n"), BAD_DATA, ["W.csv:2", "2 numbers", "4"]),
    "empty": (dict(inputs=""), BAD_DATA, ["X.csv", "no numbers"]),
    "other width": (dict(inputs="1,2,3\n"), BAD_DATA, ["X.csv", "3 numbers", "4 inputs"]),
    "binary": (dict(inputs="\x00\x01\x02\n"), BAD_DATA, ["X.csv:1", "'???'"]),
    "beyond a float": (dict(weights="1,2,3,4\n1,2,3,1e39\n"), BAD_DATA, ["W.csv:2", "'1e39' is too large", "3.4e+38"]),
    "sign of one bit": (dict(hardware="[hardware]\ndac.bits = 1\n"), BAD_DATA, ["X.csv", "negative", "2 or more"]),
    "negative seed": (dict(options=["--seed=-1"]), BAD_USE, ["--seed -1", "allowed: 0 to"]),
    "no such chip": (dict(options=["--chip=4194304"]), BAD_USE, ["--chip 4194304", "0 to 4194303"]),
    "netlist over an input": (dict(options=["--netlist", "W.csv"]), BAD_RESULTS, ["--netlist W.csv", "--overwrite"]),
    "unknown dump": (dict(options=["--dump", "all"]), BAD_USE, ["--dump all", "conductances, codes, currents"]),
    "swept": (dict(hardware='[sweep]\n"hardware.variation.sigma" = [0, 1]\n'), BAD_USE, ["'hardware.variation.sigma' is swept"]),
    "unread key": (dict(hardware="[hardware.faults]\ncluster_size = 3\n"), BAD_USE, ["'hardware.faults.cluster_size'", "not used"]),
    "level table": (dict(hardware='[hardware]\nweight_bits = 2\ng_min = 1e-6\ng_max = 1e-4\nvariation.model = "table"\nvariation.file = "W.csv"\n'), BAD_DATA, ["W.csv:1", "4 columns"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_PRODUCTS)
def test_bad_product(tmp_path, name):
    changes, code, says = BAD_PRODUCTS[name]
    done = vmm(tmp_path, expect=code, **changes)
    assert done.stderr.count("\n") == 1 and done.stdout == ""
    assert all(words in done.stderr for words in says), done.stderr
