"""Place axes, legend and margin note so that nothing covers data and everything fits the width."""

from matplotlib.text import Text

from . import style

EDGE = 0.04  # inches kept free at every border
LEGEND_GAP = 0.05
AXES_HEIGHT = 0.58  # of the width of the figure


def arrange(figure, axes, handles, note_pieces):
    """Give the axes a fixed height; put the legend above them, the note below; set the figure's height to fit."""
    renderer = figure.canvas.get_renderer()
    width = figure.get_figwidth()
    height_axes = AXES_HEIGHT * width
    note = "\n".join(wrap(figure, note_pieces, width - 2 * EDGE))
    legend = _legend(figure, handles, width - 2 * EDGE, renderer)
    legend_height = _inches(figure, legend.get_window_extent(renderer).height) if legend else 0.0

    text = figure.text(0, 0, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR, va="bottom", ha="left", linespacing=1.25)
    note_height = _inches(figure, text.get_window_extent(renderer).height)

    top = EDGE + (legend_height + LEGEND_GAP if legend else 0.02)
    left, right, bottom = 0.5, 0.05, 0.35
    for _ in range(2):  # the labels' size depends on the ticks, which depend on the size
        bottom_all = bottom + note_height + 2.2 * EDGE
        total = top + height_axes + bottom_all
        figure.set_figheight(total)
        axes.set_position([left / width, bottom_all / total, (width - left - right) / width, height_axes / total])
        box, inner = axes.get_tightbbox(renderer), axes.get_window_extent(renderer)
        left = EDGE + _inches(figure, inner.x0 - box.x0)
        right = EDGE + max(0.0, _inches(figure, box.x1 - inner.x1))
        bottom = _inches(figure, inner.y0 - box.y0)
    bottom_all = bottom + note_height + 2.2 * EDGE
    total = top + height_axes + bottom_all
    figure.set_figheight(total)
    axes.set_position([left / width, bottom_all / total, (width - left - right) / width, height_axes / total])
    text.set_position((EDGE / width, EDGE / total))
    if legend:
        middle = (left + width - right) / 2
        half = _inches(figure, legend.get_window_extent(renderer).width) / 2
        middle = min(max(middle, EDGE + half), width - EDGE - half)
        legend.set_bbox_to_anchor((middle / width, 1 - EDGE / total), transform=figure.transFigure)


def add_room_above(figure, axes, inches):
    """Makes a figure that arrange() has laid out higher: what is below the top of the axes stays, a legend stays at the top.

    Returns the place of the new room above the axes as wide as these: [left, bottom, width, height] in parts of the figure.
    """
    width, height = figure.get_size_inches()
    total = height + inches
    box = axes.get_position()
    figure.set_figheight(total)
    axes.set_position([box.x0, box.y0 * height / total, box.width, box.height * height / total])
    for text in figure.texts:
        text.set_y(text.get_position()[1] * height / total)
    for legend in figure.legends:
        middle = legend.get_bbox_to_anchor().transformed(figure.transFigure.inverted()).x0
        legend.set_bbox_to_anchor((middle, 1 - EDGE / total), transform=figure.transFigure)
    return [box.x0, box.y1 * height / total, box.width, inches / total]


def wrap(figure, pieces, width, separator="  \u00b7  "):
    """Lines of text, each at most `width` inches in the note's size, broken between pieces where possible."""
    lines = []
    for piece in pieces:
        joined = lines[-1] + separator + piece if lines else piece
        if lines and text_width(figure, joined) <= width:
            lines[-1] = joined
        else:
            lines.append(_shortened(figure, piece, width))
    return lines


def _shortened(figure, text, width):
    while text_width(figure, text) > width and len(text) > 8:
        text = text[:-2].rstrip("\u2026") + "\u2026"
    return text


def text_width(figure, text, size=style.NOTE_SIZE):
    """Inches that a text takes on the figure."""
    probe = Text(0, 0, text, fontsize=size, figure=figure)
    return _inches(figure, probe.get_window_extent(figure.canvas.get_renderer()).width)


def _legend(figure, handles, width, renderer):
    """A frameless legend above the axes, with as many columns as fit; None when there is nothing to name."""
    if not handles:
        return None
    for columns in range(min(len(handles), 5), 0, -1):
        legend = figure.legend(
            handles=handles, ncol=columns, loc="upper center", frameon=False, borderpad=0, borderaxespad=0,
            handlelength=1.9, handletextpad=0.5, columnspacing=1.2, labelspacing=0.35,
        )  # fmt: skip
        if columns == 1 or _inches(figure, legend.get_window_extent(renderer).width) <= width:
            return legend
        legend.remove()
    return None


def _inches(figure, pixels):
    return pixels / figure.dpi
