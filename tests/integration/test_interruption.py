"""Stopped at any time, by any means, and resumed: the same results as without interruption."""

import os
import signal
import subprocess
import time

import h5py
import pytest
from lab import Lab, chips_to_run, clean_environment, difference, has_cells, leftovers, snapshot, states, wait_for

ATTEMPTS = 3  # on a busy machine one answer may come late; a program that is too slow is late every time


def status(path):
    with h5py.File(path, "r") as file:
        return file.attrs["status"]


def stop_in_the_middle(lab, number, **options):
    """Sends a signal once some chips are saved; returns the exit status and the seconds it took."""
    with lab.running("--resume", **options) as job:
        wait_for(lambda: has_cells(lab.file()), "saved chips")
        assert job.poll() is None, lab.stderr()
        start = time.monotonic()
        job.send_signal(number)
        code = job.wait(30)
        return code, time.monotonic() - start


def complete(lab, reference):
    done = states(lab.file())[1]
    assert 0 < done < states(lab.file()).sum(), "it was stopped in the middle"
    lab.run("--resume")
    assert difference(lab.file(), reference.file()) == ""
    assert status(lab.file()) == "complete"
    assert leftovers(lab.out) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_term_during_trials(slow_lab, slow_finished, number):
    for _ in range(ATTEMPTS):
        slow_lab.file().unlink(missing_ok=True)
        code, seconds = stop_in_the_middle(slow_lab, number)
        assert code == 75, slow_lab.stderr()
        assert "--resume" in slow_lab.stderr().splitlines()[-1]
        assert status(slow_lab.file()) == "interrupted"
        assert leftovers(slow_lab.out) == []
        if seconds < 0.5:
            break
    assert seconds < 0.5
    complete(slow_lab, slow_finished)


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGXCPU])
def test_usr1_finishes_what_runs(slow_lab, slow_finished, number):
    code, _ = stop_in_the_middle(slow_lab, number)
    assert code == 75, slow_lab.stderr()
    complete(slow_lab, slow_finished)


def test_term_during_training(lab, another_lab):
    changes = {"training.epochs": "1500", "training.batch": "64", "network.hidden": "[64]"}
    for each in (lab, another_lab):
        each.write(changes, {"hardware.variation.sigma": "[0.0, 0.3]"})
    for _ in range(ATTEMPTS):
        with lab.running("--resume") as job:
            wait_for(lambda: "to train" in lab.stderr(), "the start of the training")
            time.sleep(0.1)
            start = time.monotonic()
            job.send_signal(signal.SIGTERM)
            assert job.wait(30) == 75, lab.stderr()
            seconds = time.monotonic() - start
        kept = [path.suffix for path in (lab.out / "models").iterdir()]
        assert kept == [".progress"], "the training was over before the signal"
        assert states(lab.file()).tolist() == [40, 0, 0]
        if seconds < 0.5:
            break
    assert seconds < 0.5
    lab.run("--resume")
    another_lab.run()
    assert difference(lab.file(), another_lab.file()) == ""
    assert snapshot(lab.out / "models") == snapshot(another_lab.out / "models")


def test_time_limit(slow_lab, slow_finished):
    stopped = slow_lab.run("--time-limit", "0.3", expect=75)
    assert stopped.stderr.splitlines()[-1].startswith("ohmcarlo: stopped with ")
    complete(slow_lab, slow_finished)


def test_time_limit_that_is_long_enough(lab, finished):
    lab.run("--time-limit", "1h")
    assert difference(lab.file(), finished.file()) == ""


def test_resume_computes_only_what_is_missing(slow_lab):
    slow_lab.run("--time-limit", "0.3", expect=75)
    with h5py.File(slow_lab.file(), "r") as file:
        empty = file["results/state"][()] == 0  # [method, sigma, replica, trial]
    missing = empty[:, 1:].sum() + empty[:, 0, :, 0].sum()  # without variation one chip stands for all
    assert chips_to_run(slow_lab.run("--resume")) == missing


def test_term_while_another_job_holds_the_file(slow_lab):
    with slow_lab.running() as first:
        wait_for(lambda: slow_lab.file("R.h5.lock").exists(), "the lock")
        second = subprocess.Popen(
            slow_lab.command("--resume"), env=clean_environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        time.sleep(0.5)
        assert second.poll() is None
        start = time.monotonic()
        os.kill(second.pid, signal.SIGTERM)
        _, stderr = second.communicate(timeout=30)
        assert second.returncode == 75
        assert time.monotonic() - start < 2
        assert stderr.startswith("ohmcarlo: ") and f"process {first.pid} " in stderr and stderr.count("\n") == 1
        assert first.poll() is None
        assert slow_lab.file("R.h5.lock").exists()


# ---- arrays --------------------------------------------------------------------------------------------------------------

# Noise drawn for every cell and read: a good part of a second a chip, far longer than a signal may wait.
CELLS = {
    "network.hidden": "[128]",
    "training.epochs": "1",
    "hardware.simulate": '"arrays"',
    "hardware.variation.sigma": "0.1",
    "hardware.read_noise.model": '"gaussian"',
    "hardware.read_noise.sigma": "0.02",
    "hardware.read_noise.form": '"cells"',
    "hardware.dac.bits": "8",
    "hardware.dac.serial": "true",
    "hardware.adc.bits": "8",
    "trials.count": "14",
    "storage.checkpoint_seconds": "0.1",
}


@pytest.fixture(scope="module")
def finished_arrays(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("arrays") / "lab", data)
    lab.write(CELLS, {})
    lab.run()
    return lab


@pytest.fixture
def array_lab(tmp_path, data, finished_arrays):
    lab = Lab(tmp_path / "arrays", data)
    lab.write(CELLS, {})
    lab.use_models(finished_arrays)
    return lab


def test_term_during_slow_chips(array_lab, finished_arrays):
    for _ in range(ATTEMPTS):
        array_lab.file().unlink(missing_ok=True)
        code, seconds = stop_in_the_middle(array_lab, signal.SIGTERM)
        assert code == 75, array_lab.stderr()
        assert status(array_lab.file()) == "interrupted"
        if seconds < 0.5:
            break
    assert seconds < 0.5
    complete(array_lab, finished_arrays)


def test_term_during_slow_chips_on_ranks(array_lab, finished_arrays):
    for _ in range(ATTEMPTS):
        array_lab.file().unlink(missing_ok=True)
        stop_in_the_middle(array_lab, signal.SIGTERM, ranks=2)  # mpirun has a status and a patience of its own
        if status(array_lab.file()) == "interrupted":  # else it was over before mpirun passed the signal on
            break
    assert status(array_lab.file()) == "interrupted", array_lab.stderr()
    complete(array_lab, finished_arrays)


def test_usr1_finishes_a_slow_chip(array_lab, finished_arrays):
    code, _ = stop_in_the_middle(array_lab, signal.SIGUSR1)
    assert code == 75, array_lab.stderr()
    complete(array_lab, finished_arrays)


def test_kill_9_keeps_chips_of_a_group(array_lab, finished_arrays):
    """Chips on arrays are saved one by one, not when the eight of a group are done."""
    stop_in_the_middle(array_lab, signal.SIGKILL)
    assert 0 < states(array_lab.file())[1] < 14
    complete(array_lab, finished_arrays)
