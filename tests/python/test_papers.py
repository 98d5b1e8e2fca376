"""Figures, tables and the report of the papers: what they contain, from which numbers, and how they refuse."""

import base64
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import h5py
import made_papers as make
import numpy as np
import pandas as pd
import pytest
from made_papers import COMBINED, LAMBDA, METHOD, NONE, SIGMA
from ohmcarlo_analysis import load, summarise
from ohmcarlo_analysis.facts import judge as facts
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.cli.figure_script import run_figure_script
from ohmcarlo_analysis.papers.catalogue import EXHIBITS, PAPERS
from ohmcarlo_analysis.papers.published import FOLDER, published, source, value
from ohmcarlo_analysis.report.page import agreement
from results_file import demo

FIGURES = Path(__file__).parents[2] / "analysis" / "figures"
NEEDS = {"kurtosis": [make.kurtosis], "ovf": [make.ovf, make.control], "insitu": [make.insitu], "insitu_table1": [make.one_layer]}


def files_for(name, folder):
    makers = NEEDS.get(name) or NEEDS[name.split("_")[0]]
    return [maker().write(folder / f"{index}.h5") for index, maker in enumerate(makers)]


@pytest.fixture
def draw(capsys):
    """Run the script of an exhibit in this process: an object with returncode, stdout, stderr."""

    def run(name, *arguments):
        status = run_figure_script(name, [str(argument) for argument in arguments])
        output = capsys.readouterr()
        return SimpleNamespace(returncode=status, stdout=output.out, stderr=output.err)

    return run


def test_every_exhibit_has_a_script_and_every_script_an_exhibit():
    assert {path.stem for path in FIGURES.glob("*.py")} == set(EXHIBITS)


@pytest.mark.parametrize("name", EXHIBITS)
def test_a_script_writes_four_files_or_one_line(tmp_path, draw, name):
    done = draw(name, *files_for(name, tmp_path), "--out", tmp_path / "f.png")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    for suffix, magic in ((".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml"), (".csv", b"")):
        assert (tmp_path / f"f{suffix}").read_bytes().startswith(magic)
    other = demo(tmp_path / "other.h5", methods=["plain"], chips=3)
    refused = draw(name, other, "--out", tmp_path / "g.png")
    assert refused.returncode == 4 and refused.stdout == "" and refused.stderr.count("\n") == 1
    assert f"{name} needs" in refused.stderr and not (tmp_path / "g.png").exists()


def test_a_script_runs_as_a_program_from_anywhere(tmp_path):
    path = make.insitu().write(tmp_path / "r.h5")
    command = [sys.executable, FIGURES / "insitu_fig6.py", path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={"PATH": "/usr/bin"})
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "insitu_fig6.svg").exists()
    for file in FIGURES.glob("*.py"):
        assert f'run_figure_script("{file.stem}")' in file.read_text()


def test_a_script_refuses_what_the_commands_refuse(tmp_path, draw):
    path = make.insitu().write(tmp_path / "r.h5")
    (tmp_path / "bad.h5").write_text("nothing")
    for arguments, status in ((["nowhere.h5"], 4), ([tmp_path / "bad.h5"], 4), ([], 2), ([path, "--colour"], 2), ([path, "--setup", "x"], 2)):
        done = draw("insitu_fig6", *arguments)
        assert done.returncode == status and done.stderr.count("\n") == 1, done.stderr
    two = [make.ovf().write(tmp_path / "a.h5"), make.resnet().write(tmp_path / "b.h5")]
    done = draw("ovf_fig3", *two, "--out", tmp_path / "f")
    assert done.returncode == 2 and "--setup" in done.stderr and "cifar10, resnet18" in done.stderr
    assert draw("ovf_fig3", *two, "--out", tmp_path / "f", "--setup", "cifar10, resnet18").returncode == 0


def test_the_numbers_are_those_of_summarise_beside_the_published_ones(tmp_path, draw):
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


def test_gains_are_of_the_same_chips(tmp_path, draw):
    made = make.ovf()
    path = made.write(tmp_path / "r.h5")
    assert draw("ovf_gains", path, "--out", tmp_path / "f").returncode == 0
    row = pd.read_csv(tmp_path / "f.csv").set_index("sigma").loc[0.4]
    change = (made.accuracy[made.at(method="ovf", sigma=0.4)] - made.accuracy[made.at(method="noise-injection", sigma=0.4)]).reshape(5, -1)
    means = change.mean(axis=1)
    assert row["mean"] == pytest.approx(means.mean())
    assert row["ci_high"] - row["mean"] == pytest.approx(2.776445 * means.std(ddof=1) / np.sqrt(5), rel=1e-5)
    assert row["published"] == pytest.approx(0.9883 - 0.5418)


def test_failed_trainings_are_counted(tmp_path, draw):
    made = make.ovf()
    made.accuracy[made.at(method="noise-injection", sigma=0.4)] -= np.array([0.0, 0.0, 0.6, 0.7, 0.0])[:, None]
    assert draw("ovf_convergence", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv").set_index(["method", "sigma"])
    assert table.loc[("noise injection", 0.4), "failures"] == 2 and table.loc[("OVF", 0.4), "failures"] == 0
    assert table.loc[("noise injection", 0.35), "published"] == 0.6


def test_the_objective_is_loss_plus_lambda_times_the_kurtosis(tmp_path, draw):
    made = make.kurtosis()
    assert draw("kurtosis_table1", made.write(tmp_path / "r.h5"), "--out", tmp_path / "f").returncode == 0
    table = pd.read_csv(tmp_path / "f.csv").set_index(["lambda", "quantity"])
    point = made.at(lambda_=2.0, sigma=0.0)
    expected = made.metrics["clean_loss"][point].mean() + 2.0 * made.metrics["kurtosis"][point].sum(axis=-1).mean()
    assert table.loc[(2.0, "J"), "mean"] == pytest.approx(expected) and table.loc[(2.0, "J"), "published"] == 8.1887


def test_published_numbers_say_where_they_are_from():
    for path in FOLDER.glob("*.csv"):
        assert path.read_text().startswith("# ") and len(source(path.stem)) > 60
        assert not published(path.stem).drop(columns=["set", "network", "method"], errors="ignore").isna().any().any()
    accuracy = published("ovf_fig3")
    best = {
        (network, data): max(
            value(accuracy, "accuracy", network=network, set=data, method="ovf", sigma=sigma)
            - value(accuracy, "accuracy", network=network, set=data, method="noise-injection", sigma=sigma)
            for sigma in np.arange(9) * 0.05
        )
        for network, data in set(zip(accuracy["network"], accuracy["set"]))
    }  # the gains that the paper's prose names
    assert best[("vgg8", "mnist")] == pytest.approx(0.4671, abs=2e-4) and best[("resnet18", "cifar10")] == pytest.approx(0.1630, abs=2e-4)
    assert best[("resnet18", "cifar100")] == pytest.approx(0.1721, abs=2e-4) and best[("vgg8", "cifar10")] == pytest.approx(0.0678, abs=2e-4)
    assert best[("resnet18", "mnist")] == pytest.approx(0.0535, abs=2e-4) and best[("resnet18", "tiny-imagenet")] == pytest.approx(0.0322, abs=2e-4)


class Page(HTMLParser):
    """The ids, images and text of a page, and whether its tags close."""

    VOID = {"meta", "img", "br", "link"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.images, self.tags, self.text = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "img":
            self.images.append(attributes["src"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    paths = [made.write(folder / f"{index}.h5") for index, made in enumerate(make.everything())]
    with h5py.File(paths[0], "a") as file:
        run = file.create_group("provenance/run_0001")
        run.attrs["hosts"], run.attrs["seconds"], run.attrs["ranks"] = "node7 node8", "1234.5", "2"
    assert main(["report", *paths, "--out", str(folder / "report.html")]) == 0
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_report_holds_every_figure_table_and_fact(report):
    page = Page(report)
    assert page.open == [] and set(EXHIBITS) <= set(page.ids)
    for image in page.images:
        kind, content = image.split(",", 1)
        assert kind == "data:image/svg+xml;base64" and b"<svg" in base64.b64decode(content)
    figures = [name for name in EXHIBITS if "table" not in name and name != "ovf_convergence"]
    assert len(page.images) == len(figures) + 3  # the three figures of paper 002 for two networks each
    for paper in PAPERS:
        assert paper.TITLE in page.text and paper.CITATION in page.text
    assert len(set(page.ids)) == len(page.ids)
    assert all(entry.statement in page.text for paper in facts.PAPERS for entry in paper.FACTS)
    assert "agrees?" in page.text and "94.93" in page.text and "6 of 10" in page.text


def test_the_report_stands_alone(report):
    page = Page(report)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert re.findall(r"(?:src|href)=(?!\"data:)", report) == [] and "url(" not in report and "@import" not in report
    assert 'name="viewport"' in report and "@media print" in report


def test_the_report_says_where_the_numbers_come_from(report):
    text = Page(report).text
    for piece in ("kurtosis-plram", "a0000000kurtosis", "0123456789abcdef", "0.1.0", "node7 node8", "1234.5"):
        assert piece in text


def test_the_report_of_one_paper_leaves_the_others_to_not_tested(tmp_path):
    made = make.insitu()
    made.accuracy[made.at(rate=0.15, steps=COMBINED)] = np.nan
    path = made.write(tmp_path / "r.h5")
    with h5py.File(path, "a") as file:
        file.attrs["status"] = "interrupted"
        file.attrs["experiment_name"] = "<b>bold</b>"
    assert main(["report", path, "--out", str(tmp_path / "r.html")]) == 0
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "paper-003" in page.ids and "paper-000" not in page.ids and "insitu_table1" not in page.ids
    assert "Unfinished run" in page.text and "needs" in page.text and "<b>bold</b>" in page.text


def test_the_report_refuses_in_one_line(tmp_path, capsys):
    path = make.insitu().write(tmp_path / "r.h5")
    (tmp_path / "file").write_text("")
    mistakes = ((["report", path], 2), (["report", path, "--out", path], 2), (["report", "no.h5", "--out", "x.html"], 4), (["report", path, "--out", str(tmp_path / "file" / "r.html")], 4), (["facts"], 2))  # fmt: skip
    for arguments, status in mistakes:
        assert main(arguments) == status
        assert capsys.readouterr().err.count("\n") == 1


def test_agreement_is_the_published_number_in_our_interval():
    record = {"mean": 0.5, "ci_low": 0.4, "ci_high": 0.6, "published": 0.55}
    assert agreement(record, 100.0) == "yes"
    assert agreement(record | {"published": 0.7}, 100.0) == "no (-20.00)"
    assert agreement(record | {"published": np.nan}, 100.0) == "-"
    assert agreement(record | {"ci_low": np.nan}, 100.0) == "no interval (-5.00)"


def test_settings_are_found_whether_swept_or_fixed(tmp_path):
    """One file sweeps the deployment, another fixes it: both answer the same question."""
    from ohmcarlo_analysis.facts.insitu import NOTHING, deployment
    from ohmcarlo_analysis.study.loading import load_study

    swept = make.insitu()
    fixed = make.insitu().only(make.STEPS, NONE)
    fixed.axes.pop(make.STEPS)
    fixed.accuracy, fixed.clean = fixed.accuracy[:, 0], fixed.clean[:, 0]
    means = []
    for index, made in enumerate((swept, fixed)):
        study = load_study([made.write(tmp_path / f"{index}.h5")])
        means.append(study.interval("accuracy", deployment(study, NOTHING, 0.20)).mean)
    assert means[0] == means[1]


def test_shards_of_one_experiment_are_joined(tmp_path):
    from ohmcarlo_analysis.study.loading import load_study

    parts = [make.kurtosis().only(LAMBDA, 0.0, 3e-4, 1e-3, 5e-3), make.kurtosis().only(LAMBDA, 1e-2, 1e-1, 2.0, 10.0)]
    study = load_study([part.write(tmp_path / f"{index}.h5") for index, part in enumerate(parts)])
    assert len(study.experiments) == 1 and len(study.values(LAMBDA)) == 8
