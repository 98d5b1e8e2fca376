#!/usr/bin/python3
"""Paper 002, figure 3: accuracy against device variation, by training method.

    /usr/bin/python3 analysis/figures/ovf_fig3.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("ovf_fig3"))
