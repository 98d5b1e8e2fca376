"""One self-contained HTML page about some results files: figures, tables beside the published numbers, facts, provenance.

Nothing is loaded from elsewhere and nothing runs: pictures are embedded, the style is in the page, there is no script.
"""

import base64
from html import escape
from pathlib import Path

import numpy as np

from ..facts.judge import NOT_TESTED, as_record, judge
from ..drawing.output import svg_text
from ..papers.catalogue import PAPERS, exhibits
from ..drawing.exhibit import interval_text, number_text
from .printing import VERDICTS, fact_numbers
from ..papers.published import source
from ..reading.selection import as_text
from ..reading.until import UNTIL
from ..statistics.sampled import sampled_points
from ..statistics.stopped import WORDS, kinds_text
from ..study.conditions import Missing

MARKS = {"holds": "\u2713", "fails": "\u2717", "undecided": "?", NOT_TESTED: "\u2013"}
PROVENANCE = {  # the words on the page: the attribute of a start of a job, or of its file
    "experiment": "experiment_name", "file": "file", "hash": "experiment_hash", "seed": "seed", "version": "ohmcarlo_version",
    "commit": "git_commit", "status": "status", "hosts": "hosts", "ranks": "ranks", "seconds": "seconds",
}  # fmt: skip
STYLE = "\n" + Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def report_page(study):
    """The page as text."""
    records = [as_record(outcome) for outcome in judge(study)]
    sections = [section for paper in PAPERS if (section := _paper(study, paper, records))]
    if not sections:
        sections = ["<p>No figure, table or fact of the papers can be made from these files.</p>"]
    silent = [record for record in records if record["verdict"] == NOT_TESTED]
    names = list(dict.fromkeys(str(each.attrs.get("experiment_name") or "unnamed") for each in study.experiments))
    title = f"ohmcarlo: {', '.join(names)}"
    body = [
        f"<header><h1>{escape(title)}</h1>", _tally(records), _unfinished(study), "</header>", *sections,
        f'<section><h2>Not tested here</h2>{"".join(_fact(record) for record in silent)}</section>' if silent else "",
        f"<section><h2>Where the numbers come from</h2>{_provenance(study)}{READING}{_sequences(study)}{_samples(study)}</section>",
    ]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>" + "\n".join(body) + "</main></body></html>\n"
    )


def agreement(record, scale, digits=2):
    """Whether the published number lies in our 95 % interval: "yes", "no (+1.23)" (ours minus theirs), or why not known."""
    if not np.isfinite(record["published"]) or not np.isfinite(record["mean"]):
        return "-"
    apart = (record["mean"] - record["published"]) * scale
    if not np.isfinite(record["ci_low"]):
        return f"no interval ({apart:+.{digits}f})"
    inside = record["ci_low"] <= record["published"] <= record["ci_high"]
    return "yes" if inside else f"no ({apart:+.{digits}f})"


def _paper(study, paper, records):
    made = [(name, _made(study, name)) for name in paper.EXHIBITS]
    shown = [_exhibit(each, f"{name}-{place}" if place else name) for name, found in made for place, each in enumerate(found)]
    facts = [record for record in records if record["paper"] == paper.PAPER and record["verdict"] != NOT_TESTED]
    if not shown and not facts:
        return ""
    judged = f"<h3>Facts</h3>{''.join(_fact(record) for record in facts)}" if facts else ""
    head = f"<h2>{escape(paper.TITLE)}</h2><p class=citation>{escape(paper.CITATION)}</p>"
    return f'<section id="paper-{paper.PAPER}">{head}{judged}{"".join(shown)}</section>'


def _made(study, name):
    try:
        return list(exhibits(study, name).values())
    except Missing:
        return []


def _exhibit(exhibit, identity):
    head = f'<article id="{identity}"><h3>{escape(exhibit.title)}</h3>'
    caption = escape(exhibit.caption)
    if exhibit.typeset:  # a table is read better as one than as a picture of one
        table = _numbers(exhibit) if exhibit.compared else _table(*exhibit.typeset)
        return f"{head}<p class=note>{caption}</p>{table}</article>"
    picture = base64.b64encode(svg_text(exhibit.figure).encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(exhibit.caption, quote=True)}">'
    return (
        f"{head}<figure>{image}<figcaption>{caption}</figcaption></figure>"
        f"<details open><summary>Numbers</summary>{_numbers(exhibit)}</details></article>"
    )


def _numbers(exhibit):
    digits = exhibit.digits
    unit = f" ({exhibit.unit})" if exhibit.unit else ""
    columns = [*exhibit.labels, *([f"paper{unit}", "ours", "agrees?"] if exhibit.compared else [f"ours{unit}"])]
    ours = exhibit.table[exhibit.table["mean"].notna()]
    kinds = bool(kinds_text(ours["interval_kind"]))  # a column for them only where one is not Student's
    columns += ["interval"] if kinds else []
    rows = []
    for _, record in ours.iterrows():
        cells = [as_text(record[name]) for name in exhibit.labels]
        if exhibit.compared:
            cells.append(number_text(record["published"], exhibit.scale, digits))
        cells.append(interval_text(record, exhibit.scale, digits))
        if exhibit.compared:
            cells.append(agreement(record, exhibit.scale, digits))
        if kinds:
            cells.append(WORDS.get(record["interval_kind"], record["interval_kind"]))
        rows.append(cells)
    note = f"Ours \u00b1 half of the {'' if kinds else '95 % '}interval."  # a rule's confidence stands in the figure
    if exhibit.compared:
        note += (
            " Points that were not run are in the figure only. Agrees: the published number lies in it; else ours minus the "
            f"paper's. Paper: {_source(exhibit.name)}"
        )
    return f"{_table(columns, rows)}<p class=note>{escape(note)}</p>"


def _table(columns, rows):
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(_cell(cell) for cell in cells) + "</tr>" for cells in rows)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(text):
    return f"<td{'' if any(each.isdigit() for each in text[:2]) else ' class=label'}>{escape(text)}</td>"


def _source(name):
    return source({"ovf_gains": "ovf_fig3", "concrete_ideal_table": "concrete"}.get(name, name))


def _fact(record):
    numbers = record["missing"] if "missing" in record else f"{fact_numbers(record)}. {record['setup']}"
    kind = record["verdict"].split()[0]
    return (
        f'<div class="fact {kind}"><p><b class=verdict>{MARKS[record["verdict"]]} {record["verdict"]}</b> '
        f"<span class=id>{record['id']}</span> {escape(record['statement'])}</p><p class=note>{escape(numbers)}</p></div>"
    )


def _tally(records):
    counts = [(verdict, sum(record["verdict"] == verdict for record in records)) for verdict in VERDICTS]
    spans = [f'<span class="{verdict.split()[0]}">{MARKS[verdict]} {count} {verdict}</span>' for verdict, count in counts]
    return f"<p class=tally>{' '.join(spans)}</p>"


def _unfinished(study):
    names = [each.attrs["sources"][0] for each in study.experiments if each.attrs["status"] != "complete"]
    return "".join(f"<p class=warning>Unfinished run: {escape(str(name))}. Numbers will change.</p>" for name in names)


def _provenance(study):
    blocks = []
    for run in study.runs:
        entries = {name: run.get(key) for name, key in PROVENANCE.items()}
        entries["experiment"] = entries["experiment"] or "unnamed"
        entries["file"] = f"{run['file']}, {run['run']}" if run["run"] else run["file"]
        lines = [f"<dt>{name}</dt><dd>{escape(str(each))}</dd>" for name, each in entries.items() if each not in (None, "")]
        blocks.append(f"<dl>{''.join(lines)}</dl>")
    return "".join(blocks)


def _sequences(study):
    return SEQUENCES if any(UNTIL in each.attrs for each in study.experiments) else ""


def _samples(study):
    return SAMPLES if any(sampled_points(each.dataset, "accuracy").any() for each in study.experiments) else ""


READING = (
    "<p class=note>Intervals are 95 % Student-t intervals: over trainings where there are several, else over the "
    "chips of\n"
    "the one trained network. A fact holds when its negation is rejected (p below the level named, 0.05 unless "
    "stated), fails when it is rejected\n"
    "itself, and is undecided in between; so one that is only just false holds in 5 % of results. Claims about all of "
    "several points, and about every step of a trend, need every one of them;\n"
    "claims about the best of several are corrected for the choice. Facts whose data the files lack are not tested, and "
    "count for nothing.</p>"
)
SEQUENCES = (
    "<p class=note>Where trials.until decided on the number of chips while they came in, intervals over chips have its\n"
    "confidence. They are the rule's own (mostly fixed-width) at points that it has stopped, and else sequences:\n"
    "anytime-valid, they hold however one stops. So do the p-values of facts about such chips, which are those of the\n"
    "sequence. Facts about the spread of such chips are not tested.</p>"
)
SAMPLES = (
    "<p class=note>Where trials.images showed a sample of the test images to each chip, means and their intervals are those of\n"
    "all test images; the number of chips made up for it. Single chips are not shown, and facts about the spread of such\n"
    "chips, or about chips that are identical, are not tested.</p>"
)
