"""The figure of deep tails: what it says of levels, and what is refused."""

import h5py
import numpy as np
import pytest
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing.tail import tail_figure
from ohmcarlo_analysis.errors import ResultsFileError
from ohmcarlo_analysis.reading.tail import read_tail
from ohmcarlo_analysis.statistics.tail import tail_curve


@pytest.fixture
def tail_file(tmp_path):
    """Two equal runs: ten chips at .0 to .9, the worst of which begins a level of ten at -.9 to 0, as in no real file."""
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file.attrs.update(
            format="ohmcarlo tail", runs=2, experiment_name="one", point="the only point", below=-0.8, quantile=np.nan, estimate=0.02,
            ci_low=0.02, ci_high=0.02, evaluations=38,
        )  # fmt: skip
        for run in range(2):
            for number, accuracy in enumerate((np.arange(10) / 10, -np.arange(10) / 10)):
                level = file.create_group(f"run_{run}/level_{number + 1}")
                level["accuracy"] = accuracy
                level.attrs.update(threshold_accuracy=accuracy.min(), share=0.1)
    return tmp_path / "t.h5"


def test_levels_are_multiplied(tail_file):
    table = tail_curve(read_tail(tail_file)).set_index("accuracy")
    assert table.loc[0.4, "probability"] == pytest.approx(0.5)  # five of ten plain chips
    assert table.loc[-0.8, "probability"] == pytest.approx(0.1 * 0.2)  # a tenth, and two of ten of these
    assert table.loc[-0.8, "ci_low"] == pytest.approx(0.02)  # equal runs have no spread


def test_a_level_under_way_does_not_count(tail_file):
    """Run 1 was stopped within its second level: the curve goes as far as whole levels of it."""
    with h5py.File(tail_file, "a") as file:
        file.move("run_1/level_2", "run_1/unfinished_level")
    tail = read_tail(tail_file)
    assert [len(run) for run in tail.runs] == [2, 1]
    table = tail_curve(tail).set_index("accuracy")
    assert table.loc[0.4, "probability"] == pytest.approx(0.5)


def test_the_adversary_has_a_mark_a_bound(tail_file):
    with h5py.File(tail_file, "a") as file:
        file["adversary/bound"], file["adversary/accuracy"] = [0.5, 2.0, 3.0], [0.7, 0.1, 0.1]
    figure, _ = tail_figure(read_tail(tail_file))
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "v" and len(line.get_xdata())]
    assert list(marks[0].get_xdata()) == pytest.approx([70, 10, 10])
    assert [text.get_text() for text in figure.axes[0].texts] == ["0.5 σ", "2 σ"]


def test_the_figure_is_written(tail_file, tmp_path):
    assert main(["tail", str(tail_file), "--out", str(tmp_path / "f.png")]) == 0
    assert {path.suffix for path in tmp_path.glob("f.*")} == {".png", ".pdf", ".svg", ".csv"}


def test_other_files_are_refused(tmp_path):
    (tmp_path / "x.h5").write_text("no")
    with pytest.raises(ResultsFileError, match="not a file of ohmcarlo tail"):
        read_tail(tmp_path / "x.h5")
