"""How our figures look: one sober style, readable at the width of a journal column. Lengths are inches, sizes points."""

from contextlib import contextmanager

import matplotlib
from matplotlib.colors import to_hex

COLUMN_WIDTH = 3.5
DOTS_PER_INCH = 300
NOTE_SIZE = 5.0
NOTE_COLOUR = "#666666"
REFERENCE_COLOUR = "#444444"
CLEAN_DASHES = (0, (3.5, 1.8))

# Okabe & Ito (2008), without the yellow that vanishes on white; told apart in print by the markers as well.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#222222", "#882255"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
MARKER_SIZE = 3.4
MARKER_SCALE = {"s": 0.9, "D": 0.85, "P": 1.15, "X": 1.15, "*": 1.5, "^": 1.1, "v": 1.1}

AXIS_LABELS = {
    "hardware.variation.sigma": "Device variation $\\sigma$",
    "hardware.faults.rate": "Fault rate",
    "hardware.defects.rate": "Defect rate",
    "hardware.adc.bits": "ADC resolution (bit)",
    "hardware.adc.on_sd": "Noise of a conducting cell (sd, of its current)",
    "hardware.dac.bits": "DAC resolution (bit)",
    "hardware.cell_bits": "Bits per cell",
    "hardware.weight_bits": "Weight resolution (bit)",
    "hardware.tile_rows": "Rows per tile",
    "hardware.wires.row_ohm": "Wire resistance per row segment ($\\Omega$)",
    "hardware.wires.column_ohm": "Wire resistance per column segment ($\\Omega$)",
    "training.method": "Training method",
    "training.noise_sigma": "Noise $\\sigma$ in training",
    "training.kurtosis.lambda": "Kurtosis penalty $\\lambda$",
}

_SETTINGS = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same bytes on every machine
    "mathtext.fontset": "dejavusans",
    "font.size": 7.0,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "axes.labelpad": 2.5,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.1,
    "savefig.dpi": DOTS_PER_INCH,
    "figure.dpi": DOTS_PER_INCH,
    "svg.hashsalt": "ohmcarlo",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "text.usetex": False,
}


@contextmanager
def style():
    """Our settings and nothing of the user's matplotlibrc, so that a figure is the same for everyone."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def line_looks(count, ordered):
    """(colour, marker) for each of `count` lines; `ordered` lines (a numeric axis) get a dark-to-light sequence."""
    markers = [MARKERS[index % len(MARKERS)] for index in range(count)]
    if ordered and count > 2:
        sequence = matplotlib.colormaps["viridis"]
        return [(to_hex(sequence(0.88 * index / (count - 1))), markers[index]) for index in range(count)]
    return [(COLOURS[index % len(COLOURS)], markers[index]) for index in range(count)]


def marker_size(marker):
    """The size in points at which a marker looks as big as the others."""
    return MARKER_SIZE * MARKER_SCALE.get(marker, 1.0)


def axis_label(key):
    """The words for a swept key on an axis; the key itself where we have none."""
    return AXIS_LABELS.get(key, key)


def draw_chance(axes, level):
    """A dotted line at the accuracy of guessing, named at its left end: curves that reach it do so on the right."""
    axes.axhline(level, color=REFERENCE_COLOUR, linewidth=0.6, linestyle=(0, (1, 1.5)), zorder=1)
    axes.annotate(
        "chance", (0.01, level), xycoords=("axes fraction", "data"), xytext=(0, 1.5), textcoords="offset points",
        fontsize=5.5, color=REFERENCE_COLOUR, va="bottom", ha="left", zorder=1,
    )  # fmt: skip
