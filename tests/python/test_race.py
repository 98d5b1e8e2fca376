"""Races: what is read of the group /race, drawn and refused."""

import h5py
import numpy as np
import pytest
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing.race import race_figure, race_table
from ohmcarlo_analysis.reading.race import read_races
from ohmcarlo_analysis.reading.reader import load
from ohmcarlo_analysis.statistics.summary import summarise
from results_file import seal, write_results

AXES = {"hardware.variation.sigma": [0.1, 0.2], "training.epochs": [1, 2, 3]}
SETTINGS = {
    "trials.race.axis": "training.epochs", "trials.race.confidence": 0.95, "trials.race.min": 10, "trials.race.max": 100,
}  # fmt: skip
# chips, point, mean, behind, ci_low, ci_high, leads, dropped
ROWS = [
    (10, 3, 0.90, 0.00, np.nan, np.nan, 1, 0), (10, 4, 0.80, 0.10, 0.02, 0.18, 0, 1), (10, 5, 0.89, 0.01, np.nan, np.nan, 0, 0),
    (13, 3, 0.90, 0.00, np.nan, np.nan, 1, 0), (13, 5, 0.897, 0.003, -0.001, 0.007, 0, 0),
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    """Two races; the first has not begun."""
    path = tmp_path / "r.h5"
    accuracy = np.full((2, 3, 1, 13), np.nan)
    accuracy[1] = 0.9 + 0.001 * np.arange(13)
    write_results(path, AXES, accuracy, settings=SETTINGS)
    with h5py.File(path, "a") as results:
        group = results.create_group("race")
        group.attrs.update({
            "axis": "training.epochs", "metric": "accuracy", "tolerance": 0.001, "confidence": 0.95, "pair_confidence": 0.975,
        })  # fmt: skip
        for number, (leader, spent, rows) in enumerate([(0, 30, []), (3, 36, ROWS)]):
            entry = group.create_group(f"race_{number:04}")
            entry.attrs.update({"end": "goes on", "leader": leader, "chips_spent": spent, "chips_without_dropping": 39})
            names = ("chips", "point", "mean", "behind", "ci_low", "ci_high", "leads", "dropped")
            for name, column in zip(names, zip(*rows)):
                entry[name] = np.array(column)
    return seal(path)


def test_standings_are_those_of_their_values(file):
    first, second = read_races(file)
    assert len(first.standings) == 0 and first.where == {"hardware.variation.sigma": "0.1"}
    assert second.where == {"hardware.variation.sigma": "0.2"}
    assert second.standings["value"].tolist() == ["1", "2", "3", "1", "3"]
    assert (second.spent, second.without_dropping, second.end) == (36, 39, "goes on")


def test_chips_are_added_up_over_the_values_that_are_left(file):
    table = race_table(read_races(file)[1])
    assert table["spent"].tolist() == [30, 30, 30, 36, 36]


def test_a_line_for_each_value_and_a_cross_where_it_is_dropped(file):
    figure = race_figure(read_races(file)[1], ["notes"])
    (axes,) = figure.axes
    crosses = [line for line in axes.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert len(crosses) == 1 and crosses[0].get_ydata()[0] == pytest.approx(10)
    assert {line.get_label() for line in axes.lines if not line.get_label().startswith("_")} == {"1", "3", "dropped (1)"}


@pytest.fixture
def trainings(tmp_path):
    """A race over ten trainings of four chips each, the last values of which have none."""
    path = tmp_path / "t.h5"
    rng = np.random.default_rng(1)
    accuracy = np.full((3, 12, 4), np.nan)
    accuracy[:, :10] = 0.9 + 0.01 * rng.standard_normal((3, 10, 4))
    settings = {"trials.race.axis": "training.epochs", "trials.race.confidence": 0.95, "trials.race.chips": 4}
    write_results(path, {"training.epochs": [1, 2, 3]}, accuracy, settings=settings, metrics={"correct": 1e5 * accuracy})
    with h5py.File(path, "a") as results:
        group = results.create_group("race")
        group.attrs.update({
            "axis": "training.epochs", "metric": "accuracy", "tolerance": 0.001, "confidence": 0.95, "pair_confidence": 0.975,
            "chips_of_training": 4,
        })  # fmt: skip
        entry = group.create_group("race_0000")
        entry.attrs.update({
            "end": "goes on", "leader": 0, "trainings_spent": 30, "trainings_without_dropping": 30, "chips_spent": 120,
            "chips_without_dropping": 120,
        })  # fmt: skip
        for name, column in zip(("trainings", "point", "mean", "behind", "ci_low", "ci_high", "leads", "dropped"), zip(*ROWS)):
            entry[name] = np.array(column) - (3 if name == "point" else 0)
    return seal(path)


def test_trainings_are_counted_where_they_are_raced(trainings):
    (race,) = read_races(trainings)
    assert (race.units, race.chips, race.spent) == ("trainings", 4, 30)
    assert race_table(race).columns[:3].tolist() == ["value", "spent", "trainings"]
    assert race_figure(race, ["notes"]).axes[0].get_xlabel() == "Trainings spent by the race"


def test_raced_trainings_have_sequences(trainings):
    """Tuned for 10 trainings: c = 10 / 8.211968062, R = ((n + c) / (c .05^2))^(1/n)."""
    dataset = load(trainings)
    found = summarise(dataset)
    means = dataset["accuracy"].isel(replica=slice(10)).mean("trial").values
    c, n = 10 / 8.211968062, 10
    ratio = ((n + c) / (c * 0.05**2)) ** (1 / n)
    half = means.std(axis=-1) * np.sqrt((ratio - 1) / (1 - ratio * c / (n + c)))
    assert found["ci_low"].values == pytest.approx(means.mean(axis=-1) - half, abs=1e-9)
    assert found["ci_high"].values == pytest.approx(np.minimum(means.mean(axis=-1) + half, 1), abs=1e-9)
    assert found.attrs["interval_over"] == "trainings"


def test_the_command_draws_one_race(file, tmp_path, capsys):
    assert main(["race", file, "--out", str(tmp_path / "race.png")]) == 2
    assert "several races: choose with --race (1: sigma = 0.1; 2: sigma = 0.2)" in capsys.readouterr().err
    assert main(["race", file, "--race", "3", "--out", str(tmp_path / "race.png")]) == 2
    assert main(["race", file, "--race", "2", "--out", str(tmp_path / "race.png")]) == 0
    assert (tmp_path / "race.png").stat().st_size > 0
    assert (tmp_path / "race.csv").read_text().startswith("value,spent,chips,mean,behind")


def test_a_file_without_races_is_refused(tmp_path, capsys):
    path = write_results(tmp_path / "r.h5", {"a": [1.0]}, np.full((1, 1, 3), 0.9))
    assert main(["race", path, "--out", str(tmp_path / "race.png")]) == 4
    assert "no race (trials.race)" in capsys.readouterr().err


def test_chips_of_races_have_sequences(file):
    assert set(summarise(load(file))["interval_kind"].values.ravel()) == {"sequence"}


def test_a_race_that_has_not_begun_is_refused(file, tmp_path, capsys):
    assert main(["race", file, "--race", "1", "--out", str(tmp_path / "race.png")]) == 4
    assert "no look" in capsys.readouterr().err
