"""The command line from outside: files written, numbers in them, exit status and one line for every mistake."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ohmcarlo_analysis.cli import main
from results_file import demo, write_results
from test_reader import not_hdf5, not_ours, truncated

SIGMA, METHOD = "hardware.variation.sigma", "training.method"
SUFFIXES = (".png", ".pdf", ".svg", ".csv")
MAGIC = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml", ".csv": b"hardware"}


def run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return status, output.out, output.err


def figures(folder, name="f"):
    return {suffix: (folder / (name + suffix)).read_bytes() for suffix in SUFFIXES}


@pytest.fixture(scope="module")
def typical(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("demo") / "r.h5", chips=40)


def test_accuracy_writes_four_files(tmp_path, typical, capsys):
    status, out, err = run(capsys, "accuracy", typical, "--out", tmp_path / "f.png")
    assert (status, err) == (0, "")
    for suffix, data in figures(tmp_path).items():
        assert data.startswith(MAGIC[suffix]) and str(tmp_path / f"f{suffix}") in out
    assert sorted(os.listdir(tmp_path)) == sorted("f" + suffix for suffix in SUFFIXES)
    assert image_width(figures(tmp_path)[".png"]) >= 3.5 * 200  # that of a column at print resolution


def test_the_csv_holds_the_numbers_of_the_file(tmp_path, numbers_only, capsys):
    values = [[[[0.1, 0.2, 0.3, 0.4, 0.5]]], [[[0.5, 0.5, np.nan, np.nan, np.nan]]]]
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.0, 0.15], METHOD: ["plain"]}, values, clean=[[[0.98]], [[0.97]]])
    assert run(capsys, "accuracy", path, "--out", tmp_path / "f.pdf", "--percent")[0] == 0
    table = pd.read_csv(tmp_path / "f.csv")
    expected = [SIGMA, METHOD, "count", "mean", "sd", "ci_low", "ci_high", "median", "min", "max", "clean_accuracy"]
    assert table.columns[:12].tolist() == [*expected, "interval_over"]
    assert table[SIGMA].tolist() == [0.0, 0.15] and table[METHOD].tolist() == ["plain", "plain"]
    assert table["count"].tolist() == [5, 2] and table["interval_over"].tolist() == ["chips", "chips"]
    np.testing.assert_allclose(table["mean"], [0.3, 0.5])
    np.testing.assert_allclose(table["ci_high"][0], 0.3 + 2.776445 * np.sqrt(0.025 / 5), rtol=1e-6)
    np.testing.assert_allclose(table[["median", "min", "max", "clean_accuracy"]], [[0.3, 0.1, 0.5, 0.98], [0.5, 0.5, 0.5, 0.97]])


def test_the_same_input_gives_the_same_bytes(tmp_path, typical):
    """In two processes with different hash seeds, user settings and names of folders."""
    found = []
    for index in (1, 2):
        folder = tmp_path / f"run{index}"
        folder.mkdir()
        (folder / "matplotlibrc").write_text(f"font.size: {6 * index}\naxes.grid: {index == 1}\n")
        environment = {
            **os.environ, "PYTHONHASHSEED": str(index), "MATPLOTLIBRC": str(folder), "SOURCE_DATE_EPOCH": str(10**9 * index),
            "PYTHONPATH": str(Path(__file__).parents[2] / "analysis"),
        }  # fmt: skip
        command = [sys.executable, "-m", "ohmcarlo_analysis", "accuracy", typical, "--out", folder / "f.svg"]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        found.append(figures(folder))
    for suffix in SUFFIXES:
        assert found[0][suffix] == found[1][suffix], suffix


def image_width(png):
    return int.from_bytes(png[16:20], "big")


RAMP = np.linspace(0, 1, 9).reshape(3, 1, 3)
SHAPES = {
    "several replicas": lambda path: demo(path, replicas=3, chips=10),
    "eight methods": lambda path: demo(path, methods=[f"method-{index}" for index in range(8)], chips=5),
    "single point": lambda path: write_results(path, {SIGMA: [0.1]}, [[[0.5, 0.6]]], clean=[[0.9]]),
    "single chip": lambda path: write_results(path, {SIGMA: [0.0, 0.1]}, [[[0.5]], [[0.4]]]),
    "no sweep": lambda path: write_results(path, {}, [[0.5, 0.6, 0.7]], clean=[0.9]),
    "names only": lambda path: write_results(path, {METHOD: ["plain", "ovf"]}, [[[0.5, 0.6]], [[0.7, 0.8]]]),
    "nothing run": lambda path: write_results(path, {SIGMA: [0.0, 0.1]}, np.full((2, 1, 3), np.nan)),
    "descending": lambda path: write_results(path, {SIGMA: [0.2, 0.1, 0.0]}, RAMP),
    "decades": lambda path: write_results(path, {"hardware.faults.rate": [1e-4, 1e-3, 1e-2]}, RAMP),
    "whole numbers": lambda path: write_results(path, {"hardware.adc.bits": [4, 6, 8]}, RAMP),
    "all equal": lambda path: write_results(path, {SIGMA: [0.0, 0.1]}, np.full((2, 1, 3), 1.0)),
}


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_of_sweep_can_be_drawn_and_printed(tmp_path, make, capsys, recwarn):
    path = make(tmp_path / "r.h5")
    assert run(capsys, "accuracy", path, "--out", tmp_path / "f")[::2] == (0, "")
    status, out, err = run(capsys, "summary", path)
    assert (status, err) == (0, "") and "clean" in out
    assert [str(warning.message) for warning in recwarn] == []


def test_one_layer_of_a_metric_can_be_drawn_and_all_printed(tmp_path, numbers_only, capsys):
    faults = np.arange(2 * 1 * 3 * 2, dtype=float).reshape(2, 1, 3, 2)
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.0, 0.1]}, np.full((2, 1, 3), 0.5), metrics={"faults": faults})
    draw = ("accuracy", path, "--metric", "faults", "--out", tmp_path / "f")
    assert "--select layer=value" in run(capsys, *draw)[2]
    assert run(capsys, *draw, "--select", "layer=2")[::2] == (0, "")
    assert pd.read_csv(tmp_path / "f.csv")["mean"].tolist() == [3, 9]
    status, out, err = run(capsys, "summary", path, "--metric", "faults")
    assert (status, err) == (0, "") and len(out.splitlines()) == 3 + 4  # two points of two layers


def three_axes(path):
    axes = {SIGMA: [0.0, 0.1], METHOD: ["plain", "ovf"], "hardware.adc.bits": [4, 6, 8]}
    return write_results(path, axes, np.random.default_rng(1).uniform(size=(2, 2, 3, 1, 4)))


def test_too_many_axes_ask_for_a_choice(tmp_path, numbers_only, capsys):
    path = three_axes(tmp_path / "r.h5")
    status, out, err = run(capsys, "accuracy", path, "--out", tmp_path / "f")
    assert status == 2 and "--select" in err and "hardware.adc.bits has 4, 6, 8" in err and err.count("\n") == 1
    assert run(capsys, "accuracy", path, "--out", tmp_path / "f", "--select", "adc.bits=6")[0] == 0
    table = pd.read_csv(tmp_path / "f.csv")
    assert len(table) == 4 and set(table["hardware.adc.bits"]) == {6}
    roles = ("--x", "bits", "--lines", "sigma", "--select", "method=ovf")
    assert run(capsys, "accuracy", path, "--out", tmp_path / "g", *roles)[0] == 0
    assert len(pd.read_csv(tmp_path / "g.csv")) == 6


def test_a_single_replica_can_be_selected(tmp_path, capsys):
    path = demo(tmp_path / "r.h5", replicas=2, chips=5)
    assert "over trainings" in run(capsys, "summary", path)[1]
    assert "over chips" in run(capsys, "summary", path, "--select", "replica=1")[1]


def test_shards_are_drawn_together(tmp_path, numbers_only, capsys):
    a = write_results(tmp_path / "a.h5", {SIGMA: [0.0]}, [[[0.5, 0.7]]])
    b = write_results(tmp_path / "b.h5", {SIGMA: [0.1]}, [[[0.3, 0.4]]])
    assert run(capsys, "accuracy", a, b, "--out", tmp_path / "f")[0] == 0
    np.testing.assert_allclose(pd.read_csv(tmp_path / "f.csv")["mean"], [0.6, 0.35])


def test_summary_prints_percent_and_half_width(tmp_path, capsys):
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.15]}, [[[0.1, 0.2, 0.3, 0.4, 0.5]]], clean=[[0.981]])
    lines = run(capsys, "summary", path)[1].splitlines()
    assert lines[-2].split() == [SIGMA, "chips", "mean", "+-", "median", "clean"]
    assert lines[-1].split() == ["0.15", "5", "30.00", "19.63", "30.00", "98.10"]
    fractions = run(capsys, "summary", path, "--fraction")[1].splitlines()[-1].split()
    assert fractions == ["0.15", "5", "0.3", "0.19632", "0.3", "0.981"]


def test_a_running_job_and_failed_trials_are_noted_once(tmp_path, capsys):
    values, state = [[0.5, 0.6, np.nan, np.nan]], [[1, 1, 0, 2]]
    path = write_results(tmp_path / "r.h5", {}, values, state=state, attributes={"status": "running"})
    status, out, err = run(capsys, "summary", path)
    assert status == 0 and err.count("status is running, 2 of 4 trials done") == 1 and "failed trials, left out: 1" in err


@pytest.mark.parametrize("make", [not_hdf5, not_ours, truncated, lambda path: None])
def test_a_bad_results_file_exits_4_with_one_line(tmp_path, make, capsys):
    make(tmp_path / "bad.h5")
    for command in (["summary"], ["accuracy", "--out", tmp_path / "f.png"]):
        status, out, err = run(capsys, *command, tmp_path / "bad.h5")
        assert (status, out) == (4, "") and err.count("\n") == 1 and "bad.h5" in err
    assert not (tmp_path / "f.png").exists()


MISTAKES = [
    [], ["draw"], ["accuracy"], ["accuracy", "R"], ["accuracy", "R", "--out", "F", "--x", "nothing"],
    ["accuracy", "R", "--out", "F", "--metric", "beauty"], ["accuracy", "R", "--out", "F", "--select", "sigma"],
    ["accuracy", "R", "--out", "F", "--select", "sigma=0.17"], ["accuracy", "R", "--out", "F", "--select", "method=none"],
    ["accuracy", "R", "--out", "F", "--x", "sigma", "--lines", "sigma"], ["accuracy", "R", "--out", "F", "--width", "nan"],
    ["accuracy", "R", "--out", "F", "--x-scale", "log", "--select", "sigma=0"], ["summary", "R", "--percent", "--fraction"],
    ["summary", "R", "--colour"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", MISTAKES, ids=lambda arguments: " ".join(arguments) or "nothing")
def test_a_bad_command_line_exits_2_with_one_line(tmp_path, typical, arguments, capsys):
    places = {"R": typical, "F": tmp_path / "f.png"}
    status, out, err = run(capsys, *[places.get(argument, argument) for argument in arguments])
    assert (status, out) == (2, "") and err.count("\n") == 1 and not (tmp_path / "f.png").exists()


def test_help_answers(capsys):
    for arguments in (["--help"], ["accuracy", "--help"], ["summary", "--help"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 0 and "usage" in capsys.readouterr().out


def test_an_input_is_never_overwritten(tmp_path, typical, capsys):
    for name, out in (("f.svg", "f.png"), ("g.csv", "g")):
        path = tmp_path / name
        shutil.copy(typical, path)
        before = path.read_bytes()
        status, _, err = run(capsys, "accuracy", path, "--out", tmp_path / out)
        assert status == 2 and "overwrite" in err and path.read_bytes() == before


def test_an_unwritable_place_exits_4(tmp_path, typical, capsys):
    (tmp_path / "file").write_text("not a folder")
    status, _, err = run(capsys, "accuracy", typical, "--out", tmp_path / "file" / "f.png")
    assert status == 4 and err.count("\n") == 1 and "cannot write" in err
