#!/usr/bin/python3
"""Paper 002, gains of the prose: OVF minus noise injection on the same chips.

    /usr/bin/python3 analysis/figures/ovf_gains.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.cli.figure_script import run_figure_script  # noqa: E402

if __name__ == "__main__":
    sys.exit(run_figure_script("ovf_gains"))
