"""A plain text table of the swept points."""

import numpy as np

from ..papers.catalogue import PAPERS
from ..reading.metrics import shown_in_percent
from ..reading.selection import as_text
from ..statistics.sampled import images_text
from ..statistics.stopped import kinds_text, level_text
from ..statistics.table import axis_columns

VERDICTS = ("holds", "fails", "undecided", "not tested here")


def table_text(dataset, table, metric, percent):
    """The rows of points_table() as aligned text, with two lines above that say what the numbers are."""
    percent = percent and shown_in_percent(metric)
    unit = 100.0 if percent else 1.0
    axes = [name for name in table.columns if name in axis_columns(dataset) or name in dataset[metric].dims]
    show_replicas = (table["replicas"] > 1).any()
    kinds = set(_kinds(table))
    header = [*axes, "chips", *(["trainings"] if show_replicas else []), "mean", "+-", "median", "clean"]
    header += ["interval"] if len(kinds) > 1 else []
    rows = []
    for row in table.to_dict("records"):
        numbers = [
            row["mean"] * unit, (row["ci_high"] - row["ci_low"]) / 2 * unit, row["median"] * unit,
            row["clean_accuracy"] * (100.0 if percent or not shown_in_percent(metric) else 1.0),
        ]  # fmt: skip
        counts = [row["count"], *([row["replicas"]] if show_replicas else [])]
        texts = [_number(number, percent) for number in numbers]
        if not shown_in_percent(metric):
            texts[-1] = _number(numbers[-1], True)
        texts += [row["interval_kind"]] if len(kinds) > 1 else []
        rows.append([*[as_text(row[name]) for name in axes], *[str(count) for count in counts], *texts])
    widths = [max(len(line[index]) for line in [header, *rows]) for index in range(len(header))]
    lines = ["  ".join(text.rjust(width) for text, width in zip(line, widths)).rstrip() for line in [header, *rows]]
    return "\n".join([*_heading(dataset, table, metric, percent), *lines])


def _heading(dataset, table, metric, percent):
    attributes = dataset.attrs
    name = attributes.get("experiment_name") or "unnamed experiment"
    over = table["interval_over"].iloc[0] if len(table) else "chips"
    level = "95 %" if over == "trainings" else level_text(dataset)
    over = "over trainings" if over == "trainings" else "over chips (for this trained network)"
    kinds = _kinds(table)
    kinds = kinds_text(kinds) if len(set(kinds)) == 1 else ""  # else a column says them
    shown = metric + (" in %" if percent else "")
    images = images_text(dataset, metric)
    return [
        f"# {name}, experiment {str(attributes['experiment_hash'])[:8]}, ohmcarlo {attributes['ohmcarlo_version']}, "
        f"{attributes['status']}",
        f"# {shown}; +- is the half-width of the {level} interval {over}{f': {kinds}' if kinds else ''}",
        *([f"# {images}: they have no median"] if images else []),
    ]


def _kinds(table):
    """The kinds of the intervals in the column of means, of the points that have chips."""
    shown = table[(table["count"] > 0) & (table["interval_over"] == "chips")]
    return shown["interval_kind"].tolist()


def _number(value, percent):
    if not np.isfinite(value):
        return "-"
    return f"{value:.2f}" if percent else f"{value:.5g}"


def facts_text(records):
    """The facts (facts.as_record()) as text: the verdict, the statement, and one line of numbers each."""
    references = {each.PAPER: each.CITATION for each in PAPERS}
    lines, paper = [], None
    for record in records:
        if record["paper"] != paper:
            paper = record["paper"]
            lines += [*([""] if lines else []), references[paper]]
        verdict = record["verdict"] if "missing" in record else record["verdict"].upper()
        lines.append(f"  {record['id']}  {verdict}: {record['statement']}")
        lines.append("      " + (record["missing"] if "missing" in record else f"[{record['setup']}] {fact_numbers(record)}"))
    counts = {verdict: sum(record["verdict"] == verdict for record in records) for verdict in VERDICTS}
    return "\n".join([*lines, "", ", ".join(f"{count} {verdict}" for verdict, count in counts.items())])


def fact_numbers(record):
    """The numbers of a tested fact: what was shown, its value and interval, threshold, statistic and p."""
    unit = f" {record['unit']}" if record["unit"] else ""
    form = ".2f" if record["unit"] == "points" else ".4g"  # as tables show them
    interval = f" ({record['low']:{form}} to {record['high']:{form}})" if record["low"] != record["high"] else ""
    p = "" if record["p"] is None else f", {_p_text(record)}"
    wanted = f"wanted {record['threshold']}{unit}"
    return f"{record['shown']} = {record['value']:{form}}{interval}{unit}, {wanted}; {record['statistic']}{p}; over {record['over']}"


def _p_text(record):
    name, p = ("p against", record["p_against"]) if record["verdict"] == "fails" else ("p", record["p"])
    return f"{name} = {p:.2g}" if p >= 1e-4 else f"{name} < 0.0001"
