"""Values of an axis are raced: chips go to those that may be the best, and the file is the same however the job was run."""

import math
import subprocess

import h5py
import numpy as np
import pytest
import race_rules
from lab import PROGRAM, Lab, chips_to_run, clean_environment, difference, leftovers, networks_to_train

GROUP = 8  # chips that are computed together
MIN, MAX, TOLERANCE = 10, 80, 0.01
RACE = f'{{ axis = "training.learning_rate", tolerance = {TOLERANCE}, min = {MIN}, max = {MAX} }}'
CHANGES = {"trials.count": None, "training.learning_rate": None, "trials.race": RACE}
SWEEP = {"hardware.variation.sigma": "[0.1, 0.3]", "training.learning_rate": "[1e-5, 3e-3, 1e-2, 2e-2]"}
VALUES, RACES = 4, 2
METRICS = ("accuracy", "loss", "ekl", "correct", "state", "validation_accuracy")


def looks(first=MIN, most=MAX, group=GROUP):
    found = [group * math.ceil(first / group)]
    while found[-1] < most:
        found.append(min(most, group * math.ceil(math.ceil(1.25 * found[-1]) / group)))
    return found


def expected_race(values):
    """(chips of every value, looks at which they were dropped, leader) of a race over `values` [value, chip]."""
    return race_rules.race(values, looks(), TOLERANCE, tuned_for=30)


def cells(path, name="validation_accuracy"):
    """[race, value, chip], NaN where a chip was not run."""
    with h5py.File(path, "r") as file:
        return file[f"results/{name}"][()].reshape(RACES, VALUES, -1)


@pytest.fixture
def race_lab(tmp_path, data, raced):
    lab = Lab(tmp_path / "race", data)
    lab.write(CHANGES, SWEEP)
    lab.use_models(raced)
    return lab


@pytest.fixture(scope="module")
def raced(tmp_path_factory, data):
    lab = Lab(tmp_path_factory.mktemp("race") / "lab", data)
    lab.write(CHANGES, SWEEP)
    lab.run()
    return lab


@pytest.fixture(scope="module")
def all_chips(tmp_path_factory, data, raced):
    """The same points with as many chips as a race may ever ask for."""
    lab = Lab(tmp_path_factory.mktemp("all") / "lab", data)
    lab.write({**CHANGES, "trials.race": None, "trials.count": str(MAX), "trials.validation_accuracy": "true"}, SWEEP)
    lab.use_models(raced)
    assert networks_to_train(lab.run()) == 0
    return cells(lab.file())


def test_chips_go_to_those_that_may_be_the_best(raced, all_chips):
    found = cells(raced.file())
    wanted = [expected_race(race) for race in all_chips]
    assert [list(np.isfinite(race).sum(axis=1)) for race in found] == [chips for chips, _, _ in wanted]
    assert {look for _, dropped, _ in wanted for look in dropped} - {0}, "none is dropped, or this tests little"
    assert len({count for chips, _, _ in wanted for count in chips}) > 1
    for race, known in zip(found, all_chips):
        for chips, all_of_them in zip(race, known):
            count = np.isfinite(chips).sum()
            assert np.array_equal(chips[:count], all_of_them[:count]), "chips are those of any other run"
            assert np.isnan(chips[count:]).all()


def test_the_file_holds_every_decision_with_its_look(raced, all_chips):
    with h5py.File(raced.file(), "r") as file:
        group = file["race"]
        assert group.attrs["axis"] == "training.learning_rate" and group.attrs["metric"] == "validation_accuracy"
        assert group.attrs["pair_confidence"] == pytest.approx(1 - 0.05 / (VALUES - 1))
        for number, race in enumerate(all_chips):
            chips, dropped, leader = expected_race(race)
            entry = group[f"race_{number:04}"]
            assert entry.attrs["leader"] == number * VALUES + leader
            assert entry.attrs["chips_spent"] == sum(chips)
            assert entry.attrs["chips_without_dropping"] == VALUES * max(chips)
            rows = zip(*(entry[name][()].tolist() for name in ("chips", "point", "behind", "ci_high", "dropped")))
            leaders = {c: p for c, p, leads in zip(*(entry[n][()].tolist() for n in ("chips", "point", "leads"))) if leads}
            out = [0] * VALUES
            for look, point, behind, high, is_dropped in rows:
                out[point - number * VALUES] += look * is_dropped
                if np.isfinite(high):
                    first, values = race[leaders[look] - number * VALUES], race[point - number * VALUES]
                    differences = first[:look] - values[:look]
                    assert behind == pytest.approx(differences.mean(), abs=1e-12)
                    assert high - behind == pytest.approx(race_rules.half_width(differences, VALUES - 1, 30), abs=1e-9)
            assert out == dropped


@pytest.mark.parametrize("ranks", [2, 5])
def test_any_number_of_ranks_gives_the_same_race(race_lab, raced, ranks):
    race_lab.run(ranks=ranks)
    assert difference(race_lab.file(), raced.file()) == ""
    assert leftovers(race_lab.out) == []


@pytest.mark.parametrize("seed", range(3))
def test_whatever_was_saved_a_race_goes_on_to_the_same_end(race_lab, raced, seed):
    """Any cells may be missing after a crash, in the middle of looks that were taken, too."""
    race_lab.run()
    rng = np.random.default_rng(seed)
    with h5py.File(race_lab.file(), "r+") as file:
        state = file["results/state"][()]
        lost = rng.random(state.shape[:-1] + (state.shape[-1] // GROUP,)) < 0.3
        lost = np.repeat(lost, GROUP, axis=-1)
        for name in METRICS:
            values = file[f"results/{name}"][()]
            values[lost] = 0 if name == "state" else np.nan
            file[f"results/{name}"][...] = values
    race_lab.run("--resume", "--accept-changes", ranks=2)
    assert difference(race_lab.file(), raced.file()) == ""


def test_a_later_end_goes_on(race_lab, raced):
    race_lab.write({**CHANGES, "trials.race": RACE.replace(f"max = {MAX}", "max = 24")}, SWEEP)
    race_lab.run()
    assert cells(race_lab.file()).shape[-1] == 24
    race_lab.write(CHANGES, SWEEP)
    race_lab.run("--resume")
    assert difference(race_lab.file(), raced.file()) == ""


def test_what_was_raced_can_be_counted_later(race_lab):
    race_lab.run()
    before = cells(race_lab.file())
    race_lab.write(
        {**CHANGES, "trials.race": None, "trials.count": "16", "trials.validation_accuracy": "true"}, SWEEP
    )
    assert chips_to_run(race_lab.run("--resume")) == 0
    assert np.array_equal(cells(race_lab.file()), before, equal_nan=True)
    with h5py.File(race_lab.file(), "r") as file:
        assert "race" in file
        assert (file["summary/accuracy/interval_kind"][()] == 2).all(), "their number was not fixed beforehand"


def test_the_package_computes_the_same_summaries(raced):
    from ohmcarlo_analysis.reading.race import read_races
    from ohmcarlo_analysis.statistics.stored import check_summary

    assert check_summary(raced.file()) < 1e-9
    races = read_races(raced.file())
    assert [race.where for race in races] == [{"hardware.variation.sigma": "0.1"}, {"hardware.variation.sigma": "0.3"}]


def run_program(*arguments, expect=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == expect, done.stderr
    return done.stdout


def test_compare_tells_winner_survivors_and_what_was_saved(raced, all_chips):
    text = run_program("compare", raced.file(), "--best", "learning_rate")
    assert "race of training.learning_rate by validation_accuracy" in text
    wanted = [expected_race(race) for race in all_chips]
    assert text.count("best\n") == RACES
    for chips, dropped, _ in wanted:
        assert f"{sum(chips)} chips" in text and f"the {VALUES * max(chips)} of all values" in text
    for look in {look for _, dropped, _ in wanted for look in dropped} - {0}:
        assert f"dropped at {look} chips" in text
    assert "on test images" not in text
    by_accuracy = run_program("compare", raced.file(), "--best", "learning_rate", "--metric", "accuracy")
    assert "race of" not in by_accuracy


def test_a_race_on_test_images_says_so(race_lab):
    race_lab.write({**CHANGES, "trials.race": RACE.replace("max", 'metric = "accuracy", max')}, SWEEP)
    done = race_lab.run()
    assert "the race is on test images" in done.stderr
    assert "the race is on test images" in run_program("compare", race_lab.file(), "--best", "learning_rate")
    with h5py.File(race_lab.file(), "r") as file:
        assert "validation_accuracy" not in file["results"]


def test_samples_of_images_are_raced(race_lab, another_lab):
    changes = {**CHANGES, "trials.race": RACE.replace("max", 'metric = "accuracy", max'), "trials.images": "50"}
    race_lab.write(changes, SWEEP)
    race_lab.run()
    with h5py.File(race_lab.file(), "r") as file:
        assert np.nanmax(file["results/sampled_images"][()]) == 50
        counts = (file["results/state"][()] == 1).sum(axis=-1)
    assert counts.min() < counts.max()
    another_lab.write(changes, SWEEP)
    another_lab.use_models(race_lab)
    another_lab.run(ranks=3)
    assert difference(race_lab.file(), another_lab.file()) == ""


@pytest.mark.parametrize("images", ["50", '"two-stage"'])
def test_held_out_images_decide_alike_whatever_test_images_chips_see(race_lab, another_lab, raced, images):
    first = RACE.replace(f"min = {MIN}", "min = 32")  # the chips of a pilot, before which there is no look
    race_lab.write({**CHANGES, "trials.race": first}, SWEEP)
    race_lab.run()
    another_lab.write({**CHANGES, "trials.race": first, "trials.images": images}, SWEEP)
    another_lab.use_models(raced)
    another_lab.run(ranks=2)
    assert np.array_equal(cells(another_lab.file()), cells(race_lab.file()), equal_nan=True)
    with h5py.File(race_lab.file(), "r") as file, h5py.File(another_lab.file(), "r") as sampled:
        assert "sampled_images" in sampled["results"]
        for number in range(RACES):
            one, other = (each[f"race/race_{number:04}"] for each in (file, sampled))
            assert dict(one.attrs) == dict(other.attrs)
            assert all(np.array_equal(one[name][()], other[name][()], equal_nan=True) for name in one)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"trials.count": "20"}, ["'trials.count' stands beside 'trials.race.axis'"]),
        ({"trials.until": "{ half_width = 0.01 }"}, ["'trials.until.half_width' stands beside 'trials.race.axis'"]),
        ({"trials.race": '{ axis = "training.batch" }'}, ["training.batch", "not swept", "training.learning_rate"]),
        ({"trials.race": '{ axis = "training.learning_rate", max = 9, min = 10 }'}, ["'trials.race.max' is 9"]),
        ({"trials.race": "{ tolerance = 0.1 }"}, ["'trials.race.tolerance' needs 'trials.race.axis'"]),
        ({"trials.race": '{ axis = "training.learning_rate", metric = "ekl" }'}, ["trials.race.metric", '"loss"']),
        ({"training.replicas": "2"}, ["'training.replicas' is 2"]),
        ({"data.validation": "0"}, ["'data.validation' is 0, but the race is on images that are held out"]),
    ],
)  # fmt: skip
def test_races_that_cannot_be(race_lab, changes, says):
    race_lab.write({**CHANGES, **changes}, SWEEP)
    done = race_lab.run(expect=2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in says:
        assert part in done.stderr, done.stderr
    assert not race_lab.file().exists()


def test_a_race_over_one_value_is_refused(race_lab):
    race_lab.write(CHANGES, {**SWEEP, "training.learning_rate": "[1e-2]"})
    assert "one value (allowed: two values at least)" in race_lab.run(expect=2).stderr


def test_shards_cannot_race(race_lab):
    assert "--shard: with 'trials.race'" in race_lab.run("--shard", "1/2", expect=2).stderr


def test_a_file_with_more_values_is_not_raced(race_lab):
    race_lab.run()
    race_lab.write(CHANGES, {**SWEEP, "training.learning_rate": "[1e-5, 3e-3]"})
    done = race_lab.run("--resume", expect=4)
    assert "which the experiment does not race" in done.stderr
