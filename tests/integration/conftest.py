import contextlib
import os
import subprocess

import pytest
from lab import Lab, make_data

# Larger: a run takes a few seconds, so that there is a middle in which to stop it.
SLOW = {"network.hidden": "[64]", "trials.count": "600", "training.epochs": "1"}


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return make_data(tmp_path_factory.mktemp("data") / "plain")


@pytest.fixture(scope="session")
def thumbnails(tmp_path_factory):
    return make_data(tmp_path_factory.mktemp("data") / "thumbnails", thumbnails=True)


@pytest.fixture(scope="session")
def slow_data(tmp_path_factory):
    return make_data(tmp_path_factory.mktemp("data") / "slow", test=1000, compress=True)


@pytest.fixture
def lab(tmp_path, data):
    lab = Lab(tmp_path / "lab", data)
    lab.write()
    return lab


@pytest.fixture
def another_lab(tmp_path, data):
    lab = Lab(tmp_path / "another", data)
    lab.write()
    return lab


@pytest.fixture(scope="session")
def finished(tmp_path_factory, data):
    """The tiny experiment, run once in one process."""
    lab = Lab(tmp_path_factory.mktemp("finished") / "lab", data)
    lab.write()
    lab.run()
    return lab


@pytest.fixture(scope="session")
def slow_finished(tmp_path_factory, slow_data):
    """The slow experiment, run once without interruption."""
    lab = Lab(tmp_path_factory.mktemp("slow") / "lab", slow_data)
    lab.write(SLOW)
    lab.run()
    return lab


@pytest.fixture
def slow_lab(tmp_path, slow_data, slow_finished):
    """The slow experiment, its networks trained already."""
    lab = Lab(tmp_path / "slow", slow_data)
    lab.write(SLOW)
    lab.use_models(slow_finished)
    return lab


@pytest.fixture
def mount(tmp_path):
    """mount(options): a file system in memory at a new directory; skips the test where that is not allowed."""
    with contextlib.ExitStack() as stack:

        def make(options):
            directory = tmp_path / "mounted"
            directory.mkdir()
            if os.geteuid() != 0:
                pytest.skip("only root can mount")
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", directory], capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"cannot mount: {done.stderr.strip()}")
            stack.callback(subprocess.run, ["umount", "-l", directory], check=True)
            return directory

        yield make
