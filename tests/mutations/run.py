#!/usr/bin/python3
"""Applies each patch of this folder to a scratch copy, rebuilds, and expects the test it names to fail.

    tests/mutations/run.py [--part I/N] [--scratch FOLDER] [--record FILE] [--check] [NAME...]

    NAME...    only the mutants whose names contain one of these
    --part     only the I-th of N parts of about equal size, each with as few test programs as possible
    --scratch  keep the copy and its build in this folder, so that the next call compiles only what changed since
    --record   append every verdict to this file, and leave out the mutants that it calls killed
    --check    only see whether all patches apply and their killers are the names of tests

The head of a patch says what it breaks and who notices:

    Breaks: one line
    Target: the test program to build
    Killer: a pattern for GoogleTest's --gtest_filter

Every killer must pass on the unbroken copy. A patch whose killer does not, or matches no test, one that does not apply
or does not build, and one whose killer still passes is a survivor: exit 1. A killer that hangs has noticed, too. ccache
is used where it is installed, and finds what other builds of the same repository compiled if the folder of --scratch is
in it and CCACHE_BASEDIR above it.
"""

import argparse
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JOBS = str(os.cpu_count() or 1)
LONGEST = 120  # seconds that a killer may take
LEFT_OUT = {"build", ".git", "demo", "models", "__pycache__"}


def head(patch, name):
    return re.search(rf"^{name}: (.+)$", patch.read_text(), re.M).group(1)


def run(command, cwd, **options):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def part_of(patches, part):
    """The I-th of N stretches of the patches in the order of their targets; part is "I/N"."""
    number, parts = (int(word) for word in part.split("/"))
    if not 1 <= number <= parts:
        raise SystemExit(f"--part {part}: there is no such part")
    ordered = sorted(patches, key=lambda patch: (head(patch, "Target"), patch.name))
    return ordered[(number - 1) * len(ordered) // parts : number * len(ordered) // parts]


def refresh(source, target):
    """Makes a folder equal to another; files that are equal already keep their times, so that nothing is rebuilt for them."""
    target.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in source.iterdir() if path.name not in LEFT_OUT and path.suffix not in (".h5", ".lock")}
    for path in target.iterdir():
        if path.name not in names | LEFT_OUT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in names:
        path, copy = source / name, target / name
        if path.is_dir():
            refresh(path, copy)
        elif not copy.exists() or path.read_bytes() != copy.read_bytes():
            shutil.copy(path, copy)


def apply(patch, tree, *options):
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(tree.parent)}  # the tree may lie in some repository
    return run(["git", "apply", *options, str(patch)], tree, env=environment).returncode == 0


def names_tests(patch):
    """Whether each pattern of the killer fits a test in the folder of its target."""
    room = re.match(r"test_(\w+)_[a-z]+$", head(patch, "Target")).group(1)
    texts = [path.read_text() for path in (ROOT / "tests" / room).glob("*.cpp")]
    tests = [".".join(found) for text in texts for found in re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", text, re.M)]
    # A test with parameters is called Instance/Suite.Name/Parameter.
    patterns = [re.sub(r"^[\w*]+/|(?<=\.)([^/]*)/.*$", r"\1", word) for word in head(patch, "Killer").split(":")]
    return all(fnmatch.filter(tests, pattern) for pattern in patterns)


def configure(tree, build):
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    configured = run(["cmake", "--preset", "release", "-B", str(build), "-DOHMCARLO_BENCHMARKS=OFF", "-DOHMCARLO_JOINED=TESTS",
                      "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g0 -DNDEBUG", *launcher], tree)
    if configured.returncode != 0:
        raise SystemExit(configured.stdout)


def build_targets(build, *targets):
    return run(["ninja", "-j", JOBS, *targets], build)


def outcome_of_killer(build, patch):
    """What the killer says of the programs as they are built: "passes", "fails" or "matches no test"."""
    try:
        test = run([str(build / "tests" / head(patch, "Target")), f"--gtest_filter={head(patch, 'Killer')}"], build,
                   timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return "fails"
    if "Running 0 tests" in test.stdout:
        return "matches no test"
    return "passes" if test.returncode == 0 else "fails"


def verdict_on(patch, tree, build):
    if not apply(patch, tree):
        return "does not apply"
    try:
        if build_targets(build, head(patch, "Target")).returncode != 0:
            return "does not build"
        return "survived" if outcome_of_killer(build, patch) == "passes" else "killed"
    finally:
        apply(patch, tree, "-R")


def hunt(patches, scratch, record):
    """Returns the names of the mutants that are not killed. Every verdict is printed and goes to record, if there is one."""
    tree = scratch / "tree"
    build = tree / "build" / "release"  # where the preset has it: relative paths are those of other builds
    refresh(ROOT, tree)
    configure(tree, build)
    built = build_targets(build, *sorted({head(patch, "Target") for patch in patches}))
    if built.returncode != 0:
        raise SystemExit(built.stdout)
    unbroken = {patch: outcome_of_killer(build, patch) for patch in patches}
    survivors = []
    for patch in patches:
        verdict = f"unbroken {unbroken[patch]}" if unbroken[patch] != "passes" else verdict_on(patch, tree, build)
        line = f"{verdict:<15} {patch.stem}: {head(patch, 'Breaks')} [{head(patch, 'Killer')}]"
        print(line, flush=True)
        if record:
            with record.open("a") as file:
                print(line, file=file)
        if verdict != "killed":
            survivors.append(f"{patch.stem} ({verdict})")
    return survivors


def killed_before(record):
    lines = record.read_text().splitlines() if record and record.exists() else []
    return {match.group(1) for match in (re.match(r"killed +([\w-]+):", line) for line in lines) if match}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--scratch", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    patches = [patch for patch in sorted(HERE.glob("*.patch"))
               if not options.names or any(name in patch.stem for name in options.names)]
    done = killed_before(options.record)
    patches = [patch for patch in part_of(patches, options.part) if patch.stem not in done]
    if not patches:
        raise SystemExit("no mutants left to try" if done else "no mutants found")
    if options.check:
        survivors = [patch.stem for patch in patches if not apply(patch, ROOT, "--check")]
        print(f"{len(patches) - len(survivors)} of {len(patches)} patches apply")
        survivors += [f"{patch.stem} (its killer names no test)" for patch in patches if not names_tests(patch)]
    elif options.scratch:
        options.scratch.mkdir(parents=True, exist_ok=True)
        survivors = hunt(patches, options.scratch.resolve(), options.record)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            survivors = hunt(patches, pathlib.Path(scratch), options.record)
    if not options.check:
        print(f"{len(patches) - len(survivors)} of {len(patches)} mutants killed")
    for name in survivors:
        print(f"left: {name}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
