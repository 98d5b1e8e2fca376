#!/usr/bin/python3
"""Applies each patch of this folder to a scratch copy, rebuilds, and expects the test it names to fail.

    tests/mutations/run.py [--part I/N] [--scratch FOLDER] [--check] [NAME...]

    NAME...    only the mutants whose names contain one of these
    --part     only the I-th of N parts of about equal size, each with as few test programs as possible
    --scratch  keep the copy and its build in this folder, so that the next call compiles only what changed since
    --check    only see whether all patches apply

The head of a patch says what it breaks and who notices:

    Breaks: one line
    Target: the test program to build
    Killer: a pattern for GoogleTest's --gtest_filter

First every killer must pass on the unbroken copy. A patch that does not apply, does not build, or whose killer still
passes is a survivor: exit 1. A killer that hangs has noticed, too. ccache is used where it is installed.
"""

import argparse
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
        if path.name not in names:
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


def configure(tree, build):
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    configured = run(["cmake", "--preset", "release", "-B", str(build), "-DOHMCARLO_BENCHMARKS=OFF",
                      "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g0 -DNDEBUG", *launcher], tree)
    if configured.returncode != 0:
        raise SystemExit(configured.stdout)


def build_targets(build, *targets):
    return run(["ninja", "-j", JOBS, *targets], build)


def killer_passes(build, patch):
    try:
        test = run([str(build / "tests" / head(patch, "Target")), f"--gtest_filter={head(patch, 'Killer')}"], build,
                   timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return False
    if "Running 0 tests" in test.stdout:
        raise SystemExit(f"{patch.name}: no test matches {head(patch, 'Killer')}")
    return test.returncode == 0


def verdict_on(patch, tree, build):
    if not apply(patch, tree):
        return "does not apply"
    try:
        if build_targets(build, head(patch, "Target")).returncode != 0:
            return "does not build"
        return "survived" if killer_passes(build, patch) else "killed"
    finally:
        apply(patch, tree, "-R")


def hunt(patches, scratch):
    """Returns the names of the mutants that are not killed."""
    tree, build = scratch / "tree", scratch / "build"
    refresh(ROOT, tree)
    configure(tree, build)
    built = build_targets(build, *sorted({head(patch, "Target") for patch in patches}))
    if built.returncode != 0:
        raise SystemExit(built.stdout)
    for patch in patches:
        if not killer_passes(build, patch):
            raise SystemExit(f"{patch.name}: its killer fails without the mutation")
    survivors = []
    for patch in patches:
        verdict = verdict_on(patch, tree, build)
        print(f"{verdict:<15} {patch.stem}: {head(patch, 'Breaks')} [{head(patch, 'Killer')}]", flush=True)
        if verdict != "killed":
            survivors.append(f"{patch.stem} ({verdict})")
    return survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--scratch", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    patches = [patch for patch in sorted(HERE.glob("*.patch"))
               if not options.names or any(name in patch.stem for name in options.names)]
    patches = part_of(patches, options.part)
    if not patches:
        raise SystemExit("no mutants found")
    if options.check:
        survivors = [patch.stem for patch in patches if not apply(patch, ROOT, "--check")]
        print(f"{len(patches) - len(survivors)} of {len(patches)} patches apply")
    elif options.scratch:
        options.scratch.mkdir(parents=True, exist_ok=True)
        survivors = hunt(patches, options.scratch.resolve())
    else:
        with tempfile.TemporaryDirectory() as scratch:
            survivors = hunt(patches, pathlib.Path(scratch))
    if not options.check:
        print(f"{len(patches) - len(survivors)} of {len(patches)} mutants killed")
    for name in survivors:
        print(f"left: {name}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
