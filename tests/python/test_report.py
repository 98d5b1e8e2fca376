"""The page: every figure, table and fact in it, nothing loaded from elsewhere, and where the numbers come from."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import h5py
import made_papers as make
import numpy as np
import pandas as pd
import pytest
from made_papers import COMBINED
from ohmcarlo_analysis.cli import main
from ohmcarlo_analysis.drawing.exhibit import Exhibit, row
from ohmcarlo_analysis.facts import judge as facts
from ohmcarlo_analysis.papers.catalogue import EXHIBITS, PAPERS
from ohmcarlo_analysis.papers.published import differs
from ohmcarlo_analysis.report.markdown import as_html
from ohmcarlo_analysis.report.tables import comparison, is_long, numbers_table


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
    more = 3 + 2  # in two set-ups: figures 3, 4 and gains of paper 002, gains and bits of 001
    assert len(page.images) == len(figures) + more
    for paper in PAPERS:
        assert paper.TITLE in page.text and paper.CITATION in page.text
    assert len(set(page.ids)) == len(page.ids)
    assert all(entry.statement in page.text for paper in facts.PAPERS for entry in paper.FACTS)
    assert "ours minus paper" in page.text and "94.93" in page.text and "6 of 10" in page.text


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
    mistakes = (
        (["report", path], 2), (["report", path, "--out", path], 2), (["report", "no.h5", "--out", "x.html"], 4),
        (["report", path, "--out", str(tmp_path / "file" / "r.html")], 4), (["facts"], 2),
    )  # fmt: skip
    for arguments, status in mistakes:
        assert main(arguments) == status
        assert capsys.readouterr().err.count("\n") == 1


def test_a_published_number_differs_where_it_is_outside_our_interval():
    record = {"mean": 0.5, "ci_low": 0.4, "ci_high": 0.6, "published": 0.55}
    assert comparison(record, 100.0) == "-5.00, undecided"
    assert comparison(record | {"published": 0.7}, 100.0) == "-20.00, differs"
    assert comparison(record | {"published": np.nan}, 100.0) == "-"
    assert comparison(record | {"ci_low": np.nan}, 100.0) == "-5.00, compared"


def test_what_differs_is_what_the_experiments_say():
    for paper in PAPERS:
        readme = (Path(__file__).parents[2] / "experiments" / paper.DIFFERS / "README.md").read_text(encoding="utf-8")
        section = readme.split("## What differs here\n")[1].split("\n## ")[0]
        assert differs(paper.DIFFERS) == section.strip() + "\n", f"papers/differs/{paper.DIFFERS}.md is not that README's section"


def test_lists_become_html():
    assert as_html("* **a** < `b`\n  goes on\n\n* c * d\n") == "<ul><li><b>a</b> &lt; <code>b</code> goes on</li><li>c * d</li></ul>"


def test_the_page_says_what_differs_and_folds_what_was_not_run(tmp_path):
    path = make.insitu().write(tmp_path / "r.h5")
    assert main(["report", path, "--out", str(tmp_path / "r.html")]) == 0
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "The page of the paper with the calibration method is missing" in text and "100 maps of defects" in text
    shown, others = text.split("Papers that were not run")
    others = others.split("Where the numbers come from")[0]
    assert "insitu-1<" in shown and "kurtosis-1a<" not in shown
    assert others.count("<details>") == len(PAPERS) - 1 and "<details open" not in others
    assert re.sub(r"<details>.*?</details>", "", others, flags=re.S).count("class=id") == 0
    assert "paper 00" not in Page(text).text


def cells(html):
    """The rows of an HTML table as texts, the head first, and the cells that stand at the left."""
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in re.findall(r"<tr>(.*?)</tr>", html)]
    return rows, re.findall(r"<t[hd] class=label>(.*?)</t[hd]>", html)


def exhibit(labels, rows, **options):
    """`rows`: (values of the labels, mean, half-width of its interval, published number)."""
    table = pd.DataFrame([
        {**row(None, published, **dict(zip(labels, values))), "mean": mean, "ci_low": mean - half, "ci_high": mean + half}
        for *values, mean, half, published in rows
    ])  # fmt: skip
    return Exhibit("name", "title", "caption", None, table, labels, 100.0, "%", **options)


def test_numbers_with_two_labels_and_nothing_published_are_crossed():
    rows = [(0.1, "a", 0.5, 0.01, np.nan), (0.1, "b", 0.6, 0.02, np.nan), (0.2, "a", 0.7, 0.03, np.nan)]
    found, left = cells(numbers_table(exhibit(("rate", "line"), rows, compared=False, label_units={"rate": "A"})))
    assert found == [["rate (A)", "a (%)", "b (%)"], ["0.1", "50.00 \u00b1 1.00", "60.00 \u00b1 2.00"], ["0.2", "70.00 \u00b1 3.00", "-"]]
    assert left == ["rate (A)", "0.1", "0.2"]
    twice = [*rows, (0.2, "a", 0.1, 0.01, np.nan)]  # which one?
    assert len(cells(numbers_table(exhibit(("rate", "line"), twice, compared=False)))[0]) == 5
    many = [(0.1, f"line {index}", 0.5, 0.01, np.nan) for index in range(7)]  # too wide
    assert len(cells(numbers_table(exhibit(("rate", "line"), many, compared=False)))[0]) == 8


def test_published_numbers_stand_in_a_list_with_the_verdict_in_a_column_of_its_own(monkeypatch):
    monkeypatch.setattr("ohmcarlo_analysis.report.tables.source", lambda name: "a journal")
    rows = [(0.1, "a", 0.5, 0.01, 0.6), (0.1, "b", 0.6, 0.02, np.nan)]
    found, left = cells(html := numbers_table(exhibit(("rate", "line"), rows)))
    assert found[0] == ["rate", "line", "paper (%)", "ours (%)", "ours minus paper (%)", "verdict"]
    assert found[1:] == [["0.1", "a", "60.00", "50.00 \u00b1 1.00", "-10.00", "differs"], ["0.1", "b", "-", "60.00 \u00b1 2.00", "-", ""]]
    assert left == ["rate", "line", "verdict", "0.1", "a", "differs", "0.1", "b", ""]
    assert "Paper: a journal" in html


def test_long_lists_are_folded_and_laws_have_no_interval():
    rows = [(index, 0, 0, 0.5, np.nan, np.nan) for index in range(21)]
    law = exhibit(("on", "cv", "form"), rows, compared=False)
    assert is_long(law) and not is_long(exhibit(("on", "cv", "form"), rows[:20], compared=False))
    assert "interval" not in numbers_table(law) and "interval" in numbers_table(exhibit(("on",), [(1, 0.5, 0.1, np.nan)], compared=False))


def test_facts_name_their_set_up_only_where_there_are_several(tmp_path):
    def facts_of(*made):
        paths = [each.write(tmp_path / f"{index}.h5") for index, each in enumerate(made)]
        assert main(["report", *paths, "--out", str(tmp_path / "r.html")]) == 0
        text = (tmp_path / "r.html").read_text(encoding="utf-8")
        return re.findall(r'<div class="fact (?:holds|fails|undecided)">.*?</div>', text.split("Not tested here")[0], flags=re.S)

    one, two = facts_of(make.ovf()), facts_of(make.ovf(), make.resnet())
    assert one and not any("mlp 128-64" in fact for fact in one)
    assert any("mnist, mlp 128-64" in fact for fact in two) and any("cifar10, resnet18" in fact for fact in two)


def test_axes_end_where_their_quantity_does(tmp_path):
    """Two chips: Student's interval reaches far beyond 0 and 100 %."""
    made = make.insitu()
    made.accuracy[..., :2] = 0.99, 0.39
    made.accuracy[..., 2:] = np.nan
    from ohmcarlo_analysis.papers.catalogue import exhibits
    from ohmcarlo_analysis.study.loading import load_study

    (fig6,) = exhibits(load_study([made.write(tmp_path / "r.h5")]), "insitu_fig6").values()
    low, high = fig6.figure.axes[0].get_ylim()
    assert fig6.table["ci_high"].max() > 1.2 and -10 < low <= 0 and 100 <= high < 110
