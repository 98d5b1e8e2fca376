"""A metric over two swept keys, as a map."""

import numpy as np

from ..errors import UsageError
from ..reading.metrics import label_of, shown_in_percent
from ..reading.selection import as_text, is_numeric
from ..statistics.table import points_table
from . import style
from .accuracy import note_pieces
from .matrix_figure import matrix_figure


def heatmap_figure(dataset, roles, metric, percent, intervals):
    """A Figure of the metric's means over the axes roles.x and roles.lines (upwards), and the table behind it.

    Other axes have one value left. `intervals`: half-widths of the intervals stand below the means.
    """
    if roles.x is None or roles.lines is None:
        raise UsageError("a heat map needs two swept keys with several values each")
    table = points_table(dataset, metric)
    percent = percent and shown_in_percent(metric)
    unit = 100.0 if percent else 1.0
    columns, rows = (_ordered(dataset, key) for key in (roles.x, roles.lines))
    shape = (len(rows), len(columns))
    values, half = np.full(shape, np.nan), np.full(shape, np.nan)
    for _, point in table.iterrows():
        place = rows.index(point[roles.lines]), columns.index(point[roles.x])
        values[place] = point["mean"] * unit
        half[place] = (point["ci_high"] - point["ci_low"]) / 2 * unit
    texts = [[_text(value, width, intervals) for value, width in zip(*row)] for row in zip(values, half)]
    label = label_of(dataset[metric]) + (" (%)" if percent else "")
    labels = (style.axis_label(roles.x), style.axis_label(roles.lines), label)
    notes = note_pieces(dataset, roles, metric, table, cut=False)
    return matrix_figure(values, [as_text(value) for value in columns], [as_text(value) for value in rows], labels, texts, notes), table


def _ordered(dataset, key):
    values = list(dataset[key].values)
    return sorted(values) if is_numeric(dataset, key) else values


def _text(value, half, intervals):
    digits = 1 if abs(value) >= 10 else 3
    text = f"{value:.{digits}f}"
    return f"{text}\n\u00b1{half:.{digits}f}" if intervals and np.isfinite(half) else text
