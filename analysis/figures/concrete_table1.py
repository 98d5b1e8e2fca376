#!/usr/bin/python3
"""Paper 001, table 1 (lost): accuracy under a small read margin by training, with STE that saw the noise as a control.

    /usr/bin/python3 analysis/figures/concrete_table1.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("concrete_table1"))
