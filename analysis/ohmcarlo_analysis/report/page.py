"""One self-contained HTML page about some results files: figures, tables beside the published numbers, facts, provenance.

Nothing is loaded from elsewhere and nothing runs: pictures are embedded, the style is in the page, there is no script.
"""

import base64
from html import escape
from pathlib import Path

from ..facts.judge import NOT_TESTED, as_record, judge
from ..drawing.output import svg_text
from ..papers.catalogue import PAPERS, exhibits
from .markdown import as_html
from .printing import VERDICTS, fact_numbers
from .how_to_read import READING, SAMPLES, SEQUENCES
from .tables import html_table, is_long, numbers_table
from ..papers.published import differs
from ..reading.until import UNTIL
from ..statistics.sampled import sampled_points
from ..study.conditions import Missing

MARKS = {"holds": "\u2713", "fails": "\u2717", "undecided": "?", NOT_TESTED: "\u2013"}
PROVENANCE = {  # a word: the attribute of a start of a job, or of its file
    "experiment": "experiment_name", "hash": "experiment_hash", "seed": "seed", "version": "ohmcarlo_version",
    "commit": "git_commit", "status": "status", "hosts": "hosts", "ranks": "ranks", "seconds": "seconds",
}  # fmt: skip
PROVENANCE_COLUMNS = ("experiment", "file", "hash", "seed", "ohmcarlo", "status", "job")
HASH_SHOWN = 16  # digits of an experiment's hash
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


def _paper(study, paper, records):
    made = [(name, _made(study, name)) for name in paper.EXHIBITS]
    shown = [_exhibit(each, f"{name}-{place}" if place else name) for name, found in made for place, each in enumerate(found)]
    own = [record for record in records if record["paper"] == paper.PAPER]
    facts = [record for record in own if record["verdict"] != NOT_TESTED]
    if not shown and not facts:
        return ""
    several = len({record["setup"] for record in facts}) > 1  # else it stands at the head of the section
    judged = f"<h3>Facts</h3>{''.join(_fact(record, several) for record in facts)}"
    silent = [record for record in own if record["verdict"] == NOT_TESTED]
    judged += _folded(f"Not tested here: {len(silent)} of the {len(own)} facts of this paper", silent) if silent else ""
    head = f"<h2>{escape(paper.TITLE)}</h2><p class=citation>{escape(paper.CITATION)}</p>"
    return f'<section id="paper-{paper.PAPER}">{head}{_differs(study, paper)}{judged}{"".join(shown)}</section>'


def _differs(study, paper):
    """What was run here and in the paper, and what else differs."""
    here = "; ".join(name for name, part in study.setups().items() if paper.concerns(part))
    lines = f"<dt>paper</dt><dd>{escape(paper.SETUP)}</dd>" + (f"<dt>here</dt><dd>{escape(here)}</dd>" if here else "")
    return f"<h3>What differs from the paper</h3><dl>{lines}</dl><div class=differs>{as_html(differs(paper.DIFFERS))}</div>"


def _folded(summary, records, below=""):
    """Facts behind one line, under which `below` always stands."""
    facts = "".join(_fact(record) for record in records)
    under = f"<br><span class=citation>{escape(below)}</span>" if below else ""
    return f"<details><summary>{escape(summary)}{under}</summary>{facts}</details>"


def _others(papers, records):
    """Facts of papers that were not run, folded away."""
    if not papers:
        return ""
    folded = [
        _folded(f"{paper.TITLE}: {len(own)} facts", own, paper.CITATION)
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
        table = numbers_table(exhibit) if exhibit.compared else html_table(*exhibit.typeset)
        return f"{head}<p class=note>{caption}</p>{table}</article>"
    picture = base64.b64encode(svg_text(exhibit.figure).encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(exhibit.caption, quote=True)}">'
    return (
        f"{head}<figure>{image}<figcaption>{caption}</figcaption></figure>"
        f"<details{'' if is_long(exhibit) else ' open'}><summary>Numbers</summary>{numbers_table(exhibit)}</details></article>"
    )


def _fact(record, with_setup=False):
    numbers = record["missing"] if "missing" in record else fact_numbers(record)
    numbers += f". {record['setup']}" if with_setup else ""
    kind = record["verdict"].split()[0]
    return (
        f'<div class="fact {kind}"><p><b class=verdict>{MARKS[record["verdict"]]} {record["verdict"]}</b> '
        f"<span class=id>{record['id']}</span> {escape(record['statement'])}</p><p class=note>{escape(numbers)}</p></div>"
    )


def _tally(records):
    counts = [(verdict, sum(record["verdict"] == verdict for record in records)) for verdict in VERDICTS]
    words = {"holds": "hold", "fails": "fail"}
    texts = [f"{MARKS[verdict]} {count} {verdict if count == 1 else words.get(verdict, verdict)}" for verdict, count in counts]
    spans = [f'<span class="{verdict.split()[0]}">{text}</span>' for (verdict, _), text in zip(counts, texts)]
    return f"<p class=tally>{' '.join(spans)}</p>"


def _unfinished(study):
    names = [each.attrs["sources"][0] for each in study.experiments if each.attrs["status"] != "complete"]
    return "".join(f"<p class=warning>Unfinished run: {escape(str(name))}. Numbers will change.</p>" for name in names)


def _provenance(study):
    """A table of the starts of jobs that made the files."""
    rows = [_start({name: "" if run.get(key) is None else str(run[key]) for name, key in PROVENANCE.items()}, run) for run in study.runs]
    return f"<div class=provenance>{html_table(PROVENANCE_COLUMNS, rows, len(PROVENANCE_COLUMNS))}</div>"


def _start(known, run):
    """The cells of one start of a job."""
    place = f"{run['file']}, {run['run']}" if run["run"] else run["file"]
    version = known["version"] + (f" ({known['commit']})" if known["commit"] else "")
    ranks = f"{known['ranks']} rank{'' if known['ranks'] == '1' else 's'}" if known["ranks"] else ""
    where = f"on {known['hosts']}" if known["hosts"] else ""
    took = f"{known['seconds']} s" if known["seconds"] else ""
    job = ", ".join(part for part in (" ".join(part for part in (ranks, where) if part), took) if part)
    cells = [known["experiment"] or "unnamed", place, known["hash"][:HASH_SHOWN], known["seed"], version, known["status"], job]
    return [cell or "-" for cell in cells]


def _sequences(study):
    return SEQUENCES if any(UNTIL in each.attrs for each in study.experiments) else ""


def _samples(study):
    return SAMPLES if any(sampled_points(each.dataset, "accuracy").any() for each in study.experiments) else ""
