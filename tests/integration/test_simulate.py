"""ohmcarlo simulate: clocked modules have the functional model's logits, and one line for what does not fit."""

import csv
import io
import subprocess

import pytest
from lab import PROGRAM, TIMEOUT, Lab, clean_environment

BAD_USE, BAD_RESULTS = 2, 4
ARRAYS = {
    "training.epochs": "1",
    "hardware.simulate": '"arrays"',
    "hardware.mapping": '"one-sided"',
    "hardware.weight_bits": "4",
    "hardware.cell_bits": "2",
    "hardware.tile_rows": "400",
    "hardware.dac.bits": "4",
    "hardware.dac.serial": "true",
    "hardware.adc.bits": "6",
    "hardware.adc.noise": '"gaussian"',
    "hardware.adc.noise_sd": "0.5",
    "hardware.variation.sigma": "0.1",
    "hardware.read_noise.model": '"gaussian"',
    "hardware.read_noise.sigma": "0.05",
}


def simulate(lab, *options):
    return subprocess.run(
        [PROGRAM, "simulate", str(lab.path / "experiment.toml"), *map(str, options)],
        env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("simulated") / "lab", data)
    lab.write(ARRAYS, {})
    result = simulate(lab)
    if "without SystemC" in result.stderr:
        pytest.skip("built without SystemC")
    assert result.returncode == 0, result.stderr
    return lab


def test_logits_are_those_of_the_functional_model(trained):
    result = simulate(trained, "--inputs", "3", "--trial", "5")
    assert result.returncode == 0, result.stderr
    assert "equal to the functional model's, bit for bit" in result.stdout
    assert "defaults" in result.stdout and "dense1" in result.stdout and "adc" in result.stdout


def test_files_hold_every_module(trained, tmp_path):
    files = [tmp_path / name for name in ("m.csv", "t.csv", "w.vcd")]
    arguments = ["--csv", files[0], "--timeline", files[1], "--vcd", files[2]]
    assert simulate(trained, *arguments).returncode == 0
    busy = {(row["layer"], row["module"]): int(row["busy_cycles"]) for row in csv.DictReader(io.StringIO(files[0].read_text()))}
    assert ("dense1", "adc_1_0_1") in busy and busy["dense1", "crossbar_0"] == 4 * 128
    periods = list(csv.DictReader(io.StringIO(files[1].read_text())))
    assert [int(row["start"]) for row in periods] == sorted(int(row["start"]) for row in periods)
    for module, cycles in busy.items():
        assert sum(int(p["end"]) - int(p["start"]) for p in periods if (p["layer"], p["module"]) == module) == cycles
    assert "$enddefinitions" in files[2].read_text()
    again = simulate(trained, *arguments)
    assert again.returncode == BAD_RESULTS and "--overwrite" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--inputs", "0"], "--inputs 0"),
        (["--inputs", "121"], "1 to 120"),
        (["--trial", "-1"], "--trial -1"),
        (["--set", "hardware.dac.serial=false"], "hardware.dac.serial"),
        (["--set", "hardware.simulate=weights"], ""),
        (["--set", "hardware.variation.sigma=[0,0.1]"], "--point"),
        (["--point", "sigma=7"], "sigma"),
    ],
)
def test_what_does_not_fit_is_one_line(trained, arguments, named):
    result = simulate(trained, *arguments)
    assert result.returncode == BAD_USE, result.stderr
    assert named in result.stderr and result.stderr.count("\n") == 1
