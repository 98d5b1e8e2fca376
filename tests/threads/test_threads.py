"""One whole run without mpirun, in which the first rank has two threads, and the tests of schedule/, for ThreadSanitizer."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from lab import Lab, clean_environment, make_data  # noqa: E402

REPORT = "WARNING: ThreadSanitizer"


def run(command, folder=None, **variables):
    options = f"suppressions={HERE / 'suppressions.txt'} exitcode=66 halt_on_error=1"
    return subprocess.run(command, cwd=folder, env=clean_environment(TSAN_OPTIONS=options, OMP_NUM_THREADS=1, **variables),
                          capture_output=True, text=True, timeout=600)


def test_a_race_is_found():
    done = run([os.environ["OHMCARLO_PLANTED_RACE"]])
    assert done.returncode == 66
    assert REPORT in done.stderr


def test_a_run_of_one_process_has_no_race(tmp_path):
    lab = Lab(tmp_path / "lab", make_data(tmp_path / "data"))
    lab.write()
    done = run([os.environ["OHMCARLO_THREADS"], *lab.command()[1:]], lab.path)
    assert REPORT not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_manager_and_workers_have_no_race():
    done = run([os.environ["OHMCARLO_SCHEDULE_THREADS"], "--gtest_brief=1"])
    assert REPORT not in done.stderr, done.stderr
    assert done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))
