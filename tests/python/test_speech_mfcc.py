"""The picture of a recording's cepstra, from what the program prints."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "analysis/speech_mfcc.py"
HEAD = "# mfcc rate=16000 window=400 hop=160 filters=26 cepstra=12 deltas=2\n"


def draw(directory, head, *options):
    rows = "\n".join(",".join(f"{x:.3f}" for x in row) for row in np.random.default_rng(1).standard_normal((50, 39)))
    (directory / "a.csv").write_text(f"{head}{rows}\n")
    (directory / "a.phn").write_text("0 2000 h#\n2000 5000 sh\n5000 8400 iy\n")
    command = ["/usr/bin/python3", SCRIPT, directory / "a.csv", directory / "a.phn", "--out", directory / "a.png", *options]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("options", [(), ("--seconds", "0.3")])
def test_it_draws(tmp_path, options):
    done = draw(tmp_path, HEAD, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_other_tables_are_refused(tmp_path):
    done = draw(tmp_path, "a,b,c\n")
    assert done.returncode == 1 and "is not what ohmcarlo data features prints" in done.stderr
