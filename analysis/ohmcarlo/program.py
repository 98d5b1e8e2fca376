"""The program: where it is, and calls of it."""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve()
BESIDE = (
    HERE.parents[4] / "bin" / "ohmcarlo" if len(HERE.parents) > 4 else None,  # PREFIX/share/ohmcarlo/analysis/ohmcarlo
    HERE.parents[2] / "build" / "release" / "src" / "ohmcarlo",  # a source tree
)


class OhmcarloError(RuntimeError):
    """The program ended with a status other than 0: its own line, and `exit_status`."""

    def __init__(self, message, exit_status):
        super().__init__(message)
        self.exit_status = exit_status


def find_program():
    """The path of the program. Raises OhmcarloError where there is none."""
    asked = os.environ.get("OHMCARLO")
    if asked:
        found = shutil.which(asked)
        if found is None:
            raise OhmcarloError(f"OHMCARLO={asked}: no program", 2)
        return found
    for place in BESIDE:
        if place is not None and os.access(place, os.X_OK) and place.is_file():
            return str(place)
    found = shutil.which("ohmcarlo")
    if found is None:
        raise OhmcarloError("no program ohmcarlo (build it, set $OHMCARLO, or put it on PATH)", 2)
    return found


def raise_error(stderr, status):
    """For the last line that is the program's own, without its name."""
    lines = [line for line in stderr.replace("\r", "\n").splitlines() if line.startswith("ohmcarlo: ")]
    raise OhmcarloError(lines[-1].removeprefix("ohmcarlo: ") if lines else stderr.strip() or f"ended with {status}", status)


def output_of(*arguments):
    """What a command prints. Raises OhmcarloError if it fails."""
    done = subprocess.run([find_program(), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise_error(done.stderr, done.returncode)
    return done.stdout
