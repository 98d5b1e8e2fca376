"""Under mpirun: any number of ranks gives the same results, and rank 0 alone speaks."""

import os
import signal
import subprocess

import h5py
import pytest
from conftest import SLOW
from lab import PROGRAM, clean_environment, difference, has_cells, leftovers, networks_to_train, ranks_of, snapshot, states, wait_for

LONG = {**SLOW, "trials.count": "1000"}  # several ranks are faster


def program_lines(text):
    return [line for line in text.splitlines() if line.startswith("ohmcarlo: ")]


@pytest.fixture(scope="module")
def long_finished(tmp_path_factory, slow_data):
    from lab import Lab

    lab = Lab(tmp_path_factory.mktemp("long") / "lab", slow_data)
    lab.write(LONG)
    lab.run(ranks=2)
    return lab


@pytest.fixture
def long_lab(tmp_path, slow_data, long_finished):
    from lab import Lab

    lab = Lab(tmp_path / "long", slow_data)
    lab.write(LONG)
    lab.use_models(long_finished)
    return lab


@pytest.mark.parametrize("ranks", [1, 2, 3, 5])
def test_any_number_of_ranks_gives_the_same(lab, finished, ranks):
    done = lab.run(ranks=ranks)
    assert f"on {ranks} rank" in done.stderr
    assert done.stderr.count("chips to run") == 1
    assert difference(lab.file(), finished.file()) == ""
    assert sorted(os.listdir(lab.out)) == ["R.h5", "R.h5.previous", "models"]
    with h5py.File(lab.file(), "r") as file:
        assert file["provenance/run_0001"].attrs["ranks"] == str(ranks)
        assert len(file["provenance/run_0001"].attrs["hosts"].split()) == ranks


@pytest.mark.slow
def test_many_more_ranks_than_cores(lab, finished):
    lab.run(ranks=64)
    assert difference(lab.file(), finished.file()) == ""
    assert leftovers(lab.out) == []


def test_more_ranks_than_work(lab, another_lab):
    for each in (lab, another_lab):
        each.write({"trials.count": "1"}, {})
    lab.run(ranks=5)
    another_lab.run()
    assert difference(lab.file(), another_lab.file()) == ""


def test_resumed_with_another_number_of_ranks(lab, another_lab):
    lab.run("--set", "trials.count=13", ranks=3)
    more = lab.run("--resume", "--set", "trials.count=41", "--set", "training.replicas=2", ranks=2)
    assert networks_to_train(more) == 4
    another_lab.run("--set", "trials.count=41", "--set", "training.replicas=2")
    assert difference(lab.file(), another_lab.file()) == ""


def test_damaged_model_under_ranks(lab, finished):
    lab.use_models(finished)
    for model in (lab.out / "models").iterdir():
        model.write_bytes(model.read_bytes()[:-1])
    assert networks_to_train(lab.run(ranks=2)) == 4
    assert difference(lab.file(), finished.file()) == ""


def test_usr1_to_mpirun(long_lab, long_finished):
    with long_lab.running(ranks=2) as job:
        wait_for(lambda: has_cells(long_lab.file()), "saved chips")
        assert job.poll() is None
        job.send_signal(signal.SIGUSR1)
        assert job.wait(60) == 75, long_lab.stderr()
    assert len(program_lines(long_lab.stderr())) == 1
    done = states(long_lab.file())[1]
    assert 0 < done < states(long_lab.file()).sum()
    with h5py.File(long_lab.file(), "r") as file:
        assert file.attrs["status"] == "interrupted"
    long_lab.run("--resume", ranks=2)
    assert difference(long_lab.file(), long_finished.file()) == ""
    assert leftovers(long_lab.out) == []


def test_usr1_to_one_rank_stops_all(long_lab):
    with long_lab.running(ranks=2) as job:
        wait_for(lambda: has_cells(long_lab.file()), "saved chips")
        os.kill(ranks_of(job)[1], signal.SIGUSR1)
        assert job.wait(60) == 75, long_lab.stderr()
    assert 0 < states(long_lab.file())[1] < states(long_lab.file()).sum()


def test_term_to_mpirun_saves_what_is_finished(long_lab, long_finished):
    """mpirun passes it on, kills its ranks a second later, and ends with a status of its own."""
    with long_lab.running(ranks=2) as job:
        wait_for(lambda: has_cells(long_lab.file()), "saved chips")
        assert job.poll() is None
        job.send_signal(signal.SIGTERM)
        assert job.wait(60) == 1
    with h5py.File(long_lab.file(), "r") as file:
        assert file.attrs["status"] == "interrupted", "it was saved after the signal"
    long_lab.run("--resume")
    assert difference(long_lab.file(), long_finished.file()) == ""


def test_usr2_to_mpirun_is_term_with_the_status_of_the_program(long_lab, long_finished):
    with long_lab.running(ranks=2) as job:
        wait_for(lambda: has_cells(long_lab.file()), "saved chips")
        assert job.poll() is None
        job.send_signal(signal.SIGUSR2)
        assert job.wait(60) == 75, long_lab.stderr()
    assert len(program_lines(long_lab.stderr())) == 1
    with h5py.File(long_lab.file(), "r") as file:
        assert file.attrs["status"] == "interrupted"
    long_lab.run("--resume", ranks=2)
    assert difference(long_lab.file(), long_finished.file()) == ""


def test_time_limit(long_lab, long_finished):
    stopped = long_lab.run("--time-limit", "0.3", ranks=2, expect=75)
    assert len(program_lines(stopped.stderr)) == 1
    long_lab.run("--resume", ranks=3)
    assert difference(long_lab.file(), long_finished.file()) == ""


@pytest.mark.parametrize(
    ("changes", "options", "code"),
    [
        ({"training.epoch": "3"}, [], 2),
        ({}, ["--bogus"], 2),
        ({"data.directory": '"/nowhere"'}, [], 3),
        ({}, ["--out", "/nowhere/R.h5"], 4),
    ],
    ids=["experiment", "command line", "data", "output"],
)
def test_bad_input_is_said_once(lab, changes, options, code):
    lab.write(changes)
    command = lab.command(*options, ranks=2)
    if "--out" in options:
        command = [word for word in lab.command(ranks=2) if word != str(lab.file())]
        command[command.index("--out") + 1 :] = ["/nowhere/R.h5"]
    before = snapshot(lab.out)
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    assert len(program_lines(done.stderr)) == 1, done.stderr
    assert snapshot(lab.out) == before


def test_data_that_one_rank_cannot_read_later(lab):
    """Truncated data is found by rank 0 before anything starts."""
    path = lab.data / "train-images-idx3-ubyte"
    lab.data = lab.path / "cut"
    lab.data.mkdir()
    for other in path.parent.iterdir():
        (lab.data / other.name).write_bytes(other.read_bytes()[: 1000 if other == path else None])
    lab.write()
    done = lab.run(ranks=3, expect=3)
    assert len(program_lines(done.stderr)) == 1
    assert os.listdir(lab.out) == []


def test_full_disk(lab, mount):
    lab.out = mount("size=64k")
    done = lab.run(ranks=2, expect=4)
    assert len(program_lines(done.stderr)) == 1 and "No space left" in done.stderr
    assert os.listdir(lab.out) == []


def test_wrong_number_of_tasks(lab):
    done = lab.run(ranks=2, expect=2, environment={"SLURM_NTASKS": "4"})
    assert len(program_lines(done.stderr)) == 1 and "SLURM_NTASKS is 4 but 2 processes" in done.stderr


def test_help_is_printed_by_one_rank():
    done = subprocess.run(
        ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", PROGRAM, "run", "--help"],
        env=clean_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.count("Exit status:") == 1
