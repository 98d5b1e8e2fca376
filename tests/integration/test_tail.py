"""Deep tails: the same file for any number of ranks, stopped or not; chips made again; what is refused."""

import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, TIMEOUT, clean_environment
from test_simulate import ARRAYS

POINT = ("--point", "method=plain", "--point", "sigma=0.3")
ARRAYS_INSTEAD = [word for key, value in ARRAYS.items() if "sigma" not in key for word in ("--set", f"{key}={value}")]


def tail(lab, *options, out="T.h5", ranks=None, expect=0):
    launcher = [] if ranks is None else ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
    done = subprocess.run(
        [*launcher, PROGRAM, "tail", str(lab.path / "experiment.toml"), "--out", str(lab.file(out)), *map(str, options)],
        env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode in np.atleast_1d(expect), done.stderr
    return done


def contents(path):
    """All datasets, and all attributes of groups."""
    found = {}
    with h5py.File(path, "r") as file:
        found |= {("/", key): str(value) for key, value in file.attrs.items()}

        def keep(name, item):
            found.update({(name, key): str(value) for key, value in item.attrs.items()})
            if isinstance(item, h5py.Dataset):
                found[name, ""] = item[()].tobytes()

        file.visititems(keep)
    return found


def target(lab):
    """An accuracy that a few percent of the plain chips do not reach."""
    lab.run("--set", "trials.count=200", "--set", "hardware.variation.sigma=0.3", "--set", 'training.method="plain"', out="P.h5")
    with h5py.File(lab.file("P.h5"), "r") as file:
        return float(np.quantile(file["results/accuracy"][()].ravel(), 0.03))


def test_ranks_and_stops_do_not_matter_and_chips_are_made_again(lab):
    asked = ("--below", target(lab) - 0.001, *POINT, "--chips", 100, "--adversary", "2,0.25,1")
    said = tail(lab, *asked).stdout
    assert "P(accuracy <=" in said and "worst chip found with every cell within 0.25 sigma" in said
    with h5py.File(lab.file("T.h5"), "r") as file:
        worst = file["adversary"]
        assert list(worst["bound"]) == [0.25, 1, 2]
        assert np.all(np.diff(worst["accuracy"]) <= 0) and np.all(worst["accuracy"][()] <= worst["one_step"][()])
    tail(lab, *asked, out="two.h5", ranks=2)
    assert contents(lab.file("two.h5")) == contents(lab.file("T.h5"))
    tail(lab, *asked, "--time-limit", "1s", out="stopped.h5", expect=(0, 75))
    tail(lab, *asked, "--resume", out="stopped.h5")  # maybe it was done
    assert contents(lab.file("stopped.h5")) == contents(lab.file("T.h5"))
    tail(lab, *asked, expect=4)  # it is there
    for rank in (1, 5, 500):
        made = subprocess.run(
            [PROGRAM, "trial", str(lab.file("T.h5")), "--rank", str(rank), "--dump", "conductances", "--overwrite"],
            env=clean_environment(), capture_output=True, text=True, timeout=TIMEOUT,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        assert "equal to the file, bit for bit" in made.stdout


def check_tail_on_ranks(lab, experiment):
    """The worst 2 % of chips, two levels and more: the same file on one rank and on two, and chips of it made again."""
    lab.write({**experiment, "trials.count": "2", "training.epochs": "2", "hardware.variation.sigma": "0.3"}, {})
    asked = ["--quantile", 0.02, "--chips", 100]
    if experiment is not ARRAYS:
        asked += ["--adversary", "0.5,1"]
    assert "accuracy of the worst 0.02 of chips" in tail(lab, *asked).stdout
    tail(lab, *asked, out="two.h5", ranks=2)
    assert contents(lab.file("two.h5")) == contents(lab.file("T.h5"))
    with h5py.File(lab.file("T.h5"), "r") as file:
        assert all("level_2" in file[f"run_{run}"] for run in range(8))
    for rank in (1, 100):
        made = subprocess.run(
            [PROGRAM, "trial", str(lab.file("T.h5")), "--rank", str(rank)], env=clean_environment(), capture_output=True,
            text=True, timeout=TIMEOUT,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        assert "equal to the file, bit for bit" in made.stdout


CONVOLUTIONS = {"network.hidden": None, "network.architecture": '"lenet5"', "network.width": "0.25"}


@pytest.mark.parametrize("experiment", [ARRAYS, CONVOLUTIONS], ids=["arrays", "convolutions"])
def test_other_chips_have_tails(lab, experiment):
    check_tail_on_ranks(lab, experiment)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--below", 0.99, *POINT), "use 'ohmcarlo run'"),
        (("--below", 0.2), "points are meant"),
        (("--below", 0.2, "--point", "rate=1"), "rate"),
        (("--below", 0.2, "--point", "method=plain", "--point", "sigma=0"), "alike"),
        (("--below", 0.2, *POINT, "--chips", 50), "have to be ten"),
        (("--below", 0.2, *POINT, "--adversary", "1", *ARRAYS_INSTEAD), "--adversary: the search moves float weights"),
    ],
)
def test_what_makes_no_sense_is_refused(lab, options, words):
    assert words in tail(lab, *options, expect=2).stderr


@pytest.mark.parametrize("flag", [[], ["--resume"], ["--overwrite"]], ids=["plain", "resume", "overwrite"])
def test_a_file_of_another_kind_is_left_alone(lab, flag):
    lab.write({"trials.count": "2", "training.epochs": "1"}, {})
    lab.run()
    before = lab.file().read_bytes()
    done = tail(lab, "--below", 0.1, "--set", "hardware.variation.sigma=0.3", *flag, out="R.h5", expect=4)
    assert "R.h5: exists and is not a file of ohmcarlo tail; it is left alone" in done.stderr
    assert lab.file().read_bytes() == before
