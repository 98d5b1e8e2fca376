#!/usr/bin/python3
"""The tree keeps its shape: the top level, the arrows between modules, and where libraries may be used."""

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent

TOP_LEVEL = {
    "src", "experiments", "analysis", "slurm", "tests",
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "bootstrap.sh",
    ".ci", ".clang-format", ".clang-tidy", ".gitignore",
}

# What each module may include, itself and base aside.
ARROWS = {
    "base": set(),
    "records": set(),
    "random": set(),
    "linalg": set(),
    "statistics": {"random"},
    "data": {"random"},
    "device": {"random"},
    "periphery": {"random"},
    "crossbar": {"device", "periphery", "linalg", "random"},
    "network": {"linalg", "random"},
    "chip": {"network", "crossbar", "device", "periphery", "data", "linalg", "random"},
    "training": {"chip", "network", "crossbar", "device", "data", "linalg", "random"},
    "deployment": {"chip", "network", "crossbar", "device", "data", "linalg", "random"},
    "config": {"exchange", "training", "deployment", "chip", "network", "crossbar", "device", "periphery", "data", "linalg", "random"},
    "experiment": {"config", "exchange", "training", "deployment", "chip", "network", "crossbar", "device", "periphery", "statistics",
                   "data", "records", "linalg", "random"},
    "trial": {"experiment", "config", "exchange", "training", "deployment", "chip", "network", "crossbar", "device", "data", "records",
              "linalg", "random"},
    "storage": {"records"},
    "exchange": {"network", "storage", "records", "linalg"},
    "schedule": set(),
    "speech": set(),
}

# Headers that only one module may see.
OWNERS = {
    r"mpi\.h": "schedule",
    r"hdf5(_hl)?\.h": "storage",
    r"toml\+\+/.*": "config",
    r"boost/program_options.*": "app",
    r"dnnl.*": "linalg",
    r"turbojpeg\.h": "data",
    r"hwy/.*": ("random", "linalg", "crossbar", "network"),
    r"sndfile\.h|fftw3\.h": "data",
    r"espeak-ng/.*": "speech",
    r"onnx/.*|zip\.h": "exchange",
}


def tracked():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in names.splitlines() if (ROOT / name).exists()]


def sources():
    return [ROOT / name for name in tracked() if re.match(r"src/\w+/.*\.(cpp|hpp)$", name)]


def test_top_level_holds_the_fixed_folders_and_standard_files_only():
    assert {name.split("/")[0] for name in tracked()} == TOP_LEVEL


def test_modules_include_only_what_they_may():
    wrong = []
    for path in sources():
        module = path.relative_to(ROOT / "src").parts[0]
        if module == "app":
            continue
        for other in re.findall(r'^#include "(\w+)/', path.read_text(), re.M):
            if other not in ARROWS[module] | {module, "base"}:
                wrong.append(f"{path.relative_to(ROOT)} includes {other}/")
    assert wrong == []


def test_libraries_are_used_in_one_place():
    wrong = []
    for path in sources():
        module = path.relative_to(ROOT / "src").parts[0]
        for header in re.findall(r"^#include <(.*)>", path.read_text(), re.M):
            for pattern, owner in OWNERS.items():
                if re.fullmatch(pattern, header) and module not in (owner if isinstance(owner, tuple) else (owner,)):
                    wrong.append(f"{path.relative_to(ROOT)} includes <{header}>")
    assert wrong == []


def test_every_module_is_known():
    modules = {path.relative_to(ROOT / "src").parts[0] for path in sources()}
    assert modules == set(ARROWS) | {"app"}


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q", "-p", "no:cacheprovider"]))
