#!/usr/bin/python3
"""Paper 002, figure 4: EKL against device variation, by training method.

    /usr/bin/python3 analysis/figures/ovf_fig4.py RESULTS... [--out FIGURE.png]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ohmcarlo_analysis.papers import script  # noqa: E402

if __name__ == "__main__":
    sys.exit(script("ovf_fig4"))
