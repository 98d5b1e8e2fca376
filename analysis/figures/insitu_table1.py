#!/usr/bin/python3
"""Paper 003, table 1: accuracy with defects in one layer or both, after training on the chip.

    /usr/bin/python3 analysis/figures/insitu_table1.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("insitu_table1"))
