#!/usr/bin/python3
"""How well `ohmcarlo plan` forecasts: what it says of three experiments beside what they then take, on one rank and two.

    tests/bench/plan.py OHMCARLO MNIST

OHMCARLO is the program, MNIST the folder of that set; Fashion-MNIST is found where the program finds it. The experiments
are the quickstart, arrays.toml, and LeNet-5 on arrays. Seconds are of the whole process, from its start to its end; nothing
else may run meanwhile. Some ten minutes on two cores.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

EXPERIMENTS = pathlib.Path(__file__).resolve().parents[2] / "experiments"
LENET = """
experiment.name = "lenet5"
data.set = "mnist"
data.directory = "{data}"
network.architecture = "lenet5"
training.epochs = 2
trials.count = 4
[hardware]
simulate = "arrays"
weight_bits = 8
cell_bits = 2
tile_rows = 128
tile_columns = 64
variation.sigma = 0.03
read_noise = {{ model = "gaussian", sigma = 0.01 }}
dac = {{ bits = 8, serial = true }}
adc = {{ range = "calibrated", bits = 8 }}
"""


def seconds_of(text):
    """ "1 min 18 s", "5.2 s", "2.1 h" in seconds."""
    units = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+) (ms|s|min|h|d)\b", text))


def forecast(program, experiment, ranks):
    said = subprocess.run([program, "plan", experiment, "--ranks", str(ranks)], capture_output=True, text=True, check=True)
    line = next(line for line in said.stdout.splitlines() if line.startswith("time: "))
    return seconds_of(line.split(" of one core, ")[1].split(" on ")[0])


def measure(program, experiment, ranks):
    with tempfile.TemporaryDirectory() as folder:
        launcher = ["mpirun", "--bind-to", "none", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
        start = time.monotonic()
        subprocess.run([*launcher, program, "run", experiment, "--out", f"{folder}/R.h5"],
                       check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        return time.monotonic() - start


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    program, data = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        lenet = pathlib.Path(folder) / "lenet5.toml"
        lenet.write_text(LENET.format(data=data))
        for experiment in (EXPERIMENTS / "quickstart.toml", EXPERIMENTS / "arrays.toml", lenet):
            for ranks in (1, 2):
                said = forecast(program, experiment, ranks)
                taken = measure(program, experiment, ranks)
                print(f"{experiment.stem:12} {ranks} rank{'s' * (ranks > 1):1}  said {said:6.1f} s  taken {taken:6.1f} s"
                      f"  taken / said {taken / said:.2f}", flush=True)


if __name__ == "__main__":
    main()
