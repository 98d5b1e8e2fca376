"""Heat maps, distributions, classes, differences, and logarithmic axes with a 0: what stands in them, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing.accuracy import accuracy_figure
from ohmcarlo_analysis.drawing.accuracy_lines import positions_along
from ohmcarlo_analysis.drawing.classes import classes_figure
from ohmcarlo_analysis.drawing.differences import differences_figure
from ohmcarlo_analysis.drawing.distribution import distribution_figure
from ohmcarlo_analysis.drawing.heatmap import heatmap_figure
from ohmcarlo_analysis.errors import ResultsFileError, UsageError
from ohmcarlo_analysis.reading.differences import keys_of, read_differences
from ohmcarlo_analysis.reading.reader import load
from ohmcarlo_analysis.reading.selection import Roles, choose_roles, select
from results_file import write_results

SIGMA, LAMBDA, METHOD = "hardware.variation.sigma", "training.kurtosis.lambda", "training.method"


@pytest.fixture
def swept(tmp_path):
    """Two sigmas by three lambdas, five chips: .9, .88, ..., less .1 a sigma and .01 a lambda."""
    chips = 0.9 - 0.02 * np.arange(5)
    accuracy = np.array([[[chips - 0.1 * s - 0.01 * k] for k in range(3)] for s in range(2)])
    return write_results(tmp_path / "r.h5", {SIGMA: [0.1, 0.2], LAMBDA: [0.0, 0.01, 1.0]}, accuracy)


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_a_heat_map_has_the_means_in_its_fields(swept):
    dataset = load(swept)
    figure, table = heatmap_figure(dataset, choose_roles(dataset))
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.1", "0.2"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "0.01", "1"]
    assert texts_of(axes) == ["86.0", "76.0", "85.0", "75.0", "84.0", "74.0"]  # row by row from the bottom: lambda 0, .01, 1
    assert len(table) == 6


def test_a_heat_map_has_intervals_on_request(swept):
    """t(4) = 2.776 times sd .03162 / sqrt(5): 3.93 points."""
    dataset = load(swept)
    figure, _ = heatmap_figure(dataset, choose_roles(dataset), intervals=True)
    assert texts_of(figure.axes[0])[0] == "86.0\n\u00b13.9"


def test_a_heat_map_needs_two_axes(swept):
    dataset = select(load(swept), [f"{SIGMA}=0.1"])
    with pytest.raises(UsageError, match="two swept keys"):
        heatmap_figure(dataset, Roles(LAMBDA, None))


def test_a_distribution_has_a_step_a_chip_and_its_quantiles(tmp_path):
    """100 chips .01, .02, ... 1: the 1, 5 and 50 % quantiles by linear interpolation are .0199, .0595 and .505."""
    values = np.arange(1, 101) / 100
    path = write_results(tmp_path / "r.h5", {METHOD: ["plain", "ovf"]}, np.array([[values], [values / 2]]))
    figure, table = distribution_figure(load(path))
    assert table["quantile_0.01"].tolist() == pytest.approx([0.0199, 0.00995])
    assert table["quantile_0.05"].tolist() == pytest.approx([0.0595, 0.02975])
    assert table["quantile_0.5"].tolist() == pytest.approx([0.505, 0.2525])
    steps = max(figure.axes[0].lines, key=lambda line: len(line.get_xdata()))
    assert steps.get_ydata()[[0, 1, 100]].tolist() == pytest.approx([0, 1, 100]) and len(steps.get_xdata()) == 101
    tops = [sum(patch.get_data().values) for patch in figure.axes[1].patches]
    assert tops == pytest.approx([100] * 4)  # of each of the two, filled and as a line


def test_quantiles_that_too_few_chips_have_are_not_named(swept):
    dataset = select(load(swept), [f"{SIGMA}=0.1"])
    _, table = distribution_figure(dataset, LAMBDA)
    assert np.isnan(table["quantile_0.05"]).all() and table["quantile_0.5"].notna().all()


@pytest.mark.parametrize(("choices", "word"), [([], "one point"), ([f"{SIGMA}=0.1", f"{LAMBDA}=0"], None)])
def test_a_distribution_is_of_one_point(swept, choices, word):
    dataset = select(load(swept), choices)
    if word is None:
        assert len(distribution_figure(dataset)[1]) == 1
    else:
        with pytest.raises(UsageError, match=word):
            distribution_figure(dataset)


def test_classes_are_shares_of_their_images_with_the_first_class_on_top(tmp_path):
    """Two chips: class 0 has 4 images, answered 0 in 3 + 1 of 8 cases; class 1 has 2, answered 1 in all."""
    path = write_results(tmp_path / "r.h5", {SIGMA: [0.1]}, np.array([[[0.8, 0.5]]]))
    dataset = load(path)
    counts = np.array([[[[[3, 1], [0, 2]], [[1, 3], [0, 2]]]]], float)
    dataset = dataset.assign_coords({"class": [0, 1], "answer": [0, 1]})
    dataset["confusion"] = ((SIGMA, "replica", "trial", "class", "answer"), counts)
    figure, table = classes_figure(dataset)
    assert table["images"].tolist() == [4, 4, 0, 4] and table["percent"].tolist() == [50, 50, 0, 100]
    assert texts_of(figure.axes[0]) == ["50.0", "50.0", "", "100.0"]
    low, high = figure.axes[0].get_ylim()
    assert low > high  # downwards
    with pytest.raises(UsageError, match="trials.confusion"):
        classes_figure(load(path))


CSV = """hardware.variation.sigma,training.method,count,left_out,difference,sd,ci_low,ci_high,p,adjusted_p,correlation
0.1,ovf,5,0,0.02,0.01,0.01,0.03,0.001,0.002,0.5
0.2,ovf,5,0,-0.01,0.05,-0.07,0.05,0.4,0.4,0.5
"""


def test_differences_stand_as_compare_has_printed_them(tmp_path):
    (tmp_path / "d.csv").write_text(CSV)
    table = read_differences(tmp_path / "d.csv")
    assert keys_of(table) == [SIGMA, METHOD]
    axes = differences_figure(table, "Difference", True, ["a note"]).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sigma 0.1", "sigma 0.2"]
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]]
    assert np.allclose(bars, [[1, 3], [-7, 5]])
    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    assert [line.get_xdata()[0] for line in points] == pytest.approx([2, -1])
    assert [line.get_markerfacecolor() == "white" for line in points] == [False, True]


@pytest.mark.parametrize(
    ("text", "word"), [("a,b\n1,2\n", "no columns count"), (CSV.splitlines()[0] + "\n", "no differences"), ("", "cannot read")]
)
def test_other_files_are_refused(tmp_path, text, word):
    (tmp_path / "d.csv").write_text(text)
    with pytest.raises(ResultsFileError, match=word):
        read_differences(tmp_path / "d.csv")


def test_a_sweep_of_decades_with_0_is_logarithmic_and_broken(tmp_path):
    values = [0.0, 1e-3, 1e-2, 1e-1, 1.0]
    path = write_results(tmp_path / "r.h5", {LAMBDA: values}, np.full((5, 1, 3), 0.5) + 0.01 * np.arange(3))
    dataset = load(path)
    positions, log = positions_along(dataset, LAMBDA, "auto")
    assert log and positions.tolist() == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1, 1])
    axes = accuracy_figure(dataset, choose_roles(dataset))[0].axes[0]
    assert axes.get_xscale() == "log"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "$10^{-3}$", "$10^{-2}$", "$10^{-1}$", "$10^{0}$"]
    assert not positions_along(load(path), LAMBDA, "linear")[1]


@pytest.mark.parametrize("values", [[0.0, 0.1, 0.2, 0.3], [-1.0, 1.0, 10.0, 100.0], [0.0, 1.0, 100.0]])
def test_other_sweeps_stay_linear(tmp_path, values):
    path = write_results(tmp_path / "r.h5", {LAMBDA: values}, np.full((len(values), 1, 3), 0.5))
    assert not positions_along(load(path), LAMBDA, "auto")[1]


def test_a_command_writes_four_files(tmp_path, swept, capsys):
    assert main(["heatmap", str(swept), "--intervals", "--out", str(tmp_path / "f.png")]) == 0
    out = capsys.readouterr().out
    for suffix in (".png", ".pdf", ".svg", ".csv"):
        assert (tmp_path / f"f{suffix}").stat().st_size > 0 and f"f{suffix}" in out


def test_the_command_for_differences_writes_what_it_read(tmp_path):
    (tmp_path / "d.csv").write_text(CSV)
    assert main(["differences", str(tmp_path / "d.csv"), "--out", str(tmp_path / "f.png")]) == 0
    assert pd.read_csv(tmp_path / "f.csv")["difference"].tolist() == [0.02, -0.01]
    assert main(["differences", str(tmp_path / "d.csv"), "--out", str(tmp_path / "d.csv")]) == 2
