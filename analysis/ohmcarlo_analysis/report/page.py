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
from .markdown import as_html
from .printing import VERDICTS, fact_numbers
from .how_to_read import READING, SAMPLES, SEQUENCES
from ..papers.published import differs, source
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
    sections = {paper.PAPER: section for paper in PAPERS if (section := _paper(study, paper, records))}
    others = [paper for paper in PAPERS if paper.PAPER not in sections]
    run = [record for record in records if record["paper"] in sections]
    if not sections:
        sections = {"": "<p>No figure, table or fact of the papers can be made from these files.</p>"}
    names = list(dict.fromkeys(str(each.attrs.get("experiment_name") or "unnamed") for each in study.experiments))
    title = f"ohmcarlo: {', '.join(names)}"
    body = [
        f"<header><h1>{escape(title)}</h1>", _tally(run), _unfinished(study), "</header>", *sections.values(),
        _others(others, records),
        f"<section><h2>Where the numbers come from</h2>{_provenance(study)}{READING}{_sequences(study)}{_samples(study)}</section>",
    ]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>" + "\n".join(body) + "</main></body></html>\n"
    )


def comparison(record, scale, digits=2):
    """Ours minus the published number, and what our interval says of it, in the words of verdicts: "-4.47, differs".

    The published number is outside our interval (differs), inside it (undecided, for equality cannot be shown), or there is no
    interval (compared, the word of facts); "-" where one of the two is missing.
    """
    if not np.isfinite(record["published"]) or not np.isfinite(record["mean"]):
        return "-"
    apart = (record["mean"] - record["published"]) * scale
    if not np.isfinite(record["ci_low"]):
        return f"{apart:+.{digits}f}, compared"
    inside = record["ci_low"] <= record["published"] <= record["ci_high"]
    return f"{apart:+.{digits}f}, {'undecided' if inside else 'differs'}"


def _paper(study, paper, records):
    made = [(name, _made(study, name)) for name in paper.EXHIBITS]
    shown = [_exhibit(each, f"{name}-{place}" if place else name) for name, found in made for place, each in enumerate(found)]
    own = [record for record in records if record["paper"] == paper.PAPER]
    facts = [record for record in own if record["verdict"] != NOT_TESTED]
    if not shown and not facts:
        return ""
    judged = f"<h3>Facts</h3>{''.join(_fact(record) for record in facts)}" if facts else ""
    silent = [record for record in own if record["verdict"] == NOT_TESTED]
    judged += _folded(f"Not tested here: {len(silent)} of the {len(own)} facts of this paper", silent) if silent else ""
    head = f"<h2>{escape(paper.TITLE)}</h2><p class=citation>{escape(paper.CITATION)}</p>"
    return f'<section id="paper-{paper.PAPER}">{head}{_differs(study, paper)}{judged}{"".join(shown)}</section>'


def _differs(study, paper):
    """What was run here and in the paper, and what else differs."""
    here = "; ".join(name for name, part in study.setups().items() if paper.concerns(part))
    lines = f"<dt>paper</dt><dd>{escape(paper.SETUP)}</dd>" + (f"<dt>here</dt><dd>{escape(here)}</dd>" if here else "")
    return f"<h3>What differs from the paper</h3><dl>{lines}</dl><div class=differs>{as_html(differs(paper.DIFFERS))}</div>"


def _folded(summary, records):
    return f"<details><summary>{escape(summary)}</summary>{''.join(_fact(record) for record in records)}</details>"


def _others(papers, records):
    """Facts of papers that were not run, folded away."""
    if not papers:
        return ""
    folded = [
        f"<p class=citation>{escape(paper.CITATION)}</p>" + _folded(f"{paper.TITLE}: {len(own)} facts", own)
        for paper in papers if (own := [record for record in records if record["paper"] == paper.PAPER])
    ]  # fmt: skip
    return f"<section><h2>Papers that were not run</h2>{''.join(folded)}</section>"


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
    unit = f" ({exhibit.unit})" if exhibit.unit else ""
    columns = [*exhibit.labels, *([f"paper{unit}"] if exhibit.compared else []), f"ours{unit}"]
    columns += [f"ours minus paper{unit}"] if exhibit.compared else []
    ours = exhibit.table[exhibit.table["mean"].notna()]
    kinds = bool(kinds_text(ours["interval_kind"]))  # a column for them only where one is not Student's
    columns += ["interval"] if kinds else []
    rows = []
    for _, record in ours.iterrows():
        scale, unit, digits = exhibit.shown(record)
        cells = [as_text(record[name]) for name in exhibit.labels]
        cells = [f"{cell} ({unit})" if name == "quantity" and unit else cell for name, cell in zip(exhibit.labels, cells)]
        if exhibit.compared:
            cells.append(number_text(record["published"], scale, digits))
        cells.append(interval_text(record, scale, digits))
        if exhibit.compared:
            cells.append(comparison(record, scale, digits))
        if kinds:
            cells.append(WORDS.get(record["interval_kind"], record["interval_kind"]))
        rows.append(cells)
    note = f"Ours \u00b1 half of the {'' if kinds else '95 % '}interval."  # a rule's confidence stands in the figure
    if exhibit.compared:
        note += (
            " Points that were not run are in the figure only. Differs: the published number is outside of it; undecided: inside, "
            "which does not show that they are equal; compared: no interval. Facts are about trainings compared with each "
            f"other, so one can hold where single numbers differ. Paper: {_source(exhibit.name)}"
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
