"""`tail --device`: chips of subset simulation on the host twin of a GPU. Needs no GPU."""

import os
import re
import signal
import subprocess

import h5py
import numpy as np
import pytest
from lab import NOT_FOR_DEVICES, THUMBNAILS, WHY_NOT, Lab, clean_environment, ranks_of, wait_for
from test_tail import POINT, command, contents, known, tail, trial

RARE = ("--quantile", 0.02, *POINT, "--chips", 100, "--adversary", "0.5,1", "--set", "storage.checkpoint_seconds=0.1")
LAYERS = '["dense 8", "norm", "relu", "dense classes"]'  # the twin rounds a normalisation otherwise: its scores can be told
SMALL = {**THUMBNAILS, "network.hidden": None, "network.architecture": '"list"', "network.layers": LAYERS}


@pytest.fixture
def lab(tmp_path, thumbnails):
    lab = Lab(tmp_path / "lab", thumbnails)
    lab.write(SMALL)
    return lab


@pytest.fixture(scope="module")
def twin(tmp_path_factory, thumbnails):
    """T.h5 of the twin and P.h5 of the processor, of the same tail."""
    lab = Lab(tmp_path_factory.mktemp("twin") / "lab", thumbnails)
    lab.write(SMALL)
    for device, out in (("cpu", "P.h5"), ("twin", "T.h5")):  # the first trains the network
        tail(lab, *RARE, "--device", device, out=out)
    return lab


def scores(path, level=1):
    with h5py.File(path) as file:
        return [np.stack([file[f"run_{run}/level_{level}"][name][()] for run in range(8)]) for name in ("accuracy", "margin")]


def test_the_twin_evaluates_the_chips_of_the_processor(twin):
    """Plain chips, of level 1, to the image; what moves from these is the same only until a chip is on the other side."""
    for there, here, most in zip(scores(twin.file("T.h5")), scores(twin.file("P.h5")), (1.0001 / 120, 1e-4), strict=True):
        assert there.shape == here.shape == (8, 100)
        assert np.abs(there - here).max() <= most
        assert np.ptp(here) > 10 * most  # chips differ, or this says nothing
    assert (there != here).any()  # the margins, in their last bits: it is the twin who adds up
    with h5py.File(twin.file("T.h5")) as there, h5py.File(twin.file("P.h5")) as here:
        assert len(there["run_0"]) == len(here["run_0"]) >= 2
        assert there.attrs["ci_low"] - 0.02 <= here.attrs["estimate"] <= there.attrs["ci_high"] + 0.02
        for name in ("bound", "accuracy", "one_step"):  # the adversary is the processor's
            assert (there["adversary"][name][()] == here["adversary"][name][()]).all()


def test_moved_chips_have_their_scores(twin):
    """Chips after their moves, made again by the processor: the same answers, and margins to the rounding of sums."""
    moves = others = 0
    for rank in (1, 60, 150):
        made = trial(twin, "--rank", rank)
        assert made.returncode == 0, made.stderr
        of_processor = "as the processor makes it; sums of the file's device round otherwise" in made.stdout
        assert of_processor or "equal to the file, bit for bit" in made.stdout
        others += of_processor
        run, level, state, moved = map(int, re.search(r"run (\d+), level (\d+), state (\d+), (\d+) moves", made.stdout).groups())
        moves += moved
        with h5py.File(twin.file("T.h5")) as file:
            for name, most in (("accuracy", 1.0001 / 120), ("margin", 1e-4)):
                said = float(re.search(rf"^{name} +(.*)$", made.stdout, re.M)[1])
                assert abs(said - file[f"run_{run}/level_{level}"][name][state]) <= most
    assert moves > 0 and others > 0


def test_the_file_names_the_device(twin):
    with h5py.File(twin.file("T.h5")) as there, h5py.File(twin.file("P.h5")) as here:
        assert there.attrs["device"] == "twin" and "device" not in here.attrs
        assert there.attrs["experiment_hash"] != here.attrs["experiment_hash"]


@pytest.mark.parametrize(("ranks", "device"), [(2, "twin:1"), (3, "twin:0,2")])
def test_ranks_do_not_matter(lab, twin, ranks, device):
    """Nor which of them have a device; without the networks, which are trained, too."""
    tail(lab, *RARE, "--device", device, ranks=ranks)
    assert contents(lab.file("T.h5")) == contents(twin.file("T.h5"))


def test_killed_and_resumed(lab, twin):
    lab.use_models(twin)
    with subprocess.Popen(
        command(lab, *RARE, "--device", "twin:1", out="killed.h5", ranks=2), env=clean_environment(), cwd=lab.path,
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    ) as job:  # fmt: skip
        wait_for(lambda: lab.file("killed.h5").exists() and known(lab.file("killed.h5"))[0] > 500, "chips that are kept")
        for process in ranks_of(job).values():
            os.kill(process, signal.SIGKILL)
    assert known(lab.file("killed.h5"))[0] < known(twin.file("T.h5"))[0]
    tail(lab, *RARE, "--device", "auto", "--resume", out="killed.h5")  # the file's
    assert contents(lab.file("killed.h5")) == contents(twin.file("T.h5"))


# ---- refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "second"), [("P.h5", "twin"), ("T.h5", "cpu")])
def test_a_file_of_another_device_is_refused(twin, file, second):
    before = twin.file(file).read_bytes()
    refused = tail(twin, *RARE, "--device", second, "--resume", out=file, expect=4)
    assert "its chips were evaluated by another kind of device (allowed: --device " in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert twin.file(file).read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--device", "gpu"), "--device gpu: not a device"),
        (("--device", "twin:4"), "--device twin: no rank has one (allowed: --device cpu)"),
        (("--device", "cuda:999"), "(allowed: "),
        (("--device", "twin"), WHY_NOT),
        (("--device", "twin", "--mixed"), "mixed"),
    ],
)
def test_what_devices_cannot_do(lab, options, words):
    if words == WHY_NOT:
        lab.write({**THUMBNAILS, **NOT_FOR_DEVICES})
    refused = tail(lab, *RARE, *options, expect=2)
    assert words in refused.stderr and refused.stderr.count("\n") == 1
    assert not lab.file("T.h5").exists()
