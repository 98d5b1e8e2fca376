#!/usr/bin/python3
"""Paper 000, figure 5: accuracy of the float model and on chips against lambda.

    /usr/bin/python3 analysis/figures/kurtosis_fig5.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("kurtosis_fig5"))
