"""What `cmake --install` lays down works from there: the quickstart, its figure, man pages, completions, the module file."""

import os
import pathlib
import shutil
import subprocess

import pytest

BUILD = os.environ.get("OHMCARLO_BUILD")
SMALL = ["trials.count=2", "training.epochs=1", "hardware.variation.sigma=[0.1]", "training.method=[\"plain\"]"]


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    place = tmp_path_factory.mktemp("installed") / "a prefix"
    subprocess.run(["cmake", "--install", BUILD, "--prefix", place], check=True, capture_output=True, text=True)
    return place


def run(prefix, *arguments, cwd=None, **environment):
    path = {"PATH": f"{prefix}/bin:/usr/bin:/bin", "HOME": str(cwd or "/tmp"), "LC_ALL": "C.UTF-8"}
    path |= {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        list(map(str, arguments)), cwd=cwd, env=path | environment, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_quickstart_runs_and_is_drawn(prefix, tmp_path):
    recipe = prefix / "share/ohmcarlo/experiments/quickstart.toml"
    sets = [word for each in SMALL for word in ("--set", each)]
    printed = run(prefix, "ohmcarlo", "run", recipe, "--out", "R.h5", *sets, cwd=tmp_path)
    assert "(complete)" in printed
    run(prefix, "ohmcarlo-analysis", "accuracy", "R.h5", "--out", "R.png", cwd=tmp_path)
    assert (tmp_path / "R.png").stat().st_size > 10_000


def test_papers_know_their_published_numbers(prefix, tmp_path):
    code = "from ohmcarlo_analysis.papers import published; print(len(list(published.FOLDER.glob('*.csv'))), published.FOLDER)"
    number, place = run(
        prefix, "/usr/bin/python3", "-c", code, cwd=tmp_path, PYTHONPATH=str(prefix / "share/ohmcarlo/analysis")
    ).split(" ", 1)
    assert int(number) >= 8 and str(prefix) in place


def test_man_pages_are_whole(prefix):
    pages = sorted((prefix / "share/man").rglob("*.[15]"))
    names = {page.name for page in pages}
    assert {"ohmcarlo.1", "ohmcarlo-run.1", "ohmcarlo-merge.1", "ohmcarlo-keys.5"} <= names
    keys = (prefix / "share/man/man5/ohmcarlo-keys.5").read_text()
    assert "hardware.variation.sigma" in keys
    assert "--time-limit" in (prefix / "share/man/man1/ohmcarlo-run.1").read_text().replace("\\-", "-")
    if shutil.which("groff"):
        for page in pages:
            assert run(prefix, "groff", "-man", "-ww", "-z", page) == ""


def complete(prefix, line):
    """What bash offers for the last word of a line."""
    words = line.split(" ")
    script = f"""source '{prefix}/share/bash-completion/completions/ohmcarlo'; compopt() {{ :; }}
COMP_WORDS=({" ".join(f"'{word}'" for word in words)}); COMP_CWORD={len(words) - 1}; _ohmcarlo; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return run(prefix, "bash", "-c", script).split()


def test_bash_completes_commands_options_words_and_keys(prefix):
    assert {"run", "merge", "check", "--version"} <= set(complete(prefix, "ohmcarlo "))
    assert complete(prefix, "ohmcarlo ru") == ["run"]
    assert complete(prefix, "ohmcarlo run --time") == ["--time-limit"]
    assert complete(prefix, "ohmcarlo models l") == ["list"]
    assert complete(prefix, "ohmcarlo run E.toml --set hardware.adc.bi") == ["hardware.adc.bits="]


def test_zsh_reads_its_completion(prefix):
    text = (prefix / "share/zsh/site-functions/_ohmcarlo").read_text()
    assert text.startswith("#compdef ohmcarlo\n") and "hardware.adc.bits=" in text
    if shutil.which("zsh"):
        run(prefix, "zsh", "-n", prefix / "share/zsh/site-functions/_ohmcarlo")


def test_the_module_file_sets_the_paths(prefix, tmp_path):
    (module,) = (prefix / "share/ohmcarlo/modulefiles/ohmcarlo").iterdir()
    text = module.read_text()
    assert text.startswith("#%Module") and "@" not in text
    tcl = shutil.which("tclsh")
    if tcl is None:
        pytest.skip("no tclsh")
    words = "foreach word {module-whatis conflict prepend-path setenv} { proc $word args \"puts \\\"$word \\$args\\\"\" }\n"
    script = tmp_path / "read.tcl"
    script.write_text(words + f"source {{{module}}}\nModulesHelp\n")
    lines = run(prefix, tcl, script).splitlines()
    assert f"prepend-path PATH {{{prefix}/bin}}" in lines or f"prepend-path PATH {prefix}/bin" in lines
    for line in lines:
        if line.startswith(("setenv", "prepend-path")):
            place = line.split(" ", 2)[2].strip("{}")
            assert pathlib.Path(place).is_dir(), line


def test_batch_scripts_are_there_and_executable_recipes_too(prefix):
    share = prefix / "share/ohmcarlo"
    assert (share / "slurm/run.sbatch").exists() and (share / "slurm/requeue.sh").exists()
    assert not list(share.rglob("*.in")) and not list(share.rglob("__pycache__"))
    assert os.access(share / "experiments/fetch_data.sh", os.X_OK)


def test_pip_installs_the_package_offline(tmp_path):
    """Into an environment that sees the system's packages, as Debian wants it."""
    source = tmp_path / "analysis"
    shutil.copytree(pathlib.Path(__file__).resolve().parents[2] / "analysis", source)
    place = tmp_path / "environment"
    made = subprocess.run(["/usr/bin/python3", "-m", "venv", "--system-site-packages", place], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip("no python3-venv")
    options = ["--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    done = subprocess.run([place / "bin/pip", "install", *options, source], capture_output=True, text=True, cwd=tmp_path)
    if "setuptools" in done.stderr:
        pytest.skip("no python3-setuptools")
    assert done.returncode == 0, done.stderr
    code = "from ohmcarlo_analysis.papers.published import published; print(len(published('ovf_fig3')))"
    assert int(run(place, place / "bin/python", "-c", code, cwd=tmp_path)) > 0
    assert "kurtosis_fig5" in run(place, place / "bin/ohmcarlo-analysis", "figure", "list", cwd=tmp_path)
    run(place, place / "bin/python", "-c", "import ohmcarlo", cwd=tmp_path)
