#!/usr/bin/env python3
"""Tries every reader of foreign bytes on files that libFuzzer makes up, under the address sanitizer.

  tests/fuzz/run.py [--seconds 300] [--jobs N] [--keep] [READER ...]

Builds build/fuzz with clang. Starts from tests/fuzz/corpora/<reader>/; what was found lies in build/fuzz/found/<reader>/.
--keep adds to the corpora the smallest files that reach something new, up to MOST_KEPT a reader. Exit status: 0 if no reader
crashed, hung, threw what is no Error or asked for memory out of all proportion; 77 where clang or its libFuzzer is not installed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT / "tests" / "fuzz" / "corpora"
BUILD = ROOT / "build" / "fuzz"
MOST_KEPT = 40
LARGEST_KEPT = 2048  # bytes
# Fonts, codecs and HDF5 keep what they have once allocated; a reader's own leaks are for the unit tests.
LIMITS = ["-timeout=30", "-rss_limit_mb=3000", "-malloc_limit_mb=2000", "-max_len=100000", "-detect_leaks=0", "-print_final_stats=1"]


def has_clang():
    if shutil.which("clang++") is None:
        return False
    found = subprocess.run(["clang++", "-print-file-name=libclang_rt.fuzzer-x86_64.a"], capture_output=True, text=True).stdout.strip()
    runtime = subprocess.run(["clang++", "--print-runtime-dir"], capture_output=True, text=True).stdout.strip()
    return Path(found).is_absolute() or any(Path(runtime).glob("libclang_rt.fuzzer-*.a"))


def build(jobs):
    configure = ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_C_COMPILER=clang",
                 "-DCMAKE_CXX_COMPILER=clang++", "-DOHMCARLO_FUZZ=ON", "-DOHMCARLO_JOINED=ON", "-DOHMCARLO_TESTS=OFF",
                 "-DOHMCARLO_BENCHMARKS=OFF"]  # fmt: skip
    if shutil.which("ccache") is not None:
        configure.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", BUILD, *([f"-j{jobs}"] if jobs else []), "fuzz_readers"], check=True, stdout=subprocess.DEVNULL)
    return next(path for path in BUILD.rglob("fuzz_readers") if path.is_file())


def environment_of(reader):
    """Files that live for a millisecond belong in memory: on a disk they take ten times as long."""
    memory = {"TMPDIR": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}
    return {**os.environ, **memory, "OHMCARLO_READER": reader}


def is_ours(report):
    """Whether a report is of our code: it, not the HDF5 library, made the access, or made the room that the library wrote beyond."""
    if "ERROR: " not in report and "runtime error: " not in report or re.search("libFuzzer: (out-of-memory|timeout)", report):
        return False  # the child has limits of time and memory
    for place in report.split("\n\n"):
        if re.search(r"ERROR: |runtime error: |allocated by|in stack of", place) is None:
            continue
        for frame in re.findall(r"^ +#\d+ .*", place, re.M):
            if "libhdf5" in frame:
                break
            if " ohmcarlo::" in frame and "/src/" in frame:
                return True
    return False


def report_on(program, path, **environment):
    """What the sanitizer says of a file of `stored`; a place with its name takes seconds to be looked up."""
    done = subprocess.run([program, *LIMITS, path], env={**environment_of("stored"), **environment}, capture_output=True, text=True,
                          errors="replace")  # fmt: skip
    return done.stderr


def fault_place(program, path):
    """The six innermost addresses, by which faults are told apart."""
    report = report_on(program, path, ASAN_OPTIONS="symbolize=0")
    return tuple(re.findall(r"^ +#\d+ .*\((\S+)\+(0x[0-9a-f]+)\)", report, re.M)[:6]) or path


def fuzz_stored(program, seconds):
    """As fuzz(): the HDF5 library crashes on some of its files, which are kept in build/fuzz but count as nothing."""
    found = BUILD / "found" / "stored"
    found.mkdir(parents=True, exist_ok=True)
    for old in BUILD.glob("fault-stored-*"):
        old.unlink()
    beyond = ["-fork=1", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1"]
    command = [program, *beyond, f"-max_total_time={seconds}", f"-artifact_prefix={BUILD}/fault-stored-", *LIMITS, found,
               *(CORPORA / corpus for corpus in ("stored", "results"))]  # fmt: skip
    log = subprocess.run(command, env=environment_of("stored"), capture_output=True, text=True, errors="replace").stderr
    counts = re.findall(r"^#(\d+): cov: (\d+) ft: (\d+)", log, re.M)
    faults, ours = list(BUILD.glob("fault-stored-crash-*")), 0  # of time and memory the child has limits
    for path in {fault_place(program, path): path for path in faults}.values():
        report = report_on(program, path)
        if is_ours(report):
            ours += 1
            print(f"{path}:\n{report[:6000]}", flush=True)
    tried, cov, ft = counts[-1] if counts else "???"
    print(f"stored: {tried} files tried, {cov} edges and {ft} features reached, {len(list(found.iterdir()))} new files, "
          f"{len(faults)} crashes, {ours} places of them ours", flush=True)  # fmt: skip
    return bool(counts) and ours == 0


def fuzz(program, reader, seconds):
    """Whether nothing was found; says what libFuzzer did."""
    if reader == "stored":
        return fuzz_stored(program, seconds)
    found = BUILD / "found" / reader
    found.mkdir(parents=True, exist_ok=True)
    command = [program, f"-max_total_time={seconds}", f"-artifact_prefix={BUILD}/fault-{reader}-", *LIMITS, found, CORPORA / reader]
    done = subprocess.run(command, env=environment_of(reader), capture_output=True, text=True, errors="replace")
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr)
    reached = f"{covered[-1][0]} edges and {covered[-1][1]} features reached" if covered else "nothing reached"
    print(f"{reader}: {runs[1] if runs else '?'} files tried, {reached}, {len(list(found.iterdir()))} new files, exit {done.returncode}",
          flush=True)  # fmt: skip
    if done.returncode:
        print(done.stderr[-6000:], flush=True)
    return done.returncode == 0


def keep(program, reader):
    """Adds the smallest files to the corpus that reach what no kept file reaches."""
    merged = BUILD / "merged" / reader
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    for path in CORPORA.joinpath(reader).iterdir():
        shutil.copy(path, merged)
    kept = {path.name for path in merged.iterdir()}
    subprocess.run([program, "-merge=1", *LIMITS, merged, BUILD / "found" / reader], env=environment_of(reader),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # fmt: skip
    new = sorted((path for path in merged.iterdir() if path.name not in kept), key=lambda path: path.stat().st_size)
    for path in [path for path in new if path.stat().st_size <= LARGEST_KEPT][: max(0, MOST_KEPT - len(kept))]:
        shutil.copy(path, CORPORA / reader / path.name[:12])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", help="default: all")
    parser.add_argument("--seconds", type=int, default=300, help="for each reader")
    parser.add_argument("--jobs", type=int, help="compilers at once; default: what ninja thinks best")
    parser.add_argument("--keep", action="store_true", help="add to the corpora")
    options = parser.parse_args()
    if not has_clang():
        print("skipped: clang with libFuzzer is not installed (libclang-rt-dev)")
        return 77
    program = build(options.jobs)
    readers = options.readers or sorted(path.name for path in CORPORA.iterdir())
    clean = [fuzz(program, reader, options.seconds) for reader in readers]
    if options.keep:
        for reader in readers:
            keep(program, reader)
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
