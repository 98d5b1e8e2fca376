"""Several metrics in one figure: a panel each, what stands at its axes, one legend, and all numbers in the table."""

import h5py
import numpy as np
import pandas as pd
import pytest
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing import style
from ohmcarlo_analysis.drawing.accuracy import Options, accuracy_figure
from ohmcarlo_analysis.drawing.heatmap import heatmap_figure
from ohmcarlo_analysis.reading.metrics import axis_label_of, description_of, label_of
from ohmcarlo_analysis.reading.reader import load
from ohmcarlo_analysis.reading.selection import choose_roles, select
from results_file import seal, write_results

SIGMA, METHOD = "hardware.variation.sigma", "training.method"
SIGMAS = [0.0, 0.1, 0.2]
EKL = "mean of -ln p(label) over the test images classified correctly"
FAULTS = "share of a layer's cells that are stuck on the chip"
ABOUT = {"accuracy": ("1", "fraction of the test images classified correctly"), "ekl": ("nat", EKL), "faults": ("%", FAULTS)}


@pytest.fixture
def swept(tmp_path):
    """Three sigmas, two methods, four chips: accuracies fall from .9 by .1 a sigma, EKL is 3 less them, faults of two layers."""
    chips = 0.01 * np.arange(4)
    accuracy = np.array([[[0.9 - 0.1 * s - 0.02 * m + chips] for m in range(2)] for s in range(3)])
    faults = np.stack([10 + accuracy, 20 + accuracy], axis=-1)
    axes = {SIGMA: SIGMAS, METHOD: ["plain", "ovf"]}
    path = write_results(
        tmp_path / "r.h5", axes, accuracy, clean=np.full((3, 2, 1), 0.95), metrics={"ekl": 3 - accuracy, "faults": faults},
    )  # fmt: skip
    with h5py.File(path, "a") as file:
        for name, (units, meaning) in ABOUT.items():
            file["results"][name].attrs.update({"units": units, "long_name": meaning})
    return seal(path)


def panels_of(figure):
    return {axes.get_label(): axes for axes in figure.axes}


def written(axes):
    return " ".join(axes.get_title("left").split())


def test_the_digital_accuracy_that_all_lines_share_has_no_line_s_colour(swept):
    dataset = load(swept)
    for values, shared in [(0.95, True), ([[[0.95], [0.94]]] * 3, False)]:
        dataset["clean_accuracy"][:] = values
        (axes,) = panels_of(accuracy_figure(dataset, choose_roles(dataset))[0]).values()
        along = [line for line in axes.lines if len(line.get_xdata()) == 3]
        dashed = {line.get_color() for line in along if line.get_linestyle() == "--"}
        assert dashed == ({style.REFERENCE_COLOUR} if shared else {line.get_color() for line in along if line.get_marker() in "os"})


def test_every_metric_has_a_panel_with_its_unit_and_meaning(swept):
    dataset = select(load(swept), ["layer=2"])
    figure, _ = accuracy_figure(dataset, choose_roles(dataset), ("accuracy", "ekl", "faults"))
    panels = panels_of(figure)
    assert list(panels) == ["accuracy", "ekl", "faults"]
    assert [axes.get_ylabel() for axes in panels.values()] == ["Test accuracy (%)", "EKL (nat)", "faults (%)"]
    assert [written(axes) for axes in panels.values()] == [ABOUT["accuracy"][1], EKL, f"{FAULTS} (layer = 2)"]
    assert [axes.get_xlabel() for axes in panels.values()] == ["", "", "Device variation $\\sigma$"]
    means = {name: [line.get_ydata() for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 3]
             for name, axes in panels.items()}  # fmt: skip
    assert means["accuracy"][0] == pytest.approx([91.5, 81.5, 71.5])
    assert means["ekl"][0] == pytest.approx([2.085, 2.185, 2.285])
    assert means["faults"][0] == pytest.approx([20.915, 20.815, 20.715])


def test_panels_share_the_x_axis_and_one_legend_and_do_not_touch(swept):
    dataset = load(swept)
    figure, _ = accuracy_figure(dataset, choose_roles(dataset), ("accuracy", "ekl"), Options(width=5.0))
    figure.draw_without_rendering()
    upper, lower = panels_of(figure).values()
    assert upper.get_xlim() == lower.get_xlim() and upper.get_shared_x_axes().joined(upper, lower)
    assert [len(figure.legends), upper.get_legend(), lower.get_legend()] == [1, None, None]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["plain", "ovf", "digital, no noise", "one chip"]  # of accuracy alone there is a digital one
    boxes = [axes.get_tightbbox() for axes in (upper, lower)]
    assert boxes[0].y0 >= boxes[1].y1 and boxes[0].height > 0
    inner = [axes.get_position() for axes in (upper, lower)]
    assert (inner[0].x0, inner[0].width) == pytest.approx((inner[1].x0, inner[1].width))
    whole = figure.bbox
    texts = [each.get_window_extent() for each in (*figure.texts, figure.legends[0])]
    for box in (*boxes, *texts):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1
    assert texts[0].y1 <= boxes[1].y0 and texts[-1].y0 >= boxes[0].y1


def test_the_table_has_a_row_a_metric_and_point(swept, tmp_path, capsys):
    assert main(["accuracy", swept, "--metric", "ekl", "--metric", "accuracy", "--metric", "ekl", "--out", str(tmp_path / "f")]) == 0
    table = pd.read_csv(tmp_path / "f.csv")
    assert table.columns[:6].tolist() == [SIGMA, METHOD, "metric", "unit", "count", "mean"]
    assert table["metric"].tolist() == ["ekl"] * 6 + ["accuracy"] * 6
    assert table["unit"].tolist() == ["nat"] * 6 + ["1"] * 6
    both = table.pivot(index=[SIGMA, METHOD], columns="metric", values="mean")
    np.testing.assert_allclose(both["ekl"], 3 - both["accuracy"])
    assert capsys.readouterr().err == ""


def test_one_metric_has_neither_column_nor_meaning_where_its_name_is_usual(swept, tmp_path):
    dataset = select(load(swept), ["layer=2"])
    figure, table = accuracy_figure(dataset, choose_roles(dataset), ("ekl",))
    assert [written(axes) for axes in figure.axes] == [""] and "metric" not in table
    figure, table = accuracy_figure(dataset, choose_roles(dataset), ("faults",))
    assert [written(axes) for axes in figure.axes] == [f"{FAULTS} (layer = 2)"] and "metric" not in table


def test_a_metric_with_layers_asks_for_one_beside_others(swept, tmp_path, capsys):
    for command in ("accuracy", "heatmap"):
        status = main([command, swept, "--metric", "accuracy", "--metric", "faults", "--out", str(tmp_path / "f")])
        error = capsys.readouterr().err
        assert status == 2 and "--select layer=value" in error and error.count("\n") == 1


def test_heat_maps_stand_above_each_other_with_a_scale_each(swept):
    dataset = load(swept)
    figure, table = heatmap_figure(dataset, choose_roles(dataset), ("accuracy", "ekl"))
    maps, scales = figure.axes[:2], figure.axes[2:]
    assert [[text.get_text() for text in axes.texts][:2] for axes in maps] == [["91.5", "81.5"], ["2.085", "2.185"]]
    assert [axes.get_title("right") for axes in scales] == ["Test accuracy (%)", "EKL (nat)"]
    assert [written(axes) for axes in maps] == [ABOUT["accuracy"][1], EKL]
    assert table["metric"].tolist() == ["accuracy"] * 6 + ["ekl"] * 6
    figure.draw_without_rendering()
    tops = [(axes.get_tightbbox().y1, axes.get_tightbbox().y0) for axes in maps]
    assert tops[0][1] >= tops[1][0] and tops[0][0] <= figure.bbox.y1 + 1
    for axes, scale in zip(maps, scales):
        assert scale.get_position().y0 == pytest.approx(axes.get_position().y0)
        assert scale.get_position().height == pytest.approx(axes.get_position().height)


def test_figures_that_cannot_have_several_say_so(swept, tmp_path, capsys):
    out = ["--out", str(tmp_path / "f")]
    status = main(["distribution", swept, "--select", "sigma=0.1", "--metric", "accuracy", "--metric", "ekl", *out])
    error = capsys.readouterr().err
    assert status == 2 and "--metric ekl needs a figure of its own" in error and error.count("\n") == 1
    assert main(["classes", swept, "--metric", "ekl", *out]) == 2
    error = capsys.readouterr().err
    assert "--metric ekl" in error and error.count("\n") == 1 and list(tmp_path.glob("f.*")) == []


def test_summary_prints_a_table_a_metric(swept, capsys):
    assert main(["summary", swept, "--metric", "accuracy", "--metric", "ekl"]) == 0
    tables = capsys.readouterr().out.rstrip("\n").split("\n\n")
    assert [table.splitlines()[1].split(";")[0] for table in tables] == ["# accuracy in %", "# ekl"]
    assert [len(table.splitlines()) for table in tables] == [9, 9]


def test_a_label_says_the_unit_once(swept):
    dataset = load(swept)
    assert label_of(dataset["ekl"]) == "EKL (nat)" and axis_label_of(dataset["accuracy"], True) == "Test accuracy (%)"
    correct = dataset["ekl"].rename("correct").assign_attrs(units="images")
    assert label_of(correct) == "Correct images"
    assert description_of(dataset, "faults") == FAULTS
    assert description_of(select(dataset, ["layer=1"]), "faults") == f"{FAULTS} (layer = 1)"
