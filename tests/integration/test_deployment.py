"""Chips that are calibrated and trained in place: equal however run, and what their results say of it."""

import subprocess

import numpy as np
import pytest
from lab import PROGRAM, chips_to_run, clean_environment, difference
from ohmcarlo_analysis import load

DEFECTS = {
    "hardware.simulate": '"arrays"',
    "hardware.mapping": '"mid-point"',
    "hardware.weight_bits": None,
    "hardware.cell_bits": None,
    "hardware.g_min": "83.3e-6",
    "hardware.g_max": "1e-3",
    "network.activation": '"abs"',
    "deployment.in-situ.updates": "30",
    "deployment.in-situ.check_every": "10",
    "deployment.in-situ.batch": "20",
    "trials.count": "4",
}
SWEEP = {
    "deployment.steps": '[[], ["calibrate"], ["calibrate", "in-situ"], ["in-situ", "retrain"]]',
    "hardware.defects.rate": "[0.1, 0.3]",
}
EVERY_READ = {"deployment.steps": '[[], ["calibrate"], ["calibrate", "in-situ"]]'}


@pytest.fixture
def chips(lab):
    lab.write(DEFECTS, SWEEP)
    return lab


def test_ranks_give_the_same_bits(chips):
    chips.run()
    chips.run(out="two.h5", ranks=2)
    chips.run(out="three.h5", ranks=3)
    assert difference(chips.file(), chips.file("two.h5")) == ""
    assert difference(chips.file(), chips.file("three.h5")) == ""


def test_cells_that_vary_at_every_read_are_addressed_too(lab):
    every = {**DEFECTS, "hardware.defects.rate": "0.2", "hardware.defects.lifetime": '"read"', "hardware.read_noise.model": '"gaussian"',
             "hardware.read_noise.sigma": "0.02", "deployment.calibrate.reads": "3"}  # fmt: skip
    lab.write(every, EVERY_READ)
    lab.run()
    lab.run(out="three.h5", ranks=3)
    assert difference(lab.file(), lab.file("three.h5")) == ""


def test_chips_in_two_runs_are_those_of_one(chips):
    chips.run("--set", "trials.count=2", out="grown.h5")
    assert chips_to_run(chips.run("--resume", out="grown.h5")) == 16
    chips.run()
    assert difference(chips.file(), chips.file("grown.h5")) == ""


def test_metrics_of_what_was_done(chips):
    chips.run()
    with load(chips.file()) as results:
        assert list(results["deployment.steps"].values) == [
            "[]", '["calibrate"]', '["calibrate", "in-situ"]', '["in-situ", "retrain"]']  # fmt: skip
        writes, updates = results["writes"].values, results["updates"].values
        assert (writes[:2] == 0).all() and (updates[:2] == 0).all()
        assert (updates[2:] == 30).all() and (writes[2:] > 1000).all()
        before, after = results["error_before"].values, results["error_after"].values
        assert np.isnan(before[0]).all() and np.isnan(after[0]).all()
        # The same chips before anything is done, whatever is done to them.
        assert (before[1] == before[2]).all() and (before[1] == before[3]).all()
        assert (after[1:] > 0).all()
        assert after[1].mean() < before[1].mean()
        assert (results["fault_rate"].values == results["fault_rate"].values[0]).all()


def test_one_group_an_input_restores_the_clean_network(chips):
    chips.write({key: value for key, value in DEFECTS.items() if not key.startswith("deployment.in-situ")} | {
        "deployment.steps": '["calibrate"]', "deployment.calibrate.form": '"projection"',
        "deployment.calibrate.groups": "1000"}, {"hardware.defects.rate": "[0.1, 0.3]"})  # fmt: skip
    chips.run()
    with load(chips.file()) as results:
        assert (results["accuracy"] == results["clean_accuracy"]).all()
        assert (results["error_after"] < 1e-5).all() and (results["error_before"] > 1e-3).all()


def test_check_says_what_the_steps_do(chips):
    done = subprocess.run([PROGRAM, "check", str(chips.path / "experiment.toml")], env=clean_environment(), text=True,
                          capture_output=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "calibrate: 1 standard input a layer" in done.stdout
    assert "in-situ: at most 30 updates of 20 images, 10 between looks" in done.stdout
