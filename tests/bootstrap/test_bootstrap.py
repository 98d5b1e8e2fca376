"""bootstrap.sh with stand-ins for the package manager and cmake: it waits for locks, and says what it installs."""

import os
import pathlib
import re
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "bootstrap.sh"

# Fails as often as $STUB/locked has lines left, with the words of the real one, then writes its arguments down.
APT_GET = """#!/bin/bash
if [[ $1 == update && -s $STUB/locked ]]; then
  sed -i 1d "$STUB/locked"
  echo "E: ${MESSAGE:-Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)}" >&2
  exit 100
fi
echo "$@" >> "$STUB/calls"
"""


def run(folder, *arguments, locked=0, **variables):
    """Runs the script with nothing installed and an apt-get that is locked so many times."""
    stub = folder / "stub"
    stub.mkdir()
    scripts = {"apt-get": APT_GET, "dpkg-query": "#!/bin/bash\nexit 1\n", "sudo": '#!/bin/bash\nexec "$@"\n',
               "cmake": '#!/bin/bash\necho "$@" >> "$STUB/built"\n', "sleep": "#!/bin/bash\n"}
    for name, text in scripts.items():
        (stub / name).write_text(text)
        (stub / name).chmod(0o755)
    (stub / "locked").write_text("locked\n" * locked)
    (stub / "calls").touch()
    environment = os.environ | {"PATH": f"{stub}:{os.environ['PATH']}", "STUB": str(stub)} | variables
    copy = folder / "bootstrap.sh"  # it writes a log of cmake beside itself
    copy.write_text(SCRIPT.read_text())
    result = subprocess.run(["bash", copy, *arguments], env=environment, capture_output=True, text=True, timeout=60)
    return result, (stub / "calls").read_text().splitlines()


def test_a_busy_package_manager_is_waited_for(tmp_path):
    result, calls = run(tmp_path, "build", locked=3)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("waiting for another package manager") == 1
    assert [call.split()[0] for call in calls] == ["update", "install"]
    assert all("DPkg::Lock::Timeout=600" in call for call in calls)


def test_waiting_has_an_end(tmp_path):
    result, calls = run(tmp_path, "build", locked=1, OHMCARLO_APT_WAIT="0")
    assert result.returncode != 0
    assert "Could not get lock" in result.stderr
    assert calls == []


def test_other_failures_of_apt_get_are_shown_at_once(tmp_path):
    result, calls = run(tmp_path, "build", locked=2, MESSAGE="The repository has no Release file")
    assert result.returncode != 0
    assert "no Release file" in result.stderr
    assert (tmp_path / "stub" / "locked").read_text() == "locked\n"
    assert calls == []


def test_nothing_is_installed_when_told_so(tmp_path):
    result, calls = run(tmp_path, "build", "--no-install")
    assert result.returncode == 0, result.stderr
    assert calls == []


def test_the_help_names_all_that_is_installed(tmp_path):
    listed = set(re.findall(r"[a-z0-9+.-]+", run(tmp_path, "help")[0].stdout))
    (tmp_path / "of").mkdir()
    _, calls = run(tmp_path / "of", "build")
    packages = [word for word in calls[-1].split() if re.fullmatch(r"[a-z][a-z0-9+.-]+", word)]
    assert len(packages) > 20
    assert set(packages) - {"install"} <= listed
