"""ohmcarlo from Python: run experiments, multiply on arrays, look up keys.

    import ohmcarlo
    results = ohmcarlo.run("experiments/quickstart.toml", ranks=2)      # an xarray.Dataset
    results = ohmcarlo.run({"data": {"set": "mnist"}, "trials": {"count": 20}}, out="R.h5")
    y = ohmcarlo.vmm({"weight_bits": 4, "adc": {"bits": 8}}, weights, inputs)
    ohmcarlo.keys()["hardware.adc.bits"]

The program is found by $OHMCARLO, beside this package (an installation or a build), or on PATH.
"""

from ohmcarlo_analysis import load, points_table, summarise

from .program import OhmcarloError, find_program
from .running import run
from .settings import Key, keys
from .toml import to_toml
from .vmm import vmm

__all__ = ["Key", "OhmcarloError", "find_program", "keys", "load", "points_table", "run", "summarise", "to_toml", "vmm"]
