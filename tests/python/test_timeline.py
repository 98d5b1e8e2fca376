"""The timeline of a simulated accelerator: what is read, cut, drawn and refused."""

import pandas as pd
import pytest
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing.timeline import timeline_figure, within
from ohmcarlo_analysis.reading.timeline import read_timeline

HEADER = "layer,module,start,end"
LINES = [
    "lstm1,input buffer,0,6", "lstm1,crossbar,6,134", "lstm1,converters,134,166", "dense1,crossbar,166,294",
    'lstm1,"crossbar, tile 2",166,294', "lstm1,converters,294,326",
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def write(*lines, header=HEADER):
        (tmp_path / "t.csv").write_text("\n".join([header, *lines]) + "\n")
        return str(tmp_path / "t.csv")

    return write


def test_periods_are_read_as_they_stand(file):
    periods = read_timeline(file(*LINES))
    assert periods.iloc[2].tolist() == ["lstm1", "converters", 134, 166] and len(periods) == 6
    assert periods.iloc[4]["module"] == "crossbar, tile 2"


def test_a_window_cuts_periods(file):
    found = within(read_timeline(file(*LINES)), (100, 200))
    assert found[["start", "end"]].values.tolist() == [[100, 134], [134, 166], [166, 200], [166, 200]]


def test_lines_of_the_figure_are_modules_layer_by_layer_with_their_shares(file):
    """Of cycles 100 to 200: the crossbar is busy in 34, converters in 32; the input buffer keeps its empty line."""
    periods = read_timeline(file(*LINES))
    axes = timeline_figure(periods, (100, 200), ["a note"]).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["lstm1: input buffer", "lstm1: crossbar", "lstm1: converters", "lstm1: crossbar, tile 2", "dense1: crossbar"]
    assert [text.get_text() for text in axes.texts] == ["0 %", "34 %", "32 %", "34 %", "34 %"]
    bars = [[path.get_extents().intervalx.tolist() for path in each.get_paths()] for each in axes.collections]
    assert bars == [[], [[100, 134]], [[134, 166]], [[166, 200]], [[166, 200]]]
    colours = [each.get_facecolor().tolist() for each in axes.collections]
    assert colours[1] == colours[2] != colours[4]


def test_the_command_writes_four_files(tmp_path, file, capsys):
    assert main(["timeline", file(*LINES), "--out", str(tmp_path / "f.png"), "--cycles", "100,200"]) == 0
    out = capsys.readouterr().out
    for suffix, magic in ((".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml"), (".csv", b"layer,module,start,end")):
        assert (tmp_path / f"f{suffix}").read_bytes().startswith(magic) and f"f{suffix}" in out
    assert pd.read_csv(tmp_path / "f.csv")["start"].tolist() == [100, 134, 166, 166]


@pytest.mark.parametrize(("lines", "header", "word"), [
    ([], HEADER, "no module was busy"), (LINES, "module,layer,start,end", ":1: a timeline"), (["a,b,1"], HEADER, ":2: 3 columns"),
    ([LINES[0], "a,b,1.5,2"], HEADER, ":3: start and end are whole"), (["a,b,5,5"], HEADER, ":2: a period"), (["a,b,-1,5"], HEADER, ":2:"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path, file, capsys, lines, header, word):
    assert main(["timeline", file(*lines, header=header), "--out", str(tmp_path / "f")]) == 4
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and word in error and not list(tmp_path.glob("f.*"))


@pytest.mark.parametrize("window", ["5", "a,b", "10,10", "0,327", "-1,5"])
def test_windows_outside_the_file_are_refused(tmp_path, file, capsys, window):
    assert main(["timeline", file(*LINES), "--out", str(tmp_path / "f"), f"--cycles={window}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_input_is_not_overwritten(file, capsys):
    path = file(*LINES)
    assert main(["timeline", path, "--out", path]) == 2 and "overwrite" in capsys.readouterr().err
    assert main(["timeline", "nowhere.csv", "--out", "f"]) == 4
