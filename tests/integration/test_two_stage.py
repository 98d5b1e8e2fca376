"""Chips see samples of the test images: of one design, the same however the job was run, and right in the mean."""

import math
import re
import shutil
import signal
import subprocess
import time

import h5py
import numpy as np
import pytest
import xarray as xr
from lab import Lab, chips_to_run, difference, leftovers, make_data, networks_to_train, wait_for
from ohmcarlo_analysis import check_summary

TEST_IMAGES, CLASSES, PILOT_CHIPS, PILOT_IMAGES, COUNT = 3000, 10, 32, 640, 48
SIGMA = "hardware.variation.sigma"
SWEEP = {SIGMA: "[0.0, 0.1, 0.3]"}  # the first point has no randomness: its chips see all images
TWO_STAGE = {"training.epochs": "2", "trials.count": str(COUNT), "trials.images": '"two-stage"'}
# Each chip takes some milliseconds, so that there is a middle of the pilot to be killed in.
SLOW = {**TWO_STAGE, "training.epochs": "1", "hardware.simulate": '"arrays"', "storage.checkpoint_seconds": "0.1"}
SLOW_SWEEP = {SIGMA: "[0.1, 0.3]"}
VARIANTS = {
    "count": {"trials.class_accuracy": "true"},
    "until": {"trials.count": None, "trials.until": "{ half_width = 0.02, max = 200 }"},
    "number": {"trials.images": "300"},
    "replicas": {"training.replicas": "2", "trials.count": "40"},
}
OF_IMAGES = ("accuracy", "loss")
# Below: a mean of n = 200 differences is beyond 4.5 of its own standard errors in 1.2e-5 of experiments (Student's t), so the
# 4 means of a run in 5e-5; the seeds are fixed.
FAR, MANY = 4.5, 200


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return make_data(tmp_path_factory.mktemp("data") / "many", test=TEST_IMAGES)


@pytest.fixture
def make_lab(tmp_path, images):
    def make(changes=None, sweep=None, models=None, name="lab"):
        lab = Lab(tmp_path / name, images)
        lab.write({**TWO_STAGE, **(changes or {})}, SWEEP if sweep is None else sweep)
        if models is not None:
            lab.use_models(models)
        return lab

    return make


@pytest.fixture(scope="module")
def references(tmp_path_factory, images):
    """Every variant, run once in one process."""
    labs = {}
    for name, changes in VARIANTS.items():
        labs[name] = Lab(tmp_path_factory.mktemp("references") / name, images)
        labs[name].write({**TWO_STAGE, **changes}, SWEEP)
        if name in ("until", "number"):
            labs[name].use_models(labs["count"])
        labs[name].run()
    return labs


@pytest.fixture(scope="module")
def slow_reference(tmp_path_factory, images):
    lab = Lab(tmp_path_factory.mktemp("slow") / "lab", images)
    lab.write(SLOW, SLOW_SWEEP)
    lab.run()
    return lab


def differences(one, other):
    """What h5diff says of results and design, and what the summaries say; nothing when all are equal to the last bit."""
    design = subprocess.run(["h5diff", one, other, "/sampling", "/sampling"], capture_output=True, text=True)
    found = difference(one, other) + design.stdout + design.stderr + ("" if design.returncode == 0 else "the design differs")
    with h5py.File(one) as a, h5py.File(other) as b:
        for name in ("mean", "sd", "ci_low", "median"):
            if not np.array_equal(a[f"summary/accuracy/{name}"][()], b[f"summary/accuracy/{name}"][()], equal_nan=True):
                found += f"summary: {name} "
    return found


def values(path, metric):
    """[sigma, replica, trial]"""
    with h5py.File(path) as file:
        return file[f"results/{metric}"][()]


def design(path):
    """{name: array} of /sampling, its attributes among them."""
    with h5py.File(path) as file:
        group = file["sampling"]
        return {name: item[()] for name, item in group.items()} | {name: int(each) for name, each in group.attrs.items()}


def same_design(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


# ---- what the file has ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VARIANTS)
def test_strata_are_bands_of_classes_and_sizes_fit_them(references, name):
    found = design(references[name].file())
    members = np.bincount(found["stratum"])
    bands = np.diff([0, *(math.floor(share * TEST_IMAGES / CLASSES + 0.5) for share in (0.02, 0.05, 0.1, 0.2, 0.4, 1))])
    labels = np.arange(TEST_IMAGES) % CLASSES
    for label in range(CLASSES):
        assert sorted(np.unique(found["stratum"][labels == label], return_counts=True)[1]) == sorted(bands), "bands of one class"
    assert len(members) == CLASSES * len(bands), "no stratum has images of two classes"
    assert found["n"] == found["n_h"].sum() and (found["n_h"] >= 1).all() and (found["n_h"] <= members).all()
    if name == "number":
        assert found["n"] == 300 and found["pilot_chips"] == 0 and "pilot_n_h" not in found
        wanted = 300 * members / TEST_IMAGES
        assert (found["n_h"] >= np.minimum(1, wanted)).all() and np.abs(found["n_h"] - np.maximum(1, wanted)).max() < 2
    else:
        assert found["pilot_chips"] == PILOT_CHIPS and found["pilot_n_h"].sum() == PILOT_IMAGES
        assert (found["pilot_n_h"] >= 2).all() and (found["pilot_n_h"] <= members).all()
        assert max(60, len(members)) <= found["n"] <= TEST_IMAGES / 3
    assert not {"pilot_cells", "pilot_sums"} & found.keys(), "of a pilot that is under way"


@pytest.mark.parametrize("name", VARIANTS)
def test_every_chip_sees_as_many_images_as_the_design_says(references, name):
    path = references[name].file()
    seen, found = values(path, "sampled_images"), design(path)
    wanted = np.full(seen.shape, float(found["n"]))
    wanted[:, 0, : found["pilot_chips"]] = PILOT_IMAGES
    wanted[0] = TEST_IMAGES
    done = values(path, "state") == 1
    assert np.array_equal(seen[done], wanted[done]) and np.isnan(seen[~done]).all()
    assert np.isfinite(values(path, "correct")[0][done[0]]).all() and np.isnan(values(path, "correct")[1:]).all()
    for metric in OF_IMAGES:
        variances = values(path, f"{metric}_sampling_variance")
        assert (variances[0][done[0]] == 0).all() and (variances[1:][done[1:]] > 0).any()


@pytest.mark.parametrize("name", VARIANTS)
def test_summaries_are_those_of_an_independent_computation(references, name):
    assert check_summary(references[name].file()) < 1e-7
    with h5py.File(references[name].file()) as file:
        assert np.isnan(file["summary/accuracy/median"][1:]).all() and np.isfinite(file["summary/accuracy/median"][0])


def test_xarray_opens_it(references):
    with xr.open_dataset(references["until"].file(), group="results", engine="h5netcdf") as results:
        assert results.sampled_images.dims == results.accuracy.dims
        assert (results.sampled_images.count("trial") == results.state.sum("trial")).all()


def test_the_rule_looks_after_the_pilot(references):
    state = values(references["until"].file(), "state")[:, 0]
    counts = (state == 1).sum(axis=1)
    assert counts[0] == PILOT_CHIPS and (counts >= PILOT_CHIPS).all() and len(set(counts)) > 1


# ---- any way to the same bytes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ranks", [1, 2, 5])
@pytest.mark.parametrize("name", VARIANTS)
def test_any_number_of_ranks_gives_the_same(make_lab, references, name, ranks):
    lab = make_lab(VARIANTS[name], models=None if (name, ranks) == ("count", 5) else references[name])
    lab.run(ranks=ranks)
    assert differences(lab.file(), references[name].file()) == ""
    assert leftovers(lab.out) == []


def progress(path):
    """(stage of the design, chips of it that are saved, chips saved): of a file that may not be there."""
    if not path.exists():
        return (0, 0, 0)
    with h5py.File(path) as file:
        done = int((file["results/state"][()] == 1).sum())
        group = file.get("sampling")
        if group is None:
            return (0, 0, done)
        return (2 if "n_h" in group else 1, len(group["pilot_cells"]) if "pilot_cells" in group else 0, done)


def kill_repeatedly(lab, number, ranks, random, wanted):
    """[(stage, chips of the design that are saved)] after each signal; all chips that are saved are the wanted ones."""
    seen = []
    for attempt in range(10):
        with lab.running("--resume", ranks=ranks) as job:
            before = progress(lab.file())
            wait_for(lambda: job.poll() is not None or progress(lab.file()) > before, "more chips")
            time.sleep(0 if attempt < 3 else random.uniform(0, 0.4))
            if job.poll() is not None:
                break
            job.send_signal(number)
            job.wait(30)
        seen.append(progress(lab.file())[:2])
        saved = values(lab.file(), "accuracy")
        done = np.isfinite(saved)
        assert np.array_equal(saved[done], wanted[..., : saved.shape[-1]][done])
    return seen


@pytest.mark.parametrize(("number", "ranks"), [(signal.SIGKILL, None), (signal.SIGTERM, None), (signal.SIGKILL, 2)])
def test_killed_again_and_again(make_lab, slow_reference, number, ranks):
    """Three times when the file has more than before, in the pilot; then a random time later, behind it, too.

    All that is saved is what the finished file has.
    """
    lab, random = make_lab(SLOW, SLOW_SWEEP, slow_reference), np.random.default_rng(number)
    wanted = values(slow_reference.file(), "accuracy")
    for _ in range(6):  # on a machine that does other things, too, the pilot may be over before it is seen
        seen = kill_repeatedly(lab, number, ranks, random, wanted)
        if any(stage == 1 and 0 < cells < 2 * PILOT_CHIPS for stage, cells in seen):
            break
        lab.file().unlink()
    else:
        pytest.fail("it was never stopped in the pilot")
    lab.run("--resume")
    assert differences(lab.file(), slow_reference.file()) == ""
    assert leftovers(lab.out) == []


def test_a_time_limit_in_the_pilot(make_lab, slow_reference):
    lab, codes = make_lab(SLOW, SLOW_SWEEP, slow_reference), [75]
    while codes[-1] == 75 and len(codes) < 100:
        with lab.running("--resume", "--time-limit", "1s") as job:
            codes.append(job.wait(60))
    assert codes[-1] == 0, lab.stderr()
    assert differences(lab.file(), slow_reference.file()) == ""


def test_stopped_right_after_the_strata(make_lab, references):
    """The file as it is when the strata are known and no chip has run."""
    lab = make_lab(models=references["count"])
    lab.write({**TWO_STAGE, **VARIANTS["count"]}, SWEEP)
    shutil.copy(references["count"].file(), lab.file())
    with h5py.File(lab.file(), "a") as file:
        del file["sampling/n_h"], file["sampling"].attrs["n"]
        for name, item in file["results"].items():
            if name == "state":
                item[...] = 0
            elif item.ndim >= 3 and not name.startswith("clean"):
                item[...] = np.nan
        file.attrs.modify("status", "interrupted")
    done = lab.run("--resume")
    assert networks_to_train(done) == 0 and "networks say" not in done.stderr and "a pilot of 32 chips" in done.stderr
    assert differences(lab.file(), references["count"].file()) == ""


def test_stopped_between_the_pilot_and_the_rest(make_lab, references):
    """With 32 chips the pilot is all there is."""
    lab = make_lab({**VARIANTS["count"], "trials.count": str(PILOT_CHIPS)}, models=references["count"])
    lab.run(ranks=2)
    lab.write({**TWO_STAGE, **VARIANTS["count"]}, SWEEP)
    done = lab.run("--resume")
    assert "a pilot" not in done.stderr and chips_to_run(done) == 2 * (COUNT - PILOT_CHIPS)
    assert differences(lab.file(), references["count"].file()) == ""


# ---- the stored design wins -----------------------------------------------------------------------------------------------


def test_points_and_chips_added_later_see_what_the_file_says(make_lab, references):
    first = references["count"].file()
    lab = make_lab(models=references["count"])
    lab.write({**TWO_STAGE, **VARIANTS["count"], "trials.count": "64"}, {SIGMA: "[0.0, 0.1, 0.2, 0.3]"})
    shutil.copy(first, lab.file())
    done = lab.run("--resume")
    assert "a pilot" not in done.stderr and "networks say" not in done.stderr
    assert same_design(design(lab.file()), design(first))
    for metric in ("accuracy", "loss", "ekl", "sampled_images", "class_accuracy"):
        assert np.array_equal(values(lab.file(), metric)[[0, 1, 3], :, :COUNT], values(first, metric)), "earlier chips stay"
    seen = values(lab.file(), "sampled_images")
    assert np.array_equal(seen[2], seen[1]) and (seen[1:, :, PILOT_CHIPS:] == design(first)["n"]).all() and seen.shape[-1] == 64
    assert check_summary(lab.file()) < 1e-7


def test_sizes_are_not_decided_again(make_lab, references):
    """Sizes that no pilot would find: they count, since the file has them."""
    lab = make_lab(models=references["count"])
    lab.write({**TWO_STAGE, **VARIANTS["count"], "trials.count": "64"}, SWEEP)
    shutil.copy(references["count"].file(), lab.file())
    with h5py.File(lab.file(), "a") as file:
        group = file["sampling"]
        group["n_h"][...] = group["pilot_n_h"][()]
        group.attrs.modify("n", np.uint64(PILOT_IMAGES))
    lab.run("--resume")
    seen = values(lab.file(), "sampled_images")[1:, 0]
    assert (seen[:, COUNT:] == PILOT_IMAGES).all() and (seen[:, PILOT_CHIPS:COUNT] == design(references["count"].file())["n"]).all()


@pytest.mark.parametrize("choice", ['"all"', "300", None])
def test_other_images_are_another_experiment(make_lab, references, choice):
    lab = make_lab({**VARIANTS["count"], "trials.images": choice})
    shutil.copy(references["count"].file(), lab.file())
    before = lab.file().read_bytes()
    done = lab.run("--resume", expect=4)
    assert len(done.stderr.splitlines()) == 1 and "R.h5" in done.stderr
    assert lab.file().read_bytes() == before


def test_a_half_width_may_change(make_lab, references):
    stricter = {**VARIANTS["until"], "trials.until": "{ half_width = 0.015, max = 300 }"}
    lab = make_lab(stricter, models=references["count"])
    shutil.copy(references["until"].file(), lab.file())
    lab.run("--resume")
    assert same_design(design(lab.file()), design(references["until"].file()))
    old, new = (values(path, "accuracy") for path in (references["until"].file(), lab.file()))
    assert np.array_equal(new[..., : old.shape[-1]][np.isfinite(old)], old[np.isfinite(old)]) and new.shape[-1] > old.shape[-1]


# ---- the same answer as with all images -----------------------------------------------------------------------------------


def test_all_is_what_no_key_means(make_lab, references):
    lab = make_lab({"trials.images": None}, models=references["count"])
    lab.run()
    other = make_lab({"trials.images": '"all"'}, models=references["count"], name="other")
    other.run(ranks=2)
    assert difference(lab.file(), other.file()) == ""
    with h5py.File(lab.file()) as a, h5py.File(other.file()) as b:
        assert a.attrs["experiment_hash"] == b.attrs["experiment_hash"] and "sampling" not in a and "sampling" not in b
        assert "sampled_images" not in a["results"] and list(a["results"]) == list(b["results"])
    lab.write({**TWO_STAGE, "trials.images": '"all"'}, SWEEP)
    assert chips_to_run(lab.run("--resume")) == 0


def test_estimates_agree_with_all_images(make_lab, references):
    """Chip by chip: the estimate minus the value of all images has the mean 0 and the variance that the file says.

    Of a ratio of variances of 200 differences the standard error is about .1 (more where they are long-tailed): within .45.
    The squared sd between chips, what samples add taken out, is within 4.5 standard errors of that of all images.
    """
    runs = {}
    for images in ("two-stage", "all"):
        runs[images] = make_lab({"trials.count": str(MANY), "trials.images": f'"{images}"'}, models=references["count"], name=images)
        runs[images].run()
    paths = {name: lab.file() for name, lab in runs.items()}
    later = slice(PILOT_CHIPS, None)  # of one size; the pilot's samples are larger
    for metric in OF_IMAGES:
        sampled, full = (values(paths[name], metric)[:, 0] for name in ("two-stage", "all"))
        assert np.array_equal(sampled[0], full[0]), "no randomness: all images either way"
        for point in (1, 2):
            change = sampled[point] - full[point]
            assert np.ptp(change) > 0 and abs(change.mean()) < FAR * change.std(ddof=1) / math.sqrt(MANY)
            said = values(paths["two-stage"], f"{metric}_sampling_variance")[point, 0]
            assert change[later].var(ddof=1) / said[later].mean() == pytest.approx(1, abs=0.45)
            with h5py.File(paths["two-stage"]) as file:
                corrected = file[f"summary/{metric}/sd"][point]
            spread, error = full[point].var(ddof=1), change.var(ddof=1)
            assert abs(corrected**2 - spread) < FAR * math.sqrt((4 * spread * error + 2 * error**2) / MANY)
            assert sampled[point].var(ddof=1) > corrected**2


# ---- what cannot be -------------------------------------------------------------------------------------------------------

SPEECH = {
    "data.set": '"fsdd"', "data.validation": None, "network.hidden": None, "network.architecture": '"lstm"',
    "network.layers": '["lstm 8"]', "trials.images": "49",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sweep", "says"),
    [
        ({"trials.confusion": "true"}, None, ["'trials.confusion'", '"all"']),
        ({"trials.confusion": "true", "trials.images": "300"}, None, ["'trials.confusion'", '"all"']),
        (
            {"trials.count": None, "trials.until": "{ half_width = 0.01, min = 8, max = 31 }"}, None,
            ["'trials.until.max' is 31", "at least 32"],
        ),
        ({"trials.images": str(TEST_IMAGES + 1)}, None, [f"'trials.images' is {TEST_IMAGES + 1}", f"has {TEST_IMAGES}"]),
        ({"trials.images": "1"}, None, ["trials.images"]),
        ({"trials.images": '"some"'}, None, ["trials.images", "two-stage"]),
        ({}, {**SWEEP, "data.scaling": '["unit", "published"]'}, ["'trials.images'", "'data.scaling' is swept"]),
        (SPEECH, None, ["'trials.images' is 49", "at least 50"]),
    ],
    ids=["confusion", "confusion of a number", "max below the pilot", "too many", "too few", "a word", "swept data", "recordings"],
)  # fmt: skip
def test_samples_that_cannot_be(make_lab, changes, sweep, says):
    lab = make_lab(changes, sweep)
    done = lab.run(expect=2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in says:
        assert part in done.stderr, done.stderr
    assert not lab.file().exists()


def test_shards_are_refused(make_lab):
    done = make_lab().run("--shard", "1/2", expect=2)
    assert len(done.stderr.splitlines()) == 1 and re.search(r"--shard.*'trials.images'", done.stderr), done.stderr
