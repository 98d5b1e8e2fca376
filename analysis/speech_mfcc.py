#!/usr/bin/python3
"""Cepstra of a recording with the borders of its phones.

    ohmcarlo data features SX1.WAV > SX1.csv
    /usr/bin/python3 analysis/speech_mfcc.py SX1.csv SX1.PHN [--seconds 1.6] [--out FIGURE.png]
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ohmcarlo_analysis.drawing.style import COLUMN_WIDTH, DOTS_PER_INCH, style  # noqa: E402


def read_features(path):
    """(rate, window and hop in samples, [frames, coefficients]) of what `ohmcarlo data features` printed."""
    head = Path(path).read_text().partition("\n")[0]
    found = re.match(r"# mfcc rate=(\d+) window=(\d+) hop=(\d+) .*cepstra=(\d+)", head)
    if not found:
        raise SystemExit(f"speech_mfcc: {path} is not what ohmcarlo data features prints")
    rate, window, hop, cepstra = map(int, found.groups())
    return rate, window, hop, np.loadtxt(path, delimiter=",", ndmin=2)[:, : cepstra + 1]


def read_phones(path):
    """[(begin, end, phone)], in samples."""
    return [(int(begin), int(end), phone) for begin, end, phone in map(str.split, Path(path).read_text().splitlines())]


def draw(features, phones, seconds):
    import matplotlib.pyplot as plt

    rate, window, hop, statics = features
    # A frame's features are those of its middle; its column of the picture is one hop wide.
    start = (window - hop) / 2 / rate
    extent = (start, start + len(statics) * hop / rate, 0.5, statics.shape[1] + 0.5)
    scaled = (statics - statics.mean(axis=0)) / statics.std(axis=0)
    figure, axes = plt.subplots(figsize=(2 * COLUMN_WIDTH, 1.9), constrained_layout=True)
    image = axes.imshow(scaled.T, origin="lower", aspect="auto", extent=extent, cmap="RdBu_r", vmin=-2.5, vmax=2.5,
                        interpolation="nearest")
    axes.grid(False)
    end = min(seconds, phones[-1][1] / rate) if seconds else phones[-1][1] / rate
    for number, (begin, stop, phone) in enumerate(phones):
        if begin / rate >= end:
            break
        axes.axvline(begin / rate, color="black", linewidth=0.6)
        middle = (begin + min(stop, end * rate)) / 2 / rate
        axes.text(middle, 1.02 + 0.08 * (number % 2), phone, transform=axes.get_xaxis_transform(), ha="center", fontsize=6)
    axes.set_xlim(0, end)
    axes.set_yticks([1, 4, 8, 12, statics.shape[1]], ["$c_1$", "$c_4$", "$c_8$", "$c_{12}$", "log energy"])
    axes.set_xlabel("Time (s)")
    figure.colorbar(image, ax=axes, pad=0.01, label="Standard deviations")
    return figure


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("features", help="what ohmcarlo data features printed")
    parser.add_argument("phones", help=".PHN of the recording")
    parser.add_argument("--seconds", type=float, help="how much of it to draw (default: all)")
    parser.add_argument("--out", default="speech_mfcc.png")
    options = parser.parse_args(arguments)
    with style():
        draw(read_features(options.features), read_phones(options.phones), options.seconds).savefig(
            options.out, dpi=DOTS_PER_INCH, metadata={"Software": "ohmcarlo_analysis"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
