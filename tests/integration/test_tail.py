"""Deep tails: the same file for any number of ranks, stopped or not; chips made again; what is refused."""

import os
import re
import signal
import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, TIMEOUT, clean_environment, ranks_of, wait_for
from test_simulate import ARRAYS

POINT = ("--point", "method=plain", "--point", "sigma=0.3")
ARRAYS_INSTEAD = [word for key, value in ARRAYS.items() if "sigma" not in key for word in ("--set", f"{key}={value}")]


def command(lab, *options, out="T.h5", ranks=None):
    launcher = [] if ranks is None else ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
    return [*launcher, PROGRAM, "tail", str(lab.path / "experiment.toml"), "--out", str(lab.file(out)), *map(str, options)]


def tail(lab, *options, expect=0, **where):
    done = subprocess.run(
        command(lab, *options, **where), env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode in np.atleast_1d(expect), done.stderr
    return done


def trial(lab, *options):
    """Makes a chip of T.h5 again."""
    return subprocess.run(
        [PROGRAM, "trial", str(lab.file("T.h5")), *map(str, options)], env=clean_environment(), capture_output=True, text=True,
        timeout=TIMEOUT,
    )  # fmt: skip


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
        made = trial(lab, "--rank", rank, "--dump", "conductances", "--overwrite")
        assert made.returncode == 0, made.stderr
        assert "equal to the file, bit for bit" in made.stdout
    check_chips_of_the_adversary(lab, 0.3)


def check_chips_of_the_adversary(lab, sigma):
    """Each is made again: all its weights are within the bound that it was found within, and its answers are as wrong as the file says."""
    with h5py.File(lab.file("T.h5"), "r") as file:
        found = {bound: accuracy for bound, accuracy in zip(file["adversary/bound"], file["adversary/accuracy"], strict=True)}
    (model,) = (lab.out / "models").glob("*.model.h5")
    within = []
    for bound, accuracy in found.items():
        for kind in ("conductances", "logits"):
            made = trial(lab, "--adversary", bound, "--dump", kind, "--overwrite")
            assert made.returncode == 0, made.stderr
            assert f"every cell within {bound:g} sigma" in made.stdout and "equal to the file, bit for bit" in made.stdout
        with h5py.File(lab.file("T.logits.h5"), "r") as file:
            assert np.mean(np.argmax(file["logits"], axis=1) == file["label"][()]) == pytest.approx(accuracy, abs=1e-12)
        with h5py.File(lab.file("T.conductances.h5"), "r") as file, h5py.File(model, "r") as clean:
            assert file.attrs["bound"] == bound
            within.append(file.attrs["found_within"])
            for layer in (1, 2):
                weights = clean[f"parameters/dense{layer}.weights"][()]
                error = np.abs(file[f"layer_{layer}/weights"][()] - weights) / (sigma * np.abs(weights).max())
                assert np.all(error <= within[-1] * (1 + 1e-4)) and np.mean(error > 0.99 * within[-1]) > 0.2
    assert all(there <= bound for there, bound in zip(within, found, strict=True))
    for options, words in (
        (["--adversary", 0.7], f"--adversary 0.7: no such bound in the file (allowed: {', '.join(f'{bound:g}' for bound in found)})"),
        (["--adversary", "far"], "adversary"),
        (["--adversary", 1, "--rank", 1], "missing or twofold"),
        (["--adversary", 1, "--to", "there.h5"], "--to"),
    ):
        refused = trial(lab, *options)
        assert refused.returncode == 2 and words in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr


def known(path):
    """Chips whose scores a file has, and of how many of them the level was not over."""
    whole = under_way = 0
    with h5py.File(path, "r") as file:
        for run in (file[name] for name in file if name.startswith("run_")):
            for name, level in run.items():
                if name == "unfinished_level":
                    under_way += int(level["states"][()].sum()) - (len(level["states"]) if "level_1" in run else 0)
                else:
                    whole += len(level["accuracy"]) - len(level.get("chain_first", ()))
    return whole + under_way, under_way


@pytest.mark.parametrize("ranks", [None, 2])
def test_a_kill_within_a_level_loses_a_checkpoint_at_most(lab, ranks):
    asked = ("--quantile", 1e-3, *POINT, "--chips", 300, "--set", "storage.checkpoint_seconds=0.1")
    tail(lab, *asked)
    with h5py.File(lab.file("T.h5"), "r") as file:
        evaluations = file.attrs["evaluations"]
    assert known(lab.file("T.h5")) == (evaluations, 0)
    with subprocess.Popen(
        command(lab, *asked, out="killed.h5", ranks=ranks), env=clean_environment(), cwd=lab.path, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as job:  # fmt: skip
        wait_for(lambda: lab.file("killed.h5").exists() and known(lab.file("killed.h5"))[0] > 8 * 300, "moves that are kept")
        for process in ranks_of(job).values() if ranks else [job.pid]:
            os.kill(process, signal.SIGKILL)
    kept, under_way = known(lab.file("killed.h5"))
    assert under_way > 0
    for options in (("--time-limit", "0.3s"), ()):
        done = tail(lab, *asked, "--resume", *options, out="killed.h5", ranks=ranks, expect=(0, 75))
        count = int(re.search(r"(\d+) chips in", done.stderr)[1])
        assert known(lab.file("killed.h5"))[0] == kept + count, "no chip is evaluated that was known, and none is lost"
        kept += count
    assert kept == evaluations
    assert contents(lab.file("killed.h5")) == contents(lab.file("T.h5"))


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
        made = trial(lab, "--rank", rank)
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
