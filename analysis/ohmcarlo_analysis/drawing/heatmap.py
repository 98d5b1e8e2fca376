"""Metrics over two swept keys, as maps."""

from dataclasses import replace

import numpy as np

from ..errors import UsageError
from ..reading.metrics import axis_label_of, description_of, has_usual_name, shown_in_percent
from ..reading.selection import as_text, is_numeric, single_own_axes
from ..statistics.table import join_tables, points_table
from . import style
from .margin_note import note_pieces
from .matrix_figure import Matrix, matrix_figure


def heatmap_figure(dataset, roles, metrics=("accuracy",), percent=True, intervals=False):
    """A Figure of the means over the axes roles.x and roles.lines (upwards), a map a metric, and the table behind it.

    Other axes have one value left. `intervals`: half-widths of the intervals stand below the means. Above each map stands what
    the file says of its metric, unless it is alone and has a usual name. The table: join_tables().
    """
    if roles.x is None or roles.lines is None:
        raise UsageError("a heat map needs two swept keys with several values each")
    tables = {metric: points_table(dataset, metric) for metric in metrics}
    columns, rows = (_ordered(dataset, key) for key in (roles.x, roles.lines))
    matrices = [_matrix(dataset, roles, table, metric, (columns, rows), percent, intervals) for metric, table in tables.items()]
    if len(matrices) == 1 and has_usual_name(metrics[0]):
        matrices = [replace(matrices[0], title="")]
    names = [[as_text(value) for value in values] for values in (columns, rows)]
    labels = (style.axis_label(roles.x), style.axis_label(roles.lines))
    return matrix_figure(matrices, *names, labels, note_pieces(dataset, roles, tables)), join_tables(dataset, tables)


def _matrix(dataset, roles, table, metric, axes, percent, intervals):
    columns, rows = axes
    single_own_axes(dataset, metric)
    percent = percent and shown_in_percent(metric)
    unit = 100.0 if percent else 1.0
    values, half = (np.full((len(rows), len(columns)), np.nan) for _ in range(2))
    for _, point in table.iterrows():
        place = rows.index(point[roles.lines]), columns.index(point[roles.x])
        values[place] = point["mean"] * unit
        half[place] = (point["ci_high"] - point["ci_low"]) / 2 * unit
    texts = [[_text(value, width, intervals) for value, width in zip(*row)] for row in zip(values, half)]
    return Matrix(values, axis_label_of(dataset[metric], percent), texts, description_of(dataset, metric))


def _ordered(dataset, key):
    values = list(dataset[key].values)
    return sorted(values) if is_numeric(dataset, key) else values


def _text(value, half, intervals):
    digits = 1 if abs(value) >= 10 else 3
    text = f"{value:.{digits}f}"
    return f"{text}\n\u00b1{half:.{digits}f}" if intervals and np.isfinite(half) else text
