#!/usr/bin/python3
"""Applies each patch of this folder to a scratch copy, rebuilds, and expects the test it names to fail.

    tests/mutations/run.py [NAME...]        only the mutants whose names contain one of these

The head of a patch says what it breaks and who notices:

    Breaks: one line
    Target: the test program to build
    Killer: a pattern for GoogleTest's --gtest_filter

First every killer must pass on the unbroken copy. A patch that does not apply, does not build, or whose killer still
passes is a survivor: exit 1. A killer that hangs has noticed, too.
"""

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


def head(patch, name):
    return re.search(rf"^{name}: (.+)$", patch.read_text(), re.M).group(1)


def run(command, cwd, **options):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def killer_passes(build, patch):
    try:
        test = run([str(build / "tests" / head(patch, "Target")), f"--gtest_filter={head(patch, 'Killer')}"], build,
                   timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return False
    if "Running 0 tests" in test.stdout:
        raise SystemExit(f"{patch.name}: no test matches {head(patch, 'Killer')}")
    return test.returncode == 0


def build_target(build, target):
    return run(["ninja", "-j", JOBS, target], build)


def main():
    patches = [patch for patch in sorted(HERE.glob("*.patch"))
               if not sys.argv[1:] or any(name in patch.stem for name in sys.argv[1:])]
    if not patches:
        raise SystemExit("no mutants found")
    survivors = []
    with tempfile.TemporaryDirectory() as scratch:
        tree, build = pathlib.Path(scratch, "tree"), pathlib.Path(scratch, "build")
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build", ".git", "demo", "*.h5"))
        configured = run(["cmake", "--preset", "release", "-B", str(build), "-DOHMCARLO_BENCHMARKS=OFF"], tree)
        if configured.returncode != 0:
            raise SystemExit(configured.stdout)
        for target in sorted({head(patch, "Target") for patch in patches}):
            built = build_target(build, target)
            if built.returncode != 0:
                raise SystemExit(built.stdout)
        for patch in patches:
            if not killer_passes(build, patch):
                raise SystemExit(f"{patch.name}: its killer fails without the mutation")
        for patch in patches:
            verdict = "survived"
            if run(["patch", "-p1", "-s", "-i", str(patch)], tree).returncode != 0:
                verdict = "does not apply"
            else:
                if build_target(build, head(patch, "Target")).returncode != 0:
                    verdict = "does not build"
                elif not killer_passes(build, patch):
                    verdict = "killed"
                run(["patch", "-p1", "-s", "-R", "-i", str(patch)], tree)
            print(f"{verdict:<15} {patch.stem}: {head(patch, 'Breaks')} [{head(patch, 'Killer')}]", flush=True)
            if verdict != "killed":
                survivors.append(patch.name)
    print(f"{len(patches) - len(survivors)} of {len(patches)} mutants killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
