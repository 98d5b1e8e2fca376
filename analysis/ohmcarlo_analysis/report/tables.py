"""The numbers of an exhibit as HTML tables: listed beside the published ones, or crossed where there are none."""

from html import escape

import numpy as np

from ..drawing.exhibit import interval_text, number_text
from ..papers.published import source
from ..reading.selection import as_text
from ..statistics.stopped import WORDS, kinds_text

MOST_COLUMNS = 6  # of values of a label that become columns
MOST_ROWS = 20  # of a table without published numbers that is open from the start
WORD_COLUMNS = ("verdict", "interval")


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


def is_long(exhibit):
    """Whether the numbers of a figure are so many that they are better folded away at first."""
    return not exhibit.compared and len(exhibit.labels) > 2 and exhibit.table["mean"].notna().sum() > MOST_ROWS


def numbers_table(exhibit):
    """The numbers that were run, with a note on what stands in the table."""
    ours = exhibit.table[exhibit.table["mean"].notna()]
    kinds = bool(kinds_text(ours["interval_kind"]))  # a column for them only where one is not Student's
    note = ""
    if ours["ci_low"].notna().any():
        note = f"Ours \u00b1 half of the {'' if kinds else '95 % '}interval."  # a rule's confidence stands in the figure
    if exhibit.compared:
        note += (
            f"{'' if exhibit.typeset else ' Points that were not run are in the figure only.'} Differs: the published number is "
            "outside of it; undecided: inside, which does not show that they are equal; compared: no interval. Facts are about "
            f"trainings compared with each other, so one can hold where single numbers differ. Paper: {_source(exhibit.name)}"
        )
    table = _crossed(exhibit, ours) if not exhibit.compared and not kinds else None
    return f"{table or _listed(exhibit, ours, kinds)}<p class=note>{escape(note)}</p>"


def _listed(exhibit, ours, kinds):
    """One row a number."""
    unit = f" ({exhibit.unit})" if exhibit.unit else ""
    columns = [*map(exhibit.heading, exhibit.labels), *([f"paper{unit}"] if exhibit.compared else []), f"ours{unit}"]
    columns += [f"ours minus paper{unit}", "verdict"] if exhibit.compared else []
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
            apart, _, verdict = comparison(record, scale, digits).partition(", ")
            cells += [apart, verdict]
        if kinds:
            cells.append(WORDS.get(record["interval_kind"], record["interval_kind"]))
        rows.append(cells)
    return html_table(columns, rows, len(exhibit.labels))


def _crossed(exhibit, ours):
    """The last of two labels as columns, where it has few values and each pair is there once at most; else None."""
    if len(exhibit.labels) != 2:
        return None
    along, across = exhibit.labels
    columns, lines = (list(dict.fromkeys(ours[name])) for name in (across, along))
    if not 1 < len(columns) <= MOST_COLUMNS or ours.duplicated([along, across]).any():
        return None
    texts = {(record[along], record[across]): interval_text(record, *_unitless(exhibit, record)) for _, record in ours.iterrows()}
    units = {record[across]: exhibit.shown(record)[1] for _, record in ours.iterrows()}
    head = [f"{as_text(name)} ({units[name]})" if units[name] else as_text(name) for name in columns]
    rows = [[as_text(line), *(texts.get((line, name), "-") for name in columns)] for line in lines]
    return html_table([exhibit.heading(along), *head], rows, 1)


def _unitless(exhibit, record):
    scale, _, digits = exhibit.shown(record)
    return scale, digits


def html_table(columns, rows, labels=1):
    """An HTML table whose first `labels` columns say what a row is: these and other columns of words stand at the left."""
    words = [place < labels or name in WORD_COLUMNS for place, name in enumerate(columns)]
    head = "".join(_cell(column, "th", is_word) for column, is_word in zip(columns, words))
    body = "".join("<tr>" + "".join(_cell(cell, "td", is_word) for cell, is_word in zip(cells, words)) + "</tr>" for cells in rows)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(text, tag, is_word):
    return f"<{tag}{' class=label' if is_word else ''}>{escape(text)}</{tag}>"


def _source(name):
    return source({"ovf_gains": "ovf_fig3", "concrete_ideal_table": "concrete"}.get(name, name))
