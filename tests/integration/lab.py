"""A tiny data set, a tiny experiment, and the program: what the tests of whole runs share."""

import contextlib
import gzip
import os
import re
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path

import h5py
import numpy as np

PROGRAM = os.environ.get("OHMCARLO", "ohmcarlo")
TIMEOUT = 120  # seconds for any one run; only a hanging program needs them

KEYS = {
    "experiment.name": '"tiny"',
    "experiment.seed": "3",
    "data.set": '"mnist"',
    "data.validation": "40",
    "network.hidden": "[8]",
    "training.epochs": "3",
    "training.batch": "8",
    "training.learning_rate": "3e-3",
    "hardware.weight_bits": "8",
    "hardware.cell_bits": "2",
    "trials.count": "20",
    "storage.checkpoint_seconds": "0.5",
}
SWEEP = {
    "training.method": '["plain", "noise-injection"]',
    "hardware.variation.sigma": "[0.0, 0.1, 0.3]",
}
POINTS = 6  # of SWEEP
NOT_FOR_DEVICES = {
    "network.architecture": '"list"',
    "network.hidden": None,
    "network.layers": '["conv 2 size 3", "flatten", "norm", "dense classes"]',
}
WHY_NOT = "layer norm1 normalises planes that were flattened, which is not for devices yet"
THUMBNAILS = {"data.set": '"idx"'}  # what else make_data(thumbnails=True) needs
CHIPS = 4 * 20 + 2  # to run: without variation all chips of a point are the same
IMAGES, LABELS = "-images-idx3-ubyte", "-labels-idx1-ubyte"


# ---- data ----------------------------------------------------------------------------------------------------------------


def idx(array):
    """The bytes of an IDX file."""
    header = struct.pack(">I", 0x800 | array.ndim) + b"".join(struct.pack(">I", size) for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


def digits(count, seed):
    """Images of ten classes, each a bar in its own place, among noise."""
    labels = np.arange(count) % 10
    images = np.random.default_rng(seed).integers(0, 60, (count, 28, 28))
    for image, label in zip(images, labels):
        row, column = divmod(int(label), 5)
        image[14 * row + 2 : 14 * row + 12, 5 * column + 2 : 5 * column + 6] += 150
    return images, labels


def make_data(directory, train=400, test=120, compress=False, thumbnails=False):
    """Thumbnails have 7 x 7 pixels, every fourth of the others: for the host twin, whose time is that of its products."""
    directory.mkdir(parents=True)
    for name, count, seed in (("train", train, 1), ("t10k", test, 2)):
        images, labels = digits(count, seed)
        for suffix, array in ((IMAGES, images[:, 2::4, 3::4] if thumbnails else images), (LABELS, labels)):
            path = directory / f"{name}{suffix}{'.gz' if compress else ''}"
            path.write_bytes(gzip.compress(idx(array), 1) if compress else idx(array))
    return directory


# ---- runs ----------------------------------------------------------------------------------------------------------------


def clean_environment(**changes):
    """Ours, without what a launcher or a batch system may have left in it."""
    kept = {k: v for k, v in os.environ.items() if not re.match(r"(OMPI|PMIX?|MPI|SLURM|OHMCARLO)_", k)}
    kept |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "TMPDIR": "/tmp"}
    return kept | {name: str(value) for name, value in changes.items()}


class Lab:
    """One test's experiment (inputs), and its outputs in a folder that holds nothing else."""

    def __init__(self, path, data):
        self.path = Path(path)
        self.data = data
        self.out = self.path / "out"
        self.out.mkdir(parents=True)

    def write(self, changes=None, sweep=None, name="experiment.toml"):
        """The tiny experiment with these keys changed (None takes one out)."""
        keys = {**KEYS, "data.directory": f'"{self.data}"', **(changes or {})}
        lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
        lines += ["[sweep]", *(f'"{key}" = {value}' for key, value in (SWEEP if sweep is None else sweep).items())]
        (self.path / name).write_text("\n".join(lines) + "\n")
        return self.path / name

    def command(self, *options, out="R.h5", ranks=None, experiment="experiment.toml"):
        launcher = [] if ranks is None else ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
        return [*launcher, PROGRAM, "run", str(self.path / experiment), "--out", str(self.out / out), *map(str, options)]

    def run(self, *options, environment=None, expect=0, **where):
        """Runs to the end; `expect` is the exit status."""
        done = subprocess.run(
            self.command(*options, **where), env=clean_environment(**(environment or {})), cwd=self.path,
            capture_output=True, text=True, timeout=TIMEOUT,
        )  # fmt: skip
        assert done.returncode == expect, done.stderr
        return done

    @contextlib.contextmanager
    def running(self, *options, environment=None, **where):
        """A run in the background, in a session of its own, gone at the end whatever happens."""
        with open(self.path / "stderr.txt", "w") as stderr:
            job = subprocess.Popen(
                self.command(*options, **where), env=clean_environment(**(environment or {})), cwd=self.path,
                stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True,
            )  # fmt: skip
        try:
            yield job
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(job.pid, signal.SIGKILL)
            job.wait()

    def stderr(self):
        return (self.path / "stderr.txt").read_text()

    def file(self, name="R.h5"):
        return self.out / name

    def use_models(self, other):
        """Takes over the trained networks of another lab."""
        shutil.copytree(other.out / "models", self.out / "models")


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.005)


def kill_in_a_training(lab):
    """Kills a run once its first training has kept progress twice, before it is over."""
    with lab.running() as job:

        def progress():
            return [path.read_bytes() for path in (lab.out / "models").glob("*.progress")]

        wait_for(progress, "progress that is kept")
        first = progress()
        wait_for(lambda: progress() not in ([], first), "more progress")
        job.send_signal(signal.SIGKILL)
        job.wait(30)
    assert list((lab.out / "models").glob("*.model.h5")) == [], "the training was over before the signal"


def ranks_of(job):
    """{rank: process} of a running mpirun."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(job.pid)], capture_output=True, text=True).stdout.split()
    found = {}
    for child in children:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for variable in Path(f"/proc/{child}/environ").read_bytes().split(b"\0"):
                if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                    found[int(variable.split(b"=")[1])] = int(child)
    return found


def chips_to_run(done):
    return int(re.search(r"(\d+) chips to run", done.stderr)[1])


def networks_to_train(done):
    return int(re.search(r"\((\d+) to train\)", done.stderr)[1])


# ---- results -------------------------------------------------------------------------------------------------------------


def states(path):
    """How many cells are not run, done, failed."""
    with h5py.File(path, "r") as file:
        return np.bincount(file["results/state"][()].ravel(), minlength=3)


def has_cells(path):
    try:
        return states(path)[1] > 0
    except (OSError, KeyError):
        return False


def difference(one, other):
    """What h5diff says of the results of two files; nothing when they are equal to the last bit."""
    done = subprocess.run(["h5diff", one, other, "/results", "/results"], capture_output=True, text=True)
    return done.stdout + done.stderr + (f"h5diff ends with {done.returncode}" if done.returncode else "")


def snapshot(directory):
    """Names and contents of all that lies below a directory."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


def leftovers(directory):
    """What a finished run must not leave behind."""
    return [name for name in os.listdir(directory) if name.endswith((".lock", ".tmp"))]
