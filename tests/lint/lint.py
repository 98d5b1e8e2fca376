#!/usr/bin/python3
"""What linters find in the tracked files.

    tests/lint/lint.py [--all] [format] [tidy] [shell] [python]      without names: all four

    format   clang-format 14 would change nothing
    tidy     clang-tidy over src/: the sources of the last 20 commits; with --all every source
    shell    shellcheck over all shell scripts
    python   flake8 over all Python files

Exit 1 if anything is found. clang-tidy reads sources that are joined as in a joined build, since it spends most of its
time in headers; the commands come from build/lint, configured (not built) for clang.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMITS = 20
JOBS = os.cpu_count() or 1


def output_of(command, cwd):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def tracked_files(root):
    return [name for name in output_of(["git", "ls-files"], root).splitlines() if (root / name).is_file()]


def recent_files(root, commits=COMMITS):
    """The files that the last commits of the first parents touched and that are still there."""
    names = output_of(["git", "log", "--first-parent", "-m", f"-{commits}", "--name-only", "--format="], root).splitlines()
    return sorted({name for name in names if name and (root / name).is_file()})


def run_linter(command, cwd):
    """Returns what a linter said, or nothing if it is content."""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout or f"{command[0]}: exit {done.returncode}\n" if done.returncode != 0 else ""


def check_format(root, names):
    sources = [name for name in names if name.endswith((".cpp", ".hpp", ".cu", ".cuh"))]
    return run_linter(["clang-format", "--dry-run", "-Werror", *sources], root) if sources else ""


def check_shell(root, names):
    scripts = [name for name in names
               if re.match(rb"#!.*\b(ba)?sh\b", (root / name).read_bytes()[:80].split(b"\n")[0])]
    return run_linter(["shellcheck", *scripts], root) if scripts else ""


def check_python(root, names):
    scripts = [name for name in names if name.endswith(".py")]
    flake8 = ["/usr/bin/python3", "-m", "flake8", "--max-line-length=140", "--extend-ignore=E203,W503",
              "--per-file-ignores=tests/integration/test_arrays.py:E501"]  # experiments written as one line each
    return run_linter([*flake8, *scripts], root) if scripts else ""


def configure_for_clang(root):
    build = root / "build" / "lint"
    output_of(["cmake", "--preset", "clang", "-B", str(build), "-DOHMCARLO_JOINED=ON", "-DOHMCARLO_TESTS=OFF",
               "-DOHMCARLO_BENCHMARKS=OFF"], root)
    output_of(["cmake", "--build", str(build), "--target", "ohmcarlo_version"], root)
    return build


def joined_units(build):
    """The files of each unit that the compile commands of a build name: {unit: {its sources}}."""
    found = {}
    for unit in re.findall(r'"file": "(.*)"', (build / "compile_commands.json").read_text()):
        parts = re.findall(r'#include "(/.*\.cpp)"', pathlib.Path(unit).read_text()) if "/Unity/" in unit else []
        found[unit] = set(parts) or {unit}
    return found


def units_to_check(root, build, names):
    """The units that hold one of these sources, or that belong to the folder of one of these headers."""
    sources = {str(root / name) for name in names if name.endswith(".cpp")}
    folders = {str((root / name).parent) for name in names if name.endswith(".hpp")}
    return sorted(unit for unit, parts in joined_units(build).items()
                  if parts & sources or any(str(pathlib.Path(part).parent) in folders for part in parts))


def tidy_unit(root, build, unit):
    return run_linter(["clang-tidy", "-p", str(build), "--quiet", f"--config-file={ROOT / '.clang-tidy'}",
                       "--checks=-bugprone-suspicious-include", "--warnings-as-errors=*",
                       f"--header-filter={root}/src/.*", unit], root)


def check_tidy(root, build, names):
    """What clang-tidy says of the sources among these names, as many at once as there are processors."""
    names = [name for name in names if name.startswith("src/")]
    units = units_to_check(root, build, names)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return "".join(pool.map(lambda unit: tidy_unit(root, build, unit), units))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="clang-tidy reads every source, not only recent ones")
    parser.add_argument("what", nargs="*", choices=[[], "format", "tidy", "shell", "python"])
    options = parser.parse_args()
    names = tracked_files(ROOT)
    checks = {
        "format": lambda: check_format(ROOT, names),
        "shell": lambda: check_shell(ROOT, names),
        "python": lambda: check_python(ROOT, names),
        "tidy": lambda: check_tidy(ROOT, configure_for_clang(ROOT), names if options.all else recent_files(ROOT)),
    }
    failed = False
    for what in options.what or checks:
        findings = checks[what]()
        print(f"{what}: {'findings' if findings else 'clean'}", flush=True)
        if findings:
            print(findings, flush=True)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
