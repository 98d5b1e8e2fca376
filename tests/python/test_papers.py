"""Figures and tables of the papers: what they contain, from which numbers, and how the command refuses."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import made_papers as make
import numpy as np
import pandas as pd
import pytest
from made_papers import METHOD, SIGMA
from ohmcarlo_analysis import load, summarise
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.papers.catalogue import EXHIBITS
from ohmcarlo_analysis.papers.published import FOLDER, published, source, value
from results_file import demo
from scipy import stats

ANALYSIS = Path(__file__).parents[2] / "analysis"
NEEDS = {
    "kurtosis": [make.kurtosis], "ovf": [make.ovf, make.control], "insitu": [make.insitu], "insitu_table1": [make.one_layer],
    "concrete": [make.concrete, make.concrete_bits, make.concrete_rows],
    "lstm": [make.lstm, make.lstm_aware, make.lstm_bits], "lstm_energy": [make.lstm_energy],
}  # fmt: skip


def files_for(name, folder):
    makers = NEEDS.get(name) or NEEDS[name.split("_")[0]]
    return [maker().write(folder / f"{index}.h5") for index, maker in enumerate(makers)]


@pytest.fixture
def draw(capsys):
    """Run the command `figure` in this process: an object with returncode, stdout, stderr."""

    def run(name, *arguments):
        status = main(["figure", name, *map(str, arguments)])
        output = capsys.readouterr()
        return SimpleNamespace(returncode=status, stdout=output.out, stderr=output.err)

    return run


def test_all_figures_are_listed_with_what_they_show(capsys):
    assert main(["figure", "list"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _ in lines] == list(EXHIBITS)
    assert all(len(words) > 10 for _, words in lines)


@pytest.mark.parametrize("name", EXHIBITS)
def test_a_figure_is_four_files_or_one_line(tmp_path, draw, name):
    done = draw(name, *files_for(name, tmp_path), "--out", tmp_path / "f.png")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    for suffix, magic in ((".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml"), (".csv", b"")):
        assert (tmp_path / f"f{suffix}").read_bytes().startswith(magic)
    other = demo(tmp_path / "other.h5", methods=["plain"], chips=3)
    refused = draw(name, other, "--out", tmp_path / "g.png")
    assert refused.returncode == 4 and refused.stdout == "" and refused.stderr.count("\n") == 1
    assert f"{name} needs" in refused.stderr and not (tmp_path / "g.png").exists()


def test_the_command_runs_as_a_program_from_anywhere(tmp_path):
    path = make.insitu().write(tmp_path / "r.h5")
    command = [sys.executable, "-m", "ohmcarlo_analysis", "figure", "insitu_fig6", path]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env={"PATH": "/usr/bin", "PYTHONPATH": str(ANALYSIS)}
    )
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "insitu_fig6.svg").exists()


def test_the_command_refuses_what_the_commands_refuse(tmp_path, draw):
    path = make.insitu().write(tmp_path / "r.h5")
    (tmp_path / "bad.h5").write_text("nothing")
    mistakes = ((["nowhere.h5"], 4), ([tmp_path / "bad.h5"], 4), ([], 2), ([path, "--colour"], 2), ([path, "--setup", "x"], 2))
    for arguments, status in mistakes:
        done = draw("insitu_fig6", *arguments)
        assert done.returncode == status and done.stderr.count("\n") == 1, done.stderr
    two = [make.ovf().write(tmp_path / "a.h5"), make.resnet().write(tmp_path / "b.h5")]
    done = draw("ovf_fig3", *two, "--out", tmp_path / "f")
    assert done.returncode == 2 and "--setup" in done.stderr and "cifar10, resnet18" in done.stderr
    assert draw("ovf_fig3", *two, "--out", tmp_path / "f", "--setup", "cifar10, resnet18").returncode == 0


def test_the_numbers_are_those_of_summarise_beside_the_published_ones(tmp_path, draw, numbers_only):
    path = make.ovf().write(tmp_path / "r.h5")
    assert draw("ovf_fig3", path, "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv")
    summary = summarise(load(path)).sel({METHOD: "ovf", SIGMA: 0.3})
    row = table[(table["method"] == "OVF") & (table["sigma"] == 0.3)].iloc[0]
    for name in ("mean", "ci_low", "ci_high"):
        assert row[name] == pytest.approx(float(summary[name]))
    assert row["over"] == "trainings" and row["count"] == 5 and row["published"] == pytest.approx(0.9946)
    gap = table[(table["method"] == "OVF") & (table["sigma"] == 0.35)].iloc[0]
    assert np.isnan(gap["mean"]) and gap["published"] == pytest.approx(0.9901)  # published, not run here


def test_gains_are_of_the_same_chips(tmp_path, draw, numbers_only):
    made = make.ovf()
    path = made.write(tmp_path / "r.h5")
    assert draw("ovf_gains", path, "--out", tmp_path / "f").returncode == 0
    row = pd.read_csv(tmp_path / "f.csv").set_index("sigma").loc[0.4]
    ovf, noise = (made.accuracy[made.at(method=name, sigma=0.4)] for name in ("ovf", "noise-injection"))
    change = (ovf - noise).reshape(5, -1)
    means = change.mean(axis=1)
    assert row["mean"] == pytest.approx(means.mean())
    assert row["ci_high"] - row["mean"] == pytest.approx(2.776445 * means.std(ddof=1) / np.sqrt(5), rel=1e-5)
    assert row["published"] == pytest.approx(0.9883 - 0.5418)


def test_failed_trainings_are_counted(tmp_path, draw, numbers_only):
    made = make.ovf()
    made.accuracy[made.at(method="noise-injection", sigma=0.4)] -= np.array([0.0, 0.0, 0.6, 0.7, 0.0])[:, None]
    assert draw("ovf_convergence", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv").set_index(["method", "sigma"])
    assert table.loc[("noise injection", 0.4), "failures"] == 2 and table.loc[("OVF", 0.4), "failures"] == 0
    assert table.loc[("noise injection", 0.35), "published"] == 0.6


def test_the_objective_is_loss_plus_lambda_times_the_kurtosis(tmp_path, draw, numbers_only):
    made = make.kurtosis()
    assert draw("kurtosis_table1", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv").set_index(["lambda", "quantity"])
    point = made.at(lambda_=2.0, sigma=0.0)
    expected = made.metrics["clean_loss"][point].mean() + 2.0 * made.metrics["kurtosis"][point].sum(axis=-1).mean()
    assert table.loc[(2.0, "J"), "mean"] == pytest.approx(expected) and table.loc[(2.0, "J"), "published"] == 8.1887


def test_table_1_of_paper_001_has_paired_gains(tmp_path, draw, numbers_only):
    """Means and paired differences by hand; without noise the numbers are those of chips without noise."""
    made = make.concrete()
    assert draw("concrete_table1", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv").set_index(["on_sd", "quantity"])
    concrete, ste = (
        made.accuracy[made.at(method=name, noise=noise)][0, 0, 1, 2] for name, noise in (("concrete-adc", "true"), ("ste-adc", "false"))
    )
    change = (concrete - ste).mean(axis=-1)
    gain = table.loc[(0.6, "Concrete minus STE")]
    assert gain["mean"] == pytest.approx(change.mean()) and gain["count"] == 5 and gain["over"] == "trainings"
    assert gain["ci_high"] - gain["mean"] == pytest.approx(2.776445 * change.std(ddof=1) / np.sqrt(5), rel=1e-5)
    assert table.loc[(0.6, "Concrete"), "mean"] == pytest.approx(concrete.mean())
    quiet = made.accuracy[made.at(method="concrete-adc", noise="true")][0, 0, 0, 0]
    assert table.loc[(0.0, "Concrete"), "mean"] == pytest.approx(quiet.mean())


def test_table_1_of_paper_001_has_no_strangers_in_a_row(tmp_path, draw, numbers_only):
    """STE without noise from a file whose trainings are longer: the row has it alone."""
    bits, made = make.concrete_bits(), make.concrete().only(make.LAW, "none")
    bits.toml = bits.toml.replace("[training]", "[training]\nepochs = 50")
    made.hash = "d3000000quiet"
    paths = [bits.write(tmp_path / "a.h5"), made.write(tmp_path / "b.h5")]
    assert draw("concrete_table1", *paths, "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv")
    assert list(table[table["on_sd"] == 0.0]["quantity"]) == ["STE"]


def test_4_bit_converters_stand_beside_the_papers_loss(tmp_path, draw, numbers_only):
    for data, loss in (("mnist", 0.0005), ("cifar10", 0.0131)):
        made = make.concrete_bits(data)
        assert draw("concrete_ideal_table", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
        table = pd.read_csv(tmp_path / "f.csv").set_index("training")
        drop = made.accuracy[made.at(bits=12)][0, 0] - made.accuracy[made.at(bits=4)][0, 0]
        assert table.loc["STE, no noise", "mean"] == pytest.approx(drop.mean())
        assert table.loc["STE, no noise", "published"] == pytest.approx(loss)
        assert np.isnan(table.loc["STE, on_sd 0.3", "published"])


def test_laws_are_drawn_once_for_several_data_sets(tmp_path, draw, numbers_only):
    paths = [make.concrete(data).write(tmp_path / f"{data}.h5") for data in ("mnist", "cifar10")]
    assert draw("concrete_fig3", *paths, "--out", tmp_path / "f").returncode == 0
    assert draw("concrete_gains", *paths, "--out", tmp_path / "f").returncode == 2


def test_misread_shares_are_those_of_the_law(tmp_path, draw, numbers_only):
    """Exact binomial tests at one in a million of the drawn shares, for all numbers of cells."""
    assert draw("concrete_fig1c", make.concrete().write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv")
    hits = np.round(table["mean"] * table["count"])
    below = stats.binom.cdf(hits, table["count"], table["closed_form"] + 5e-7)
    above = stats.binom.sf(hits - 1, table["count"], table["closed_form"] + 5e-7)
    assert len(table) == 34 and (np.minimum(below, above) > 1e-6).all()
    assert ((table["ci_low"] <= table["mean"]) & (table["mean"] <= table["ci_high"])).all()


def test_published_numbers_say_where_they_are_from():
    for path in FOLDER.glob("*.csv"):
        assert path.read_text().startswith("# ") and len(source(path.stem)) > 60
        assert not published(path.stem).drop(columns=["set", "network", "method", "quantity", "row"], errors="ignore").isna().any().any()
    accuracy = published("ovf_fig3")
    best = {
        (network, data): max(
            value(accuracy, "accuracy", network=network, set=data, method="ovf", sigma=sigma)
            - value(accuracy, "accuracy", network=network, set=data, method="noise-injection", sigma=sigma)
            for sigma in np.arange(9) * 0.05
        )
        for network, data in set(zip(accuracy["network"], accuracy["set"]))
    }  # the gains that the paper's prose names
    named = {
        ("vgg8", "mnist"): 0.4671, ("resnet18", "cifar10"): 0.1630, ("resnet18", "cifar100"): 0.1721,
        ("vgg8", "cifar10"): 0.0678, ("resnet18", "mnist"): 0.0535, ("resnet18", "tiny-imagenet"): 0.0322,
    }  # fmt: skip
    for place, gain in named.items():
        assert best[place] == pytest.approx(gain, abs=2e-4)
