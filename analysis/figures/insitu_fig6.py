#!/usr/bin/python3
"""Paper 003, figure 6: accuracy against the share of defects, by deployment.

    /usr/bin/python3 analysis/figures/insitu_fig6.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("insitu_fig6"))
