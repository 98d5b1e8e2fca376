"""The same experiment gives the same /results, to the last bit, however it was run."""

import pytest
import xarray as xr
from lab import CHIPS, chips_to_run, difference, leftovers, networks_to_train, states
from ohmcarlo_analysis import load


def test_h5diff_sees_another_seed(lab, finished):
    lab.run("--set", "experiment.seed=4")
    assert difference(lab.file(), finished.file()) != ""


def test_again(lab, finished):
    lab.run()
    assert difference(lab.file(), finished.file()) == ""
    assert sorted(path.name for path in lab.out.iterdir()) == ["R.h5", "R.h5.previous", "models"]


def test_more_chips(lab, another_lab):
    lab.run()
    more = lab.run("--resume", "--set", "trials.count=41")
    assert chips_to_run(more) == 4 * (41 - 20)  # of the third group of eight, too, only those that are new
    assert networks_to_train(more) == 0
    another_lab.run("--set", "trials.count=41")
    assert difference(lab.file(), another_lab.file()) == ""


def test_fewer_chips_drop_nothing(lab, finished):
    lab.run()
    fewer = lab.run("--resume", "--set", "trials.count=9")
    assert chips_to_run(fewer) == 0
    assert difference(lab.file(), finished.file()) == ""


@pytest.mark.parametrize(
    ("changes", "sweep", "chips", "networks"),
    [
        ({}, {"training.method": '["plain", "noise-injection"]', "hardware.variation.sigma": "[0.0, 0.3]"}, 40, 1),
        ({}, {"training.method": '["plain"]', "hardware.variation.sigma": "[0.0, 0.1, 0.3]"}, 41, 3),
        ({}, {"training.method": '["noise-injection"]', "hardware.variation.sigma": "[0.0, 0.1, 0.3]"}, 41, 1),
    ],
    ids=["value in the middle", "method", "method in front"],
)
def test_more_of_an_axis(lab, finished, changes, sweep, chips, networks):
    lab.write(changes, sweep)
    lab.run()
    lab.write()
    more = lab.run("--resume")
    assert (chips_to_run(more), networks_to_train(more)) == (chips, networks)
    assert difference(lab.file(), finished.file()) == ""


def test_chips_without_variation_are_the_first_again(finished, another_lab):
    """One chip stands for all; with a chip key of its own for every point, too. A sigma next to nothing computes each."""
    with xr.open_dataset(finished.file(), group="results", engine="h5netcdf") as results:
        exact = results.sel({"hardware.variation.sigma": 0.0})
        for metric in ("accuracy", "loss", "ekl", "correct"):
            assert (exact[metric] == exact[metric].isel(trial=0)).all()
            another_lab.write({}, {"training.method": '["plain", "noise-injection"]', "hardware.variation.sigma": "[1e-30]"})
        assert chips_to_run(another_lab.run()) == 40
        with xr.open_dataset(another_lab.file(), group="results", engine="h5netcdf") as each:
            for metric in ("accuracy", "loss", "ekl", "correct"):
                assert (each[metric].values[0, 0] == exact[metric].values[0]).all(), metric


def test_more_replicas(lab, another_lab):
    lab.run()
    more = lab.run("--resume", "--set", "training.replicas=2")
    assert (chips_to_run(more), networks_to_train(more)) == (CHIPS, 4)
    another_lab.run("--set", "training.replicas=2")
    assert difference(lab.file(), another_lab.file()) == ""


def test_resuming_what_is_complete_computes_nothing(lab, finished):
    lab.run()
    again = lab.run("--resume")
    assert chips_to_run(again) == 0
    assert difference(lab.file(), finished.file()) == ""


def test_resume_starts_what_does_not_exist(lab, finished):
    assert chips_to_run(lab.run("--resume")) == CHIPS
    assert difference(lab.file(), finished.file()) == ""


def test_overwrite_starts_anew(lab, finished):
    lab.run("--set", "experiment.seed=4")
    assert chips_to_run(lab.run("--overwrite")) == CHIPS
    assert difference(lab.file(), finished.file()) == ""


def test_warm_model_store(lab, finished, tmp_path):
    store = {"OHMCARLO_MODELS": tmp_path / "store"}
    assert networks_to_train(lab.run(environment=store)) == 4
    assert networks_to_train(lab.run("--overwrite", environment=store)) == 0
    assert difference(lab.file(), finished.file()) == ""
    assert len(list((tmp_path / "store").iterdir())) == 4
    assert not (lab.out / "models").exists()


@pytest.mark.parametrize("damage", ["changed", "truncated", "empty", "another one"])
def test_damaged_model_is_trained_again(lab, finished, damage):
    lab.use_models(finished)
    model, other = sorted((lab.out / "models").iterdir())[:2]
    whole = model.read_bytes()
    middle = len(whole) // 2
    changed = whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :]
    model.write_bytes({"changed": changed, "truncated": whole[:middle], "empty": b"", "another one": other.read_bytes()}[damage])
    assert networks_to_train(lab.run()) == 1
    assert difference(lab.file(), finished.file()) == ""
    assert model.read_bytes() == whole


def test_two_shards_are_the_whole(lab, finished):
    for index in (1, 2):
        part = lab.run("--shard", f"{index}/2", out=f"part{index}.h5")
        assert chips_to_run(part) == CHIPS // 2
        assert load(lab.file(f"part{index}.h5")).attrs["status"] == "part", "all of its own points are there"
    assert leftovers(lab.out) == []
    parts = load(lab.file("part1.h5"), lab.file("part2.h5"))
    xr.testing.assert_equal(parts, load(finished.file()))
    assert parts.attrs["overlap_conflicts"] == 0
    assert parts.attrs["status"] == "complete"


def test_resuming_a_shard_with_the_other_one_completes_it(lab, finished):
    lab.run("--shard", "2/2")
    assert states(lab.file()).tolist() == [60, 60, 0]
    lab.run("--resume", "--shard", "1/2")
    assert difference(lab.file(), finished.file()) == ""


def test_swept_key_set_to_one_value_gives_the_same_chips(lab, finished):
    lab.run("--set", "hardware.variation.sigma=0.1")
    one, all_of_them = load(lab.file()), load(finished.file())
    xr.testing.assert_equal(one, all_of_them.sel({"hardware.variation.sigma": 0.1}, drop=True))


def test_checkpoints_and_their_interval_change_nothing(lab, finished):
    lab.run("--set", "storage.checkpoint_seconds=0.1", "--set", "experiment.name=other")
    assert difference(lab.file(), finished.file()) == ""
