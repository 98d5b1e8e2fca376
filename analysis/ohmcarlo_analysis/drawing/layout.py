"""Place axes, legend and margin note so that nothing covers data and everything fits the width."""

from matplotlib.text import Text

from . import style

EDGE = 0.04  # inches kept free at every border
LEGEND_GAP = 0.05
AXES_HEIGHT = 0.58  # of the width of the figure
STACK_HEIGHT = 0.36  # of it, where several axes stand above each other
STACK_GAP = 0.08  # inches between them, beside what is written there
DESCRIPTION_SIZE = 5.5  # points


def arrange(figure, axes, handles, note_pieces):
    """Give the axes a fixed height; put the legend above them, the note below; set the figure's height to fit."""
    arrange_stack(figure, [axes], handles, note_pieces)


def arrange_stack(figure, stack, handles, note_pieces, height=None, over=0.0):
    """arrange() of several axes, from top to bottom, that are equally wide and share what stands below the last.

    `height`: of each, in inches; None: AXES_HEIGHT, or STACK_HEIGHT of several. `over`: inches kept free above each.
    """
    renderer = figure.canvas.get_renderer()
    width = figure.get_figwidth()
    height = height or (AXES_HEIGHT if len(stack) == 1 else STACK_HEIGHT) * width
    for axes in stack[:-1]:
        axes.tick_params(axis="x", labelbottom=False)
        axes.set_xlabel("")
    figure.align_ylabels(stack)
    note = "\n".join(wrap(figure, note_pieces, width - 2 * EDGE))
    legend = _legend(figure, handles, width - 2 * EDGE, renderer)
    legend_height = _inches(figure, legend.get_window_extent(renderer).height) if legend else 0.0

    text = figure.text(0, 0, note, fontsize=style.NOTE_SIZE, color=style.NOTE_COLOUR, va="bottom", ha="left", linespacing=1.25)
    note_height = _inches(figure, text.get_window_extent(renderer).height)

    top = EDGE + (legend_height + LEGEND_GAP if legend else 0.02)
    foot = note_height + 2.2 * EDGE
    left, right, gaps = 0.5, 0.05, [*[over] * len(stack), 0.35]
    for _ in range(2):  # the labels' size depends on the ticks, which depend on the size
        _place(figure, stack, (left, right), top, gaps, foot, height)
        boxes = [(axes.get_tightbbox(renderer), axes.get_window_extent(renderer)) for axes in stack]
        left = EDGE + max(_inches(figure, inner.x0 - box.x0) for box, inner in boxes)
        right = EDGE + max(0.0, *(_inches(figure, box.x1 - inner.x1) for box, inner in boxes))
        unders = [_inches(figure, inner.y0 - box.y0) for box, inner in boxes]
        titled = [_inches(figure, box.y1 - inner.y1) if axes.get_title("left") else 0.0 for axes, (box, inner) in zip(stack, boxes)]
        overs = [max(over, each) for each in titled]
        gaps = [overs[0], *(under + STACK_GAP + above for under, above in zip(unders, overs[1:])), unders[-1]]
    total = _place(figure, stack, (left, right), top, gaps, foot, height)
    text.set_position((EDGE / width, EDGE / total))
    if legend:
        middle = (left + width - right) / 2
        half = _inches(figure, legend.get_window_extent(renderer).width) / 2
        middle = min(max(middle, EDGE + half), width - EDGE - half)
        legend.set_bbox_to_anchor((middle / width, 1 - EDGE / total), transform=figure.transFigure)


def _place(figure, stack, sides, top, gaps, foot, height):
    """Sets the height of the figure, which it returns, and the places of the axes: all in inches, `gaps` above each and below."""
    width = figure.get_figwidth()
    total = top + len(stack) * height + sum(gaps) + foot
    figure.set_figheight(total)
    at = total - top
    for axes, gap in zip(stack, gaps):
        at -= gap + height
        axes.set_position([sides[0] / width, at / total, (width - sum(sides)) / width, height / total])
    return total


def describe(figure, axes, text, pad=2.5):
    """Write a text above the axes, `pad` points away, in lines that are not wider than they are; "layer = 4" stays whole."""
    width = figure.get_figwidth() * axes.get_position().width
    lines = wrap(figure, text.replace(" = ", "\u00a0=\u00a0").split(" "), width, " ", DESCRIPTION_SIZE)
    axes.set_title("\n".join(lines), fontsize=DESCRIPTION_SIZE, color=style.NOTE_COLOUR, loc="left", pad=pad)


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


def wrap(figure, pieces, width, separator="  \u00b7  ", size=style.NOTE_SIZE):
    """Lines of text, each at most `width` inches in `size` points, broken between pieces where possible."""
    lines = []
    for piece in pieces:
        joined = lines[-1] + separator + piece if lines else piece
        if lines and text_width(figure, joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(_shortened(figure, piece, width, size))
    return lines


def _shortened(figure, text, width, size):
    while text_width(figure, text, size) > width and len(text) > 8:
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
