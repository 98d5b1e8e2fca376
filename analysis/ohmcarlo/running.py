"""Runs of experiments."""

import os
import pathlib
import pty
import subprocess
import sys
import tempfile

from ohmcarlo_analysis import load

from .program import find_program, raise_error
from .toml import to_toml

RESUMABLE = 75


def run(experiment, out=None, ranks=1, resume=True, overrides=None, progress=True):
    """Runs an experiment and returns its results, an xarray.Dataset as ohmcarlo_analysis.load() gives it.

    `experiment`: the path of a TOML file, TOML text with line breaks, or a dict of its tables. `out`: the results file; a
    temporary one if absent, so that only networks in $OHMCARLO_MODELS stay. `ranks`: above 1 under mpirun. `resume`: goes on
    with a file that is there, or refuses it. `overrides`: {key: value}, a list sweeps. `progress`: shows the program's own
    lines and bar on stderr. An interrupt (Ctrl-C) ends the run with everything saved.

    Raises OhmcarloError with the program's line and exit status.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        source = _source(experiment, place)
        results = pathlib.Path(out) if out is not None else place / "results.h5"
        launcher = ["mpirun", "--bind-to", "none", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
        command = [*launcher, find_program(), "run", str(source), "--out", str(results)]
        command += ["--resume"] if resume else []
        for key, value in (overrides or {}).items():
            command += ["--set", f"{key}={to_toml({'x': value}).removeprefix('x = ').strip()}"]
        environment = {"OMP_NUM_THREADS": "1"} | os.environ
        if os.geteuid() == 0:
            environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        status, said = _watch(command, environment, progress)
        if status != 0:
            raise_error(said, status)
        return load(results)


def _source(experiment, place):
    if isinstance(experiment, dict):
        text = to_toml(experiment)
    elif isinstance(experiment, str) and "\n" in experiment:
        text = experiment
    else:
        return pathlib.Path(experiment)
    path = place / "experiment.toml"
    path.write_text(text)
    return path


def _watch(command, environment, progress):
    """Exit status, and all that was said on stderr, which is a terminal to the program: so it draws its bar."""
    reading, writing = pty.openpty()
    said = b""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=writing) as job:
        os.close(writing)
        try:
            while part := _read(reading):
                said += part
                if progress:
                    sys.stderr.write(part.decode(errors="replace").replace("\x1b[K", "").replace("\r\n", "\n"))
                    sys.stderr.flush()
        except KeyboardInterrupt:
            job.terminate()
            raise
        finally:
            os.close(reading)
    return job.returncode, said.decode(errors="replace")


def _read(reading):
    try:
        return os.read(reading, 4096)
    except OSError:  # Linux, once nobody writes any more
        return b""
