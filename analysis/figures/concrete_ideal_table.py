#!/usr/bin/python3
"""Paper 001: what 4-bit converters lose against ideal ones.

    /usr/bin/python3 analysis/figures/concrete_ideal_table.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("concrete_ideal_table"))
