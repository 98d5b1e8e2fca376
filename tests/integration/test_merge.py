"""Parts of an experiment, joined by `ohmcarlo merge`, are the file of a single run."""

import subprocess

import h5py
import numpy as np
import pytest
from lab import PROGRAM, clean_environment, difference, leftovers, states

FINISHED_PART = "part"


def merge(lab, *arguments, expect=0):
    done = subprocess.run(
        [PROGRAM, "merge", *map(str, arguments)], env=clean_environment(), cwd=lab.path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == expect, done.stderr
    return done


def status(path):
    with h5py.File(path) as file:
        return file.attrs["status"]


def same_summaries(one, other):
    with h5py.File(one) as a, h5py.File(other) as b:
        names = []
        a["summary"].visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        assert len(names) > 20
        return all(np.array_equal(a["summary"][name][()], b["summary"][name][()], equal_nan=True) for name in names)


def shards(lab, how, count, **where):
    files = []
    for index in range(1, count + 1):
        lab.run("--shard", f"{how}{index}/{count}", out=f"part{index}.h5", **where)
        files.append(lab.file(f"part{index}.h5"))
    return files


@pytest.mark.parametrize(("how", "count", "ranks"), [("", 4, None), ("trials:", 3, None), ("trials:", 2, 2)])
def test_parts_are_the_whole(lab, finished, how, count, ranks):
    lab.use_models(finished)
    files = shards(lab, how, count, ranks=ranks)
    assert {status(file) for file in files} == {FINISHED_PART}
    assert sum(states(file)[1] for file in files) >= states(finished.file())[1]
    merge(lab, *reversed(files), "--out", lab.file())
    assert difference(lab.file(), finished.file()) == ""
    assert same_summaries(lab.file(), finished.file())
    assert status(lab.file()) == "complete"
    assert leftovers(lab.out) == []


def test_a_missing_part_is_refused_or_added_by_resuming(lab, finished):
    lab.use_models(finished)
    files = shards(lab, "trials:", 3)
    refused = merge(lab, files[0], files[2], "--out", lab.file(), expect=4)
    assert "lack chips" in refused.stderr and len(refused.stderr.splitlines()) == 1
    assert not lab.file().exists()
    merge(lab, files[0], files[2], "--out", lab.file(), "--partial")
    assert status(lab.file()) == FINISHED_PART
    lab.run("--resume")
    assert difference(lab.file(), finished.file()) == ""


def test_parts_of_another_seed_are_refused(lab, finished):
    lab.use_models(finished)
    lab.run("--shard", "1/2", out="part1.h5")
    lab.run("--shard", "2/2", "--set", "experiment.seed=4", out="part2.h5")
    refused = merge(lab, lab.file("part1.h5"), lab.file("part2.h5"), "--out", lab.file(), expect=4)
    assert "experiment.seed" in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_trials_are_not_parted_where_a_look_needs_them(lab):
    lab.write({"trials.count": None, "trials.until": "{ half_width = 0.02, min = 10, max = 50 }"})
    refused = lab.run("--shard", "trials:1/2", expect=2)
    assert "trials.until" in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_points_with_a_rule_are_merged(lab, another_lab):
    rule = {"trials.count": None, "trials.until": "{ half_width = 0.016, min = 10, max = 200 }"}
    lab.write(rule)
    another_lab.write(rule)
    another_lab.run()
    lab.use_models(another_lab)
    merge(lab, *shards(lab, "", 3), "--out", lab.file())
    assert difference(lab.file(), another_lab.file()) == ""
    assert same_summaries(lab.file(), another_lab.file())
    assert status(lab.file()) == "complete"
