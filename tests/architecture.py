#!/usr/bin/python3
"""The tree keeps its shape: the top level, the arrows between modules in C++ and in Python, where libraries may be used,
how long sources are, and that every source has a test of its name."""

import ast
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
    "training": {"chip", "network", "crossbar", "device", "periphery", "data", "linalg", "random"},
    "deployment": {"chip", "network", "crossbar", "device", "data", "linalg", "random"},
    "accelerator": {"network", "crossbar", "device", "periphery", "linalg", "random"},
    "config": {"accelerator", "exchange", "training", "deployment", "chip", "network", "crossbar", "device", "periphery", "statistics",
               "data", "linalg", "random"},
    "experiment": {"config", "accelerator", "exchange", "training", "deployment", "chip", "network", "crossbar", "device", "periphery",
                   "statistics", "data", "records", "linalg", "random"},
    "gpu": {"chip", "network", "crossbar", "device", "periphery", "linalg", "random"},
    "trial": {"gpu", "experiment", "config", "accelerator", "exchange", "training", "deployment", "chip", "network", "crossbar", "device",
              "statistics", "data", "records", "linalg", "random"},
    "simulator": {"accelerator", "chip", "network", "crossbar", "device", "periphery", "data", "linalg", "random"},
    "storage": {"records"},
    "exchange": {"network", "storage", "records", "data", "linalg"},
    "schedule": set(),
    "speech": set(),
}

# What each room of the Python package may import, itself aside. __init__ and __main__ may use all.
PYTHON_ARROWS = {
    "errors": set(),
    "reading": {"errors"},
    "statistics": {"reading", "errors"},
    "study": {"statistics", "reading", "errors"},
    "facts": {"study", "statistics", "reading", "errors"},
    "drawing": {"statistics", "reading", "errors"},
    "papers": {"facts", "drawing", "study", "statistics", "reading", "errors"},
    "report": {"papers", "facts", "drawing", "study", "statistics", "reading", "errors"},
    "cli": {"report", "papers", "facts", "drawing", "study", "statistics", "reading", "errors"},
}
PACKAGE = "analysis/ohmcarlo_analysis"

SHORT, LONG = 200, 400  # lines: 90 % of the sources are shorter than SHORT, none longer than LONG without a reason
REASON = rf"^// Longer than {LONG} lines: \S"  # in the first lines of a source that is

# Sources that are still too long. The list only shrinks: an entry that is not needed fails, too.
TOO_LONG = set()

# Sources without a test of their name. The list only shrinks: an entry that is not needed fails, too.
UNTESTED = {"app/main.cpp", "speech/main.cpp"}

# Headers that only one module may see.
OWNERS = {
    r"mpi\.h": "schedule",
    r"hdf5(_hl)?\.h": "storage",
    r"toml\+\+/.*": "config",
    r"boost/program_options.*": "app",
    r"dnnl.*": "linalg",
    r"turbojpeg\.h|png\.h": "data",
    r"hwy/.*": ("random", "linalg", "periphery", "crossbar", "network"),
    r"sndfile\.h|fftw3\.h": "data",
    r"espeak-ng/.*": "speech",
    r"onnx/.*": "exchange",
    r"zip\.h": "data",
    r"systemc.*": "simulator",
    r"cuda.*\.h|cublas.*|cudnn.*": "gpu",
}


def tracked():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in names.splitlines() if (ROOT / name).exists()]


def sources():
    return [ROOT / name for name in tracked() if re.match(r"src/\w+/.*\.(cpp|hpp|cu|cuh)$", name)]


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


def follow(arrows, start):
    """All that can be reached from a room."""
    found, rest = set(), list(arrows[start])
    while rest:
        room = rest.pop()
        if room not in found:
            found.add(room)
            rest += arrows.get(room, ())
    return found


@pytest.mark.parametrize("arrows", [ARROWS, PYTHON_ARROWS], ids=["C++", "Python"])
def test_arrows_make_no_circle(arrows):
    assert [room for room in arrows if room in follow(arrows, room)] == []


def test_linked_libraries_follow_the_arrows():
    wrong = []
    text = (ROOT / "src/CMakeLists.txt").read_text()
    for room, linked in re.findall(r"^ohmcarlo_module\((\w+)([^)]*)\)", text, re.M):
        for other in re.findall(r"ohmcarlo_(\w+)", linked):
            if room != "app" and other not in ARROWS[room] | {"base", "eigen"}:  # app may use all
                wrong.append(f"{room} links {other}")
    assert wrong == []


def imported_rooms(text, room):
    """The rooms that a Python module of a room imports; None for the package itself."""
    depth = 1 if room in ("errors", "__init__", "__main__") else 2  # dots that lead to the package
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            found |= {node.module.split(".")[0]} if node.module else {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level > depth:
            found.add("(above the package)")
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.split(".")[0] == "ohmcarlo_analysis":
                    found.add((name.split(".") + ["(the package)"])[1])
    return found


@pytest.mark.parametrize(("text", "rooms"), [
    ("from ..cli import main", {"cli"}), ("from ..cli.command import main", {"cli"}), ("from .. import report", {"report"}),
    ("def f():\n    from ..papers import x", {"papers"}), ("import ohmcarlo_analysis.facts.claims", {"facts"}),
    ("from ohmcarlo_analysis import load", {"(the package)"}), ("from ohmcarlo_analysis.study import Study", {"study"}),
    ("from .reader import load", set()), ("import numpy", set()), ("from ...x import y", {"(above the package)"}),
])
def test_imports_are_seen(text, rooms):
    assert imported_rooms(text, "reading") == rooms


def test_python_rooms_import_only_what_they_may():
    wrong = []
    for name in tracked():
        if not re.match(rf"{PACKAGE}/.*\.py$", name):
            continue
        room = pathlib.Path(name).relative_to(PACKAGE).with_suffix("").parts[0]
        if room not in ("__init__", "__main__"):
            for other in imported_rooms((ROOT / name).read_text(), room):
                if other not in PYTHON_ARROWS[room] | {room}:
                    wrong.append(f"{name} imports {other}")
    assert wrong == []


def test_every_python_room_is_known():
    rooms = {pathlib.Path(name).relative_to(PACKAGE).with_suffix("").parts[0] for name in tracked()
             if re.match(rf"{PACKAGE}/.*\.py$", name)}
    assert rooms - {"__init__", "__main__"} == set(PYTHON_ARROWS)


def test_sources_are_short():
    lengths = {path: path.read_text().count("\n") for path in sources()}
    assert sum(length < SHORT for length in lengths.values()) >= 0.9 * len(lengths)
    unexplained = {str(path.relative_to(ROOT / "src")) for path, length in lengths.items() if length > LONG
                   and not re.search(REASON, "\n".join(path.read_text().split("\n")[:20]), re.M)}
    assert differences(unexplained, TOO_LONG) == {}


def differences(found, listed):
    """What is wrong with a list of exceptions, by kind."""
    wrong = {"found anew": sorted(found - listed), "to be taken from the list": sorted(listed - found)}
    return {kind: names for kind, names in wrong.items() if names}


def untested_sources(names):
    """The sources <module>/<name>.cpp without a test in tests/<module>/ that is called <name> or begins with <name>_."""
    tests = [name for name in names if re.match(r"tests/\w+/.*\.cpp$", name)]
    found = set()
    for name in names:
        match = re.match(r"src/(\w+)/(?:.*/)?(\w+)\.(?:cpp|cu)$", name)
        if match:
            module, stem = match.groups()
            if not any(re.match(rf"tests/{module}/(?:.*/)?{stem}(_\w+)?\.cpp$", test) for test in tests):
                found.add(name.removeprefix("src/"))
    return found


def test_untested_sources_are_seen():
    names = ["src/a/x.cpp", "src/a/y.cpp", "src/a/b/z.cpp", "src/a/v.cpp", "tests/a/x_slow.cpp", "tests/b/y.cpp", "tests/a/z.cpp",
             "src/a/u.cu", "src/a/w.cu", "tests/a/w.cpp"]
    assert untested_sources(names) == {"a/y.cpp", "a/v.cpp", "a/u.cu"}


def test_tests_mirror_sources():
    assert differences(untested_sources(tracked()), UNTESTED) == {}


def sources_without_their_namespace(texts):
    """Of {path: text}: the tests that are not in a namespace <name>_test, which could not be compiled together with others."""
    return [path for path, text in texts.items()
            if re.search(r"^(TYPED_)?TEST(_[FP])?\(", text, re.M) and f"\nnamespace {pathlib.Path(path).stem}_test {{" not in text]


def test_missing_namespaces_are_seen():
    inside, outside = "\nnamespace x_test {\nTEST(A, B) {}", "\nnamespace {\nTEST(A, B) {}"
    assert sources_without_their_namespace({"a/x.cpp": inside, "a/y.cpp": inside, "a/z.cpp": outside, "a/helper.cpp": ""}) == \
        ["a/y.cpp", "a/z.cpp"]


def test_tests_have_a_namespace_of_their_name():
    paths = [name for name in tracked() if re.match(r"tests/\w+/.*\.cpp$", name) and not name.startswith("tests/fuzz/")]
    assert sources_without_their_namespace({path: (ROOT / path).read_text() for path in paths}) == []


def test_no_two_headers_define_a_class_of_the_same_name():
    """All are in one namespace: two would be one to the linker, which takes either's functions. Those of kernels (-inl) have
    one for each instruction set."""
    places = {}
    for path in sources():
        if path.suffix != ".hpp" or path.stem.endswith("-inl"):
            continue
        for name in re.findall(r"^(?:class|struct|enum class) (\w+)[^;]*\{", path.read_text(), re.M):
            places.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q", "-p", "no:cacheprovider"]))
