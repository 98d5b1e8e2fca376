"""`python3 -m ohmcarlo_analysis`."""

import sys

from .cli import main

sys.exit(main())
