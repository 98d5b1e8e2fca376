"""What chips take for what: the confusion of classes at one point."""

import numpy as np

from ..errors import UsageError
from ..reading.merge import swept_keys
from ..reading.selection import Roles, as_text
from ..statistics.table import points_table
from .margin_note import note_pieces
from .matrix_figure import Matrix, matrix_figure

CONFUSION = "confusion"


def classes_figure(dataset):
    """A Figure of the share of answers, in percent of the images of each class, over all chips; and the shares as a table."""
    if CONFUSION not in dataset:
        raise UsageError("the file has no confusion of classes (trials.confusion = true keeps it)")
    several = [key for key in swept_keys(dataset) if dataset.sizes[key] > 1]
    if several:
        raise UsageError(f"classes are drawn of one point: choose with --select key=value ({', '.join(several)})")
    counts = dataset[CONFUSION].sum([name for name in dataset["state"].dims], skipna=True).transpose("class", "answer").values
    images = counts.sum(axis=1, keepdims=True)
    share = 100 * np.divide(counts, images, out=np.full(counts.shape, np.nan), where=images > 0)
    texts = [[f"{value:.1f}" if value >= 0.05 else "" for value in row] for row in share]
    classes, answers = ([as_text(value) for value in dataset[name].values] for name in ("class", "answer"))
    notes = note_pieces(dataset, Roles(None, None), {"accuracy": points_table(dataset)})
    numbers = dataset[CONFUSION].sum([name for name in dataset["state"].dims]).to_dataframe().reset_index()
    numbers = numbers[["class", "answer", CONFUSION]].rename(columns={CONFUSION: "images"})
    numbers["percent"] = share.reshape(-1)
    matrix = Matrix(share, "% of class", texts, limits=(0.0, 100.0))
    return matrix_figure([matrix], answers, classes, ("Answer of the chip", "Class"), notes, downwards=True), numbers
