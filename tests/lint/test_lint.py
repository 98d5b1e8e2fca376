"""A planted finding of each kind makes the lint fail, and a clean tree passes."""

import json
import subprocess

import lint
import pytest

CLEAN = {
    "src/base/sum.cpp": "int sum(int a, int b) {\n  return a + b;\n}\n",
    "run.sh": '#!/bin/bash\necho "$@"\n',
    "plot.py": "import sys\n\nprint(sys.argv)\n",
}
PLANTED = {
    "format": ("src/base/sum.cpp", "int sum(int a,int b) {\n  return a+b;\n}\n", "clang-format"),
    "tidy": ("src/base/sum.cpp", "int sum(int a, int b) { return a + a - sizeof(sizeof(b)); }\n", "bugprone-sizeof-expression"),
    "shell": ("run.sh", "#!/bin/bash\necho $1\n", "SC2086"),
    "python": ("plot.py", "import sys\n", "imported but unused"),
}


def git(folder, *arguments):
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=folder, check=True,
                   capture_output=True)


@pytest.fixture
def tree(tmp_path):
    """A repository of three clean files with a build folder that joins its one source."""
    for name, text in CLEAN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".clang-format").write_text((lint.ROOT / ".clang-format").read_text())
    unit = tmp_path / "build" / "Unity" / "unity_0_cxx.cxx"
    unit.parent.mkdir(parents=True)
    unit.write_text(f'#include "{tmp_path}/src/base/sum.cpp"\n')
    (tmp_path / "build" / "compile_commands.json").write_text(json.dumps(
        [{"directory": str(tmp_path), "command": f"clang++ -std=c++20 -c {unit}", "file": str(unit)}], indent=1))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", *CLEAN)
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def findings(what, tree):
    names = lint.tracked_files(tree)
    if what == "tidy":
        return lint.check_tidy(tree, tree / "build", names)
    return getattr(lint, f"check_{what}")(tree, names)


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(what, tree):
    assert findings(what, tree) == ""
    name, text, word = PLANTED[what]
    (tree / name).write_text(text)
    assert word in findings(what, tree)


def test_recent_files_are_those_of_the_last_commits_that_still_exist(tree):
    for name in ("a.cpp", "b.cpp", "c.cpp"):
        (tree / name).write_text("\n")
        git(tree, "add", name)
        git(tree, "commit", "-qm", name)
    git(tree, "rm", "-q", "b.cpp")
    git(tree, "commit", "-qm", "gone")
    assert lint.recent_files(tree, commits=3) == ["c.cpp"]
    assert lint.recent_files(tree, commits=4) == ["a.cpp", "c.cpp"]


def test_a_merge_counts_as_one_commit_with_all_it_brings(tree):
    git(tree, "checkout", "-qb", "side")
    for name in ("a.cpp", "b.cpp"):
        (tree / name).write_text("\n")
        git(tree, "add", name)
        git(tree, "commit", "-qm", name)
    git(tree, "checkout", "-q", "-")
    git(tree, "merge", "-q", "--no-ff", "-m", "merge", "side")
    assert lint.recent_files(tree, commits=1) == ["a.cpp", "b.cpp"]


def test_a_header_is_checked_with_the_sources_of_its_folder(tree):
    assert lint.units_to_check(tree, tree / "build", ["src/base/other.hpp"]) != []
    assert lint.units_to_check(tree, tree / "build", ["src/data/other.hpp", "src/base/other.cpp"]) == []
