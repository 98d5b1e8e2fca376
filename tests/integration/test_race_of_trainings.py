"""Values of an axis are raced over trainings: new ones are handed out to those that may be the best, whatever runs them."""

import signal
import subprocess
import time

import h5py
import numpy as np
import pytest
import race_rules
from lab import PROGRAM, Lab, chips_to_run, clean_environment, difference, leftovers, networks_to_train

REPLICAS, CHIPS, TOLERANCE = 12, 10, 0.004  # chips come in groups of 8: the second group of a training is cut
RACE = f'{{ axis = "training.learning_rate", tolerance = {TOLERANCE}, chips = {CHIPS} }}'
CHANGES = {
    "trials.count": None, "training.learning_rate": None, "trials.race": RACE, "training.replicas": str(REPLICAS),
}  # fmt: skip
SWEEP = {"hardware.variation.sigma": "[0.1, 0.3]", "training.learning_rate": "[1e-5, 3e-3, 1e-2, 2e-2]"}
VALUES, RACES, FIRST = 4, 2, 6  # of 4 values the sequence is first finite at 6 trainings
METRICS = ("accuracy", "loss", "ekl", "correct", "state", "validation_accuracy")


def expected_race(values):
    """(trainings of every value, those at which it was dropped, leader) of a race over the means `values` [value, training].

    A look at every training, from the first on; of those before the sixth no interval is finite.
    """
    return race_rules.race(values, range(1, values.shape[1] + 1), TOLERANCE, tuned_for=10, least=FIRST)


def cells(path, name="validation_accuracy"):
    """[race, value, training, chip], NaN where a chip was not run."""
    with h5py.File(path, "r") as file:
        values = file[f"results/{name}"][()]
    return values.reshape(RACES, VALUES, *values.shape[2:])


def needed_models(wanted):
    """Of each learning rate: values of the two races share its networks."""
    return sum(max(race[value] for race, _, _ in wanted) for value in range(VALUES))


@pytest.fixture(scope="module")
def raced(tmp_path_factory, data):
    """On one process without mpirun, with nothing in the store of models."""
    lab = Lab(tmp_path_factory.mktemp("race") / "lab", data)
    lab.write(CHANGES, SWEEP)
    lab.run()
    return lab


@pytest.fixture(scope="module")
def everything(tmp_path_factory, data):
    """The same points with as many trainings as a race may ever ask for."""
    lab = Lab(tmp_path_factory.mktemp("all") / "lab", data)
    fixed = {**CHANGES, "trials.race": None, "trials.count": str(CHIPS), "trials.validation_accuracy": "true"}
    lab.write(fixed, SWEEP)
    lab.run()
    return lab


@pytest.fixture(scope="module")
def wanted(everything):
    return [expected_race(race) for race in cells(everything.file()).mean(axis=-1)]


@pytest.fixture
def race_lab(tmp_path, data):
    lab = Lab(tmp_path / "race", data)
    lab.write(CHANGES, SWEEP)
    return lab


def test_trainings_go_to_those_that_may_be_the_best(raced, everything, wanted):
    found, known = cells(raced.file()), cells(everything.file())
    counts = [list(np.isfinite(race).all(axis=-1).sum(axis=-1)) for race in found]
    assert counts == [trainings for trainings, _, _ in wanted]
    assert {look for _, dropped, _ in wanted for look in dropped} - {0}, "none is dropped, or this tests little"
    assert len({count for of_race in counts for count in of_race}) > 2, counts
    for race, counts_of_race, all_of_race in zip(found, counts, known):
        for value, count, of_value in zip(race, counts_of_race, all_of_race):
            assert np.array_equal(value[:count], of_value[:count]), "trainings and chips are those of any other run"
            assert np.isnan(value[count:]).all()


def test_what_no_look_asked_for_is_not_trained(raced, wanted):
    with h5py.File(raced.file(), "r") as file:
        assert file.attrs["status"] == "complete"
        assert len(file["models"]) == needed_models(wanted) < VALUES * REPLICAS
        clean = file["results/clean_accuracy"][()].reshape(RACES, VALUES, REPLICAS)
    assert len(list((raced.out / "models").glob("*.model.h5"))) == needed_models(wanted), "one process is never idle"
    trained = [max(race[value] for race, _, _ in wanted) for value in range(VALUES)]
    for race in clean:
        assert list(np.isfinite(race).sum(axis=-1)) == trained


def test_the_file_holds_every_decision_with_its_look(raced, everything, wanted):
    means = cells(everything.file()).mean(axis=-1)
    with h5py.File(raced.file(), "r") as file:
        group = file["race"]
        assert group.attrs["metric"] == "validation_accuracy" and group.attrs["chips_of_training"] == CHIPS
        assert group.attrs["pair_confidence"] == pytest.approx(1 - 0.05 / (VALUES - 1))
        for number, (race, (trainings, dropped, leader)) in enumerate(zip(means, wanted)):
            entry = group[f"race_{number:04}"]
            assert entry.attrs["leader"] == number * VALUES + leader
            assert entry.attrs["trainings_spent"] == sum(trainings)
            assert entry.attrs["chips_spent"] == sum(trainings) * CHIPS
            assert entry.attrs["trainings_without_dropping"] == VALUES * max(trainings)
            looks = entry["trainings"][()].tolist()
            assert sorted(set(looks)) == list(range(FIRST, max(trainings) + 1)), "a look at every training"
            points, leads = entry["point"][()].tolist(), entry["leads"][()].tolist()
            leaders = {look: point for look, point, first in zip(looks, points, leads) if first}
            out = [0] * VALUES
            rows = zip(looks, points, *(entry[name][()].tolist() for name in ("mean", "behind", "ci_high", "dropped")))
            for look, point, mean, behind, high, is_dropped in rows:
                value = point - number * VALUES
                out[value] += look * is_dropped
                assert mean == pytest.approx(race[value][:look].mean(), abs=1e-12)
                if point != leaders[look]:
                    differences = race[leaders[look] - number * VALUES][:look] - race[value][:look]
                    assert behind == pytest.approx(differences.mean(), abs=1e-12)
                    assert high - behind == pytest.approx(race_rules.half_width(differences, VALUES - 1, 10), abs=1e-9)
            assert out == dropped


@pytest.mark.parametrize("ranks", [2, *(pytest.param(ranks, marks=pytest.mark.slow) for ranks in (1, 3, 7))])
def test_any_number_of_ranks_gives_the_same_race(race_lab, raced, ranks):
    race_lab.run(ranks=ranks)
    assert difference(race_lab.file(), raced.file()) == ""
    assert leftovers(race_lab.out) == []
    with h5py.File(race_lab.file(), "r") as one, h5py.File(raced.file(), "r") as other:
        assert set(one["models"]) == set(other["models"]), "what was trained ahead and not asked for is not in the file"


def test_networks_that_are_there_already_enter_as_they_are_asked_for(race_lab, raced, everything):
    race_lab.use_models(everything)
    assert networks_to_train(race_lab.run()) == 0
    assert difference(race_lab.file(), raced.file()) == ""
    with h5py.File(race_lab.file(), "r") as one, h5py.File(raced.file(), "r") as other:
        assert set(one["models"]) == set(other["models"])


@pytest.mark.parametrize("ranks", [pytest.param(None, marks=pytest.mark.slow), 3])
def test_killed_again_and_again_it_comes_to_the_same_end(race_lab, raced, ranks):
    kills = 0
    for delay in (0.3, 0.5, 0.7, 0.4, 0.6):
        options = ["--resume"] if race_lab.file().exists() else []
        with race_lab.running(*options, ranks=ranks) as job:
            time.sleep(delay)
            kills += job.poll() is None
            job.send_signal(signal.SIGKILL)
            job.wait(30)
        time.sleep(0.3)  # ranks of a killed mpirun end by themselves
    assert kills > 0
    race_lab.run("--resume", "--wait-for-lock", "30s", ranks=ranks) if race_lab.file().exists() else race_lab.run(ranks=ranks)
    assert difference(race_lab.file(), raced.file()) == ""


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_whatever_was_saved_a_race_goes_on_to_the_same_end(race_lab, raced, seed):
    """Any chips may be missing after a crash, in the middle of looks that were taken, too."""
    race_lab.use_models(raced)
    race_lab.run()
    rng = np.random.default_rng(seed)
    with h5py.File(race_lab.file(), "r+") as file:
        lost = rng.random(file["results/state"].shape) < 0.1
        for name in METRICS:
            values = file[f"results/{name}"][()]
            values[lost] = 0 if name == "state" else np.nan
            file[f"results/{name}"][...] = values
    race_lab.run("--resume", "--accept-changes", ranks=2)
    assert difference(race_lab.file(), raced.file()) == ""


def test_more_trainings_go_on(race_lab, raced, wanted):
    race_lab.write({**CHANGES, "training.replicas": "7"}, SWEEP)
    race_lab.run()
    assert cells(race_lab.file()).shape[2] == 7
    with h5py.File(race_lab.file(), "r") as file:
        assert "last look" in {race.attrs["end"] for race in file["race"].values()}, "or nothing goes on"
    race_lab.write(CHANGES, SWEEP)
    race_lab.run("--resume")
    assert difference(race_lab.file(), raced.file()) == ""
    race_lab.write({**CHANGES, "training.replicas": "7"}, SWEEP)
    assert "more than the 7 of this race" in race_lab.run("--resume", expect=4).stderr


def test_chips_of_one_training_become_those_of_the_first(race_lab, raced):
    of_one = RACE.replace(f"chips = {CHIPS}", "min = 10, max = 24")
    race_lab.write({**CHANGES, "training.replicas": None, "trials.race": of_one}, SWEEP)
    race_lab.run()
    race_lab.write(CHANGES, SWEEP)
    race_lab.run("--resume")
    with h5py.File(race_lab.file(), "r") as file, h5py.File(raced.file(), "r") as other:
        assert "trials.race.max" not in file["settings"].attrs and file["settings"].attrs["trials.race.chips"] == CHIPS
        for number in range(RACES):
            entry, same = file[f"race/race_{number:04}"], other[f"race/race_{number:04}"]
            assert all(np.array_equal(entry[name][()], same[name][()], equal_nan=True) for name in same)


def test_what_was_raced_can_be_counted_later(race_lab, raced):
    race_lab.use_models(raced)
    race_lab.run()
    fixed = {**CHANGES, "trials.race": None, "trials.count": str(CHIPS), "trials.validation_accuracy": "true"}
    race_lab.write({**fixed, "training.replicas": "6"}, SWEEP)
    assert chips_to_run(race_lab.run("--resume")) == 0
    assert difference(race_lab.file(), raced.file()) == ""


def test_equal_chips_are_one_of_each_training(race_lab):
    changes = {**CHANGES, "hardware.variation.sigma": "0.0"}
    sweep = {"training.learning_rate": SWEEP["training.learning_rate"]}
    race_lab.write(changes, sweep)
    race_lab.run()
    with h5py.File(race_lab.file(), "r") as file:
        done = file["results/state"][()] == 1
    assert (done.all(axis=-1) == done.any(axis=-1)).all() and done[:, :FIRST].all() and not done.all()
    race_lab.write({**changes, "trials.race": RACE.replace(f"chips = {CHIPS}", "chips = 20")}, sweep)
    race_lab.run("--resume")
    with h5py.File(race_lab.file(), "r") as file:
        assert file.attrs["status"] == "complete"


def test_values_of_hardware_share_their_trainings(race_lab):
    race = f'{{ axis = "hardware.variation.sigma", tolerance = {TOLERANCE}, chips = {CHIPS} }}'
    changes = {**CHANGES, "training.learning_rate": "1e-2", "trials.race": race}
    race_lab.write(changes, {"hardware.variation.sigma": "[0.1, 0.4, 0.8]"})
    done = race_lab.run(ranks=2)
    with h5py.File(race_lab.file(), "r") as file:
        counts = (file["results/state"][()] == 1).all(axis=-1).sum(axis=-1)
        assert len(file["models"]) == counts.max()
    assert "at least 6 networks (6 to train), at least 180 chips to run" in done.stderr


def test_samples_of_images_are_raced(race_lab, another_lab):
    race = RACE.replace("chips", 'metric = "accuracy", chips')
    race_lab.write({**CHANGES, "trials.race": race, "trials.images": "50"}, SWEEP)
    race_lab.run()
    another_lab.write({**CHANGES, "trials.race": race, "trials.images": "50"}, SWEEP)
    another_lab.run(ranks=3)
    assert difference(race_lab.file(), another_lab.file()) == ""
    with h5py.File(race_lab.file(), "r") as file:
        assert np.nanmax(file["results/sampled_images"][()]) == 50


def test_the_package_computes_the_same_summaries(raced, wanted):
    from ohmcarlo_analysis.reading.race import read_races
    from ohmcarlo_analysis.statistics.stored import check_summary

    assert check_summary(raced.file()) < 1e-9
    races = read_races(raced.file())
    assert [race.units for race in races] == ["trainings"] * RACES
    assert [race.spent for race in races] == [sum(trainings) for trainings, _, _ in wanted]


def run_program(*arguments, expect=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == expect, done.stderr
    return done.stdout


def test_compare_and_show_speak_of_trainings(raced, wanted):
    text = run_program("compare", raced.file(), "--best", "learning_rate")
    for trainings, _, _ in wanted:
        spent = sum(trainings)
        assert f"{spent} trainings of {CHIPS} chips ({spent * CHIPS} chips)" in text
        assert f"the {VALUES * max(trainings)} of all values" in text
    for look in {look for _, dropped, _ in wanted for look in dropped} - {0}:
        assert f"dropped at {look} trainings" in text
    assert "95 % sequences over trainings" in run_program("show", raced.file())
    by_loss = run_program("compare", raced.file(), "--axis", "learning_rate", "--baseline", "3e-3", "--metric", "loss")
    assert "sequence intervals over pairs of trainings" in by_loss


def test_check_says_from_how_many_to_how_many(race_lab):
    text = run_program("check", race_lab.path / "experiment.toml")
    assert f"8 points, {FIRST} to {REPLICAS} replicas, {CHIPS} chips each" in text
    assert "trainings go to the values of training.learning_rate" in text
    assert (
        f"{VALUES * FIRST} to {VALUES * REPLICAS} trainings and {8 * FIRST * CHIPS} to {8 * REPLICAS * CHIPS} chips" in text
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"training.replicas": "5"}, ["'training.replicas' is 5", "nothing before 6"]),
        ({"training.replicas": "1"}, ["'trials.race.chips' is of each of several trainings"]),
        ({"trials.race": '{ axis = "training.learning_rate", max = 40 }'}, ["'trials.race.max' counts the chips"]),
        ({"trials.race": '{ axis = "training.learning_rate", min = 40 }'}, ["'trials.race.min' counts the chips"]),
        ({"trials.race": '{ axis = "training.learning_rate", chips = 1 }'}, ["trials.race.chips", "2"]),
        ({"trials.race": "{ chips = 10 }"}, ["'trials.race.chips' needs 'trials.race.axis'"]),
        ({"trials.count": "20"}, ["'trials.count' stands beside 'trials.race.axis'"]),
        ({"trials.images": '"two-stage"', "trials.race": RACE.replace("chips", 'metric = "loss", chips')},
         ["'trials.race.chips' is 10"]),
    ],
)  # fmt: skip
def test_races_that_cannot_be(race_lab, changes, says):
    race_lab.write({**CHANGES, **changes}, SWEEP)
    done = race_lab.run(expect=2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in says:
        assert part in done.stderr, done.stderr
    assert not race_lab.file().exists()
