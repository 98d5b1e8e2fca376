"""Killed at random moments, again and again: nothing that was saved is lost or changed, and what is resumed ends in the
same bits.

OHMCARLO_KILLS says how many kills there are in all: 15 if it does not. The log says how many there were of each kind.
"""

import os
import random
import signal
import time

import h5py
import numpy as np
import pytest
from conftest import SLOW
from lab import Lab, difference, leftovers, ranks_of, states, wait_for

KILLS = int(os.environ.get("OHMCARLO_KILLS", "15"))
INTERVAL = ("--set", "storage.checkpoint_seconds=0.1")
UNTIL = {**SLOW, "trials.count": None, "trials.until": "{ half_width = 0.004, min = 10, max = 800 }"}
# Of each kind, how many of 15 kills, the ranks of the job (none: without mpirun), who is killed, and the experiment.
KINDS = {
    "the only process": (3, None, "all", SLOW),
    "the only process, within a saving": (3, None, "all", SLOW),
    "rank 0": (2, 3, "first", SLOW),
    "a rank at random": (2, 3, "random", SLOW),
    "all ranks": (2, 2, "all", SLOW),
    "until": (2, None, "all", UNTIL),
    "until, rank 0": (1, 2, "first", UNTIL),
}


def number_of_kills(share, kills=KILLS):
    return max(1, round(share * kills / 15))


def values(path):
    """(accuracies by the axes, replica and trial; NaN where there are none, the state of each)"""
    with h5py.File(path, "r") as file:
        return file["results/accuracy"][()], file["results/state"][()]


def savings(lab):
    """Temporaries of the results file: a saving is going on, or was."""
    return {name for name in os.listdir(lab.out) if name.startswith(".R.h5.") and name.endswith(".tmp")}


def wait_for_the_moment(lab, job, within_a_saving, draw):
    """Until some time after the first saving; then, if asked for, until a saving goes on. False: the job was over."""
    wait_for(lambda: job.poll() is not None or lab.file("R.h5.lock").exists(), "the start")
    before = savings(lab)
    end = time.monotonic() + draw.uniform(0, 0.8)
    while job.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    patience = time.monotonic() + 2
    while within_a_saving and job.poll() is None and savings(lab) <= before and time.monotonic() < patience:
        pass
    return job.poll() is None


def kill(job, ranks, who, draw):
    """Nobody, where no rank is there (any more)."""
    found = {0: job.pid} if ranks is None else ranks_of(job)
    victims = sorted(found.values())
    if who == "first":
        victims = [pid for rank, pid in found.items() if rank == 0]
    elif who == "random" and victims:
        victims = [draw.choice(victims)]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    return len(victims) > 0


def check_saved(lab, before, wanted):
    """What is in the file now: all that was there before, and nothing but what the finished file has."""
    if not lab.file().exists():
        assert not before, "the file is gone"
        return 0
    saved, state = values(lab.file())
    done = state == 1
    assert done.sum() >= before, "chips are lost"
    assert np.array_equal(saved[done], wanted[..., : saved.shape[-1]][done]), "chips are changed"
    return int(done.sum())


@pytest.fixture(scope="module")
def make_reference(tmp_path_factory, slow_data):
    made = {}

    def make(changes):
        key = str(changes)
        if key not in made:
            made[key] = Lab(tmp_path_factory.mktemp("reference") / "lab", slow_data)
            made[key].write(changes)
            made[key].run()
        return made[key]

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_killed_and_resumed(kind, make_reference, tmp_path, slow_data, capsys):
    share, ranks, who, changes = KINDS[kind]
    reference = make_reference(changes)
    wanted, _ = values(reference.file())
    lab = Lab(tmp_path / "lab", slow_data)
    lab.write(changes)
    lab.use_models(reference)
    draw = random.Random(kind)
    kills = interrupted = finished = saved = 0
    while kills < number_of_kills(share):
        leftover = savings(lab)
        with lab.running("--resume", *INTERVAL, ranks=ranks) as job:
            if wait_for_the_moment(lab, job, "within" in kind, draw):
                kills += kill(job, ranks, who, draw)
            code = job.wait(60)
        interrupted += not savings(lab) <= leftover
        saved = check_saved(lab, saved, wanted)
        if code == 0:
            finished += 1
            assert difference(lab.file(), reference.file()) == ""
            lab.file().unlink()
            saved = 0
    lab.run("--resume")
    assert difference(lab.file(), reference.file()) == ""
    assert leftovers(lab.out) == []
    with capsys.disabled():
        print(f"\n{kind}: {kills} kills, {interrupted} of them within a saving; {finished} runs ended first; no chip lost or changed")


BIG = {"network.hidden": "[2]", "trials.count": "1000000", "training.epochs": "1"}
KNOWN = 2000  # chips that are run once more, to be compared with


@pytest.mark.slow
def test_killed_with_a_million_cells(lab, another_lab, capsys):
    """A file of 49 MB takes .1 to .3 s to save: half of the kills wait for a saving to begin, and most fall within it."""
    sweep = {"hardware.variation.sigma": "[0.1]"}
    another_lab.write({**BIG, "trials.count": str(KNOWN)}, sweep)
    another_lab.run()
    wanted, _ = values(another_lab.file())
    lab.write(BIG, sweep)
    lab.use_models(another_lab)
    draw = random.Random(1)
    saved = interrupted = 0
    for number in range(20):
        leftover = savings(lab)
        with lab.running("--resume", *INTERVAL) as job:
            wait_for(lambda: lab.file("R.h5.lock").exists(), "the start")
            time.sleep(draw.uniform(0.5, 4))
            if number % 2:
                before = savings(lab)
                wait_for(lambda: job.poll() is not None or not savings(lab) <= before, "a saving")
                time.sleep(draw.uniform(0, 0.1))
            assert job.poll() is None, lab.stderr()
            job.send_signal(signal.SIGKILL)
            job.wait(30)
        interrupted += not savings(lab) <= leftover
        if lab.file().exists():
            now, state = values(lab.file())
            assert (state == 1).sum() >= saved
            saved = int((state == 1).sum())
            done = state[..., :KNOWN] == 1
            assert np.array_equal(now[..., :KNOWN][done], wanted[done])
    assert saved > 0 and states(lab.file()).sum() == 1000000
    with capsys.disabled():
        print(f"\na million cells: 20 kills, {interrupted} of them within a saving; {saved} chips saved, none lost or changed")
