#!/usr/bin/python3
"""Paper 001, figure 1c: distributions of a bit line's current, and how many are misread.

    /usr/bin/python3 analysis/figures/concrete_fig1c.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("concrete_fig1c"))
