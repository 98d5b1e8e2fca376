"""Results files that were damaged or changed, that two jobs want, and what killed jobs leave."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess

import h5py
import numpy as np
import pytest
from lab import (
    PROGRAM, Lab, clean_environment, difference, has_cells, leftovers, snapshot, wait_for,
)  # fmt: skip
from ohmcarlo_analysis import ResultsFileError, UncheckedFileWarning, load

BAD_RESULTS, RESUMABLE = 4, 75
CHECKSUM = 72  # bytes at the end of the file
SIGMA, METHOD = "hardware.variation.sigma", "training.method"
START_TOGETHER = int(os.environ.get("OHMCARLO_TEST_STARTS", "8"))  # how often two jobs start in the same instant


def command(*words):
    return subprocess.run([PROGRAM, *map(str, words)], env=clean_environment(), capture_output=True, text=True, timeout=60)


def show(path, *options):
    return command("show", path, "--format", "csv", *options)


@pytest.fixture
def copied(tmp_path, finished):
    """The tiny experiment, done, to be spoilt."""
    lab = Lab(tmp_path / "copied", finished.data)
    lab.write()
    shutil.copytree(finished.out, lab.out, dirs_exist_ok=True)
    return lab


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def place_of_a_number(path):
    """Where in the file the accuracy of some chip stands."""
    with h5py.File(path, "r") as file:
        return file["results/accuracy"].id.get_offset() + 8 * 25


# ---- damage --------------------------------------------------------------------------------------------------------------


def test_a_changed_number_is_refused_by_every_reader(copied):
    path = copied.file()
    flip(path, place_of_a_number(path))
    before = snapshot(copied.out)
    for words in (
        copied.command("--resume")[1:],
        ["show", path],
        ["check", path],
        ["compare", path, "--axis", METHOD, "--baseline", "plain"],
        ["trial", path, "--worst"],
    ):
        done = command(*words)
        assert done.returncode == BAD_RESULTS and done.stdout == "", words
        assert done.stderr.count("\n") == 1 and "R.h5: damaged, its contents do not match its checksum" in done.stderr
        assert f"the checkpoint before it is {path}.previous; " in done.stderr and "--accept-changes" in done.stderr
    with pytest.raises(ResultsFileError, match="R.h5 .its contents do not match its checksum; .*R.h5.previous"):
        load(path)
    assert snapshot(copied.out) == before


def test_the_checkpoint_before_helps(copied, finished):
    flip(copied.file(), 1000)
    copied.file("R.h5.previous").replace(copied.file())
    copied.run("--resume")
    assert difference(copied.file(), finished.file()) == ""


def test_changes_on_purpose_are_accepted(copied, finished):
    path = copied.file()
    flip(path, place_of_a_number(path))
    done = show(path, "--accept-changes")
    assert done.returncode == 0 and done.stderr.count("\n") == 1 and done.stderr.startswith("warning: ")
    assert done.stdout != show(finished.file()).stdout
    with pytest.warns(UncheckedFileWarning, match="R.h5: its contents do not match"):
        changed = load(path, accept_changes=True)
    done = copied.run("--resume", "--accept-changes")
    assert [line for line in done.stderr.splitlines() if "warning" in line] == [
        f"warning: {path}: its contents do not match its checksum and are taken as they are; the next saving adds one"
    ]
    assert show(path).stderr == ""
    assert load(path)["accuracy"].equals(changed["accuracy"])


def test_a_file_without_a_checksum_is_read_with_a_warning_and_gets_one(copied, finished):
    path = copied.file()
    path.write_bytes(path.read_bytes()[:-CHECKSUM])
    done = show(path)
    assert done.returncode == 0 and done.stdout == show(finished.file()).stdout
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(f"warning: {path}: has no checksum")
    with pytest.warns(UncheckedFileWarning, match="R.h5: has no checksum"):
        assert load(path).equals(load(finished.file()))
    assert "without a checksum" in command("check", path).stdout
    assert copied.run("--resume").stderr.count("warning: ") == 1
    done = command("check", path)
    assert done.stdout == f"{path}: whole: its contents match its checksum; 120 of 120 cells, status complete\n"
    assert done.stderr == "" and show(path).stderr == ""
    assert difference(path, finished.file()) == ""


def test_a_file_that_another_program_wrote_to_has_none(copied):
    with h5py.File(copied.file(), "r+") as file:
        file["results/accuracy"][0, 0, 0, 0] = 0.123
    assert "has no checksum" in show(copied.file()).stderr


def test_damaged_copies_give_the_same_numbers_or_none(copied):
    """Random bytes or a block of zeros in random places: nothing hangs, nothing else is shown. The seed is fixed."""
    path, right = copied.file(), show(copied.file()).stdout
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    random = np.random.default_rng(18)
    refused = 0
    for _ in range(int(os.environ.get("OHMCARLO_TEST_COPIES", "30"))):
        damaged = whole.copy()
        if random.random() < 0.5:
            size, first = 2 ** random.integers(0, 14), random.integers(0, whole.size)
            damaged[first : first + size] = 0
        else:
            places = random.integers(0, whole.size, random.integers(1, 20))
            damaged[places] = random.integers(0, 256, places.size)
        path.write_bytes(damaged.tobytes())
        done = show(path)
        assert (done.returncode, done.stdout) == (BAD_RESULTS, "") or (done.returncode, done.stdout) == (0, right)
        try:
            accuracy = load(path)["accuracy"]
            assert done.returncode == 0 and accuracy.size == 120
        except ResultsFileError:
            assert done.returncode == BAD_RESULTS
        refused += done.returncode == BAD_RESULTS
    assert refused > 20, "most damage changes something"


def test_the_file_keeps_its_permissions(copied):
    copied.file().chmod(0o600)
    copied.run("--resume")
    assert stat.S_IMODE(copied.file().stat().st_mode) == 0o600


# ---- two jobs ------------------------------------------------------------------------------------------------------------


def test_waiting_for_a_lock_may_be_repeated(lab):
    with open(lab.file("R.h5.lock"), "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("process 12345 on elsewhere, last seen today\n")
        held.flush()
        done = lab.run("--resume", "--wait-for-lock", "0.5s", expect=RESUMABLE)
        assert done.stderr.count("\n") == 1 and "R.h5: in use by process 12345 on elsewhere" in done.stderr
    lab.run("--resume", "--wait-for-lock", "0.5s")


@pytest.fixture(scope="session")
def no_locks(tmp_path_factory):
    """A library for LD_PRELOAD with which the kernel has no locks."""
    folder = tmp_path_factory.mktemp("no-locks")
    (folder / "flock.c").write_text("#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "flock.so", folder / "flock.c"], check=True)
    return {"LD_PRELOAD": str(folder / "flock.so")}


def test_one_job_without_locks(lab, finished, no_locks):
    done = lab.run(environment=no_locks)
    assert f"warning: {lab.file()}: its file system has no locks" in done.stderr
    assert difference(lab.file(), finished.file()) == ""
    assert leftovers(lab.out) == []


def test_two_jobs_in_the_same_instant_without_locks(tmp_path, data, finished, no_locks):
    """Nothing is computed twice, nothing is lost: one of them waits for the other."""
    for start in range(START_TOGETHER):
        lab = Lab(tmp_path / f"{start}", data)
        lab.write()
        lab.use_models(finished)
        jobs = [
            subprocess.Popen(
                lab.command("--resume", "--wait-for-lock", "60s"), env=clean_environment(**no_locks), cwd=lab.path,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for _ in range(2)
        ]  # fmt: skip
        said = [job.communicate(timeout=120)[1] for job in jobs]
        assert [job.returncode for job in jobs] == [0, 0], said
        assert difference(lab.file(), finished.file()) == ""
        assert leftovers(lab.out) == []
        with h5py.File(lab.file(), "r") as file:
            assert len(file["provenance"]) == 2


def test_a_job_whose_file_is_replaced_stops(slow_lab, slow_finished):
    many = ("--set", "trials.count=10000")  # the job is far from its end whenever the file is replaced
    with slow_lab.running("--resume", "--set", "storage.checkpoint_seconds=0.1", *many) as job:
        wait_for(lambda: has_cells(slow_lab.file()), "saved chips")
        shutil.copy(slow_finished.file(), slow_lab.file("other"))
        slow_lab.file("other").replace(slow_lab.file())
        assert job.wait(60) == BAD_RESULTS
    assert "R.h5: was changed by somebody else while this job ran" in slow_lab.stderr()
    assert slow_lab.file().read_bytes() == slow_finished.file().read_bytes()


def test_a_link_to_nothing_is_called_so(lab):
    lab.file().symlink_to("nowhere/R.h5")
    done = lab.run("--resume", expect=BAD_RESULTS)
    assert "R.h5: exists and is not a results file of ohmcarlo (a symbolic link to nowhere/R.h5, which is not there)" in done.stderr


# ---- what killed jobs leave ----------------------------------------------------------------------------------------------


def test_temporaries_of_killed_jobs_go_with_the_next(slow_lab):
    store = slow_lab.out / "models"
    for folder, name in ((slow_lab.out, "R.h5"), (store, "0123456789abcdef.model.h5"), (store, "0123456789abcdef.progress")):
        (folder / f".{name}.elsewhere.123.00c0ffee.tmp").write_text("half of it")
    with slow_lab.running("--resume") as job:
        wait_for(lambda: has_cells(slow_lab.file()), "saved chips")
        job.send_signal(signal.SIGKILL)
    slow_lab.run("--resume")
    assert leftovers(slow_lab.out) == leftovers(store) == []
