"""Every command line in the documents works: run as it stands, in a folder that has the files it names, with small counts."""

import os
import re
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import ohmcarlo_analysis.drawing.accuracy  # noqa: F401  what takes a second to load is here before a process of ours is copied
import pytest
from lab import PROGRAM, TIMEOUT, Lab, clean_environment
from ohmcarlo_analysis.cli import main
from test_simulate import ARRAYS

ROOT = Path(__file__).resolve().parents[2]
SHELL = ("sh", "bash", "console", "")
CALL = re.compile(r"(^|[\s;'])(ohmcarlo(-analysis)?\s|.*-m ohmcarlo_analysis\s)")

# Lines that are not run, with the reason; ten at most.
EXCEPTIONS = {
    "module use /opt/ohmcarlo": "tests/install tries the module file of a prefix of its own",
    "ohmcarlo-analysis accuracy R.h5": "tests/install runs the installed command",
    "sbatch --dependency=afterok": "runs.slurm submits an array with a job that merges its parts",
    "figure ovf_fig3": "tests/python/test_papers.py draws every figure of a paper from made results",
    "figure lstm_energy": "tests/python/test_papers.py draws it from made results, too",
    "ohmcarlo simulate small-energy.toml": "needs phones that are made first; runs.simulate runs the command",
    "ohmcarlo data make-phones": "runs.made_speech makes phones; two hours of them take minutes",
    "ohmcarlo data features DIR": "reads a recording of these",
}


def command_lines():
    """[(document, line)] of all code blocks of a shell; a line that is continued is one."""
    found = []
    names = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    for name in names:
        language, begun = None, ""
        for line in (ROOT / name).read_text().splitlines():
            fence = re.match(r"\s*```(\w*)", line)
            if fence:
                language = fence[1] if language is None else None
            elif language in SHELL:
                begun += line.strip()
                if begun.endswith("\\"):
                    begun = begun[:-1]
                    continue
                if CALL.search(begun):
                    found.append((name, begun))
                begun = ""
    return found


def reason_not_to_run(line):
    return next((reason for beginning, reason in EXCEPTIONS.items() if beginning in line), None)


RUN = [(name, line) for name, line in command_lines() if reason_not_to_run(line) is None]


def as_run(name, line):
    """The line as a shell gets it: without prompt and comment, what is optional given, the first of several choices, two ranks."""
    line = re.sub(r"\s+#.*$", "", line.removeprefix("$ "))
    line = re.sub(r"\[(-[^\]]*)\]", r"\1", line)
    line = re.sub(r"(--\w+ \w+)(\|\w+)+", r"\1", line)
    line = re.sub(r"PYTHONPATH=\S+ ", "", line)
    line = line.replace("mpirun --bind-to none", "mpirun --oversubscribe --bind-to none -n 2")
    line = line.replace("cd results/study && python3", "/usr/bin/python3")
    line = re.sub(r"ohmcarlo tail \S+", r"\g<0> --chips 100", line)
    if name.startswith("experiments/"):  # recipes take minutes, and data that may not be there: check reads them
        line = re.sub(r"mpirun .*? ohmcarlo run", "ohmcarlo run", line)
        line = re.sub(r"ohmcarlo run (\S+) --out \S+", r"{ ohmcarlo check \1; s=$?; test $s = 0 -o $s = 3 || exit 9; }", line)
        line = re.sub(r"(check \S+)(;.*?\})((?: --set (?:'[^']*'|\S+))+)", r"\1\3\2", line)
    return line


@pytest.fixture(scope="module")
def folder(tmp_path_factory, data):
    """A folder with every file that a line names."""
    path = tmp_path_factory.mktemp("documents")
    lab = Lab(path / "lab", data)
    sweep = {"training.method": '["plain", "noise-injection"]', "hardware.variation.sigma": "[0.1, 0.2]"}
    small = {"training.epochs": "15", "trials.count": "18", "data.validation": "40"}
    shutil.copy(lab.write({**small, "trials.confusion": "true"}, sweep), path / "EXP.toml")
    lab.run()
    shutil.copytree(lab.out / "models", path / "models")
    for copy in ("R.h5", "MORE.h5", "small.h5", "small-more.h5"):
        shutil.copy(lab.file(), path / copy)
    for part in ("1/2", "2/2"):
        lab.run("--shard", part, out=f"part-{part[0]}.h5")
        shutil.copy(lab.file(f"part-{part[0]}.h5"), path)
    shutil.copy(lab.write(ARRAYS, {}), path / "ARRAYS.toml")
    (path / "HW.toml").write_text("[hardware]\n" + "\n".join(
        f"{key.removeprefix('hardware.')} = {value}" for key, value in ARRAYS.items() if key.startswith("hardware.")
    ) + "\ng_min = 1e-6\ng_max = 1e-4\nadc.range = [-50.0, 50.0]\nvariation.clip = \"zero\"\n")  # fmt: skip
    (path / "W.csv").write_text("0.5,-1,0.25\n1,0.75,-0.5\n")
    (path / "X.csv").write_text("1,0.5,0\n0.25,1,0.75\n")
    timeline = "layer,module,start,end\nlstm1,crossbar,0,600\nlstm1,converters,600,3000\n"
    for name in ("T.csv", "timeline.csv"):
        (path / name).write_text(timeline)
    shutil.copytree(ROOT / "slurm", path / "slurm")
    compared = subprocess.run(
        [PROGRAM, "compare", "R.h5", "--axis", "training.method", "--baseline", "plain", "--format", "csv"], cwd=path,
        env=clean_environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    (path / "D.csv").write_text(compared.stdout)
    sigma = "hardware.variation.sigma"
    lab.write({**small, "trials.count": None, "trials.race": f'{{ axis = "{sigma}", max = 32 }}'}, {sigma: sweep[sigma]})
    lab.run(out="race.h5")
    shutil.copy(lab.file("race.h5"), path)
    point = ["--point", "method=plain", "--point", "sigma=0.2"]
    subprocess.run(
        [PROGRAM, "tail", "EXP.toml", *point, "--below", "0.6", "--chips", "100", "--adversary", "0.1", "--out", "made.h5"],
        cwd=path, env=clean_environment(), check=True, capture_output=True,
    )  # fmt: skip
    return path


ANALYSIS = "/usr/bin/python3 -m ohmcarlo_analysis "


def run_analysis(words, work, environment):
    """What `/usr/bin/python3 -m ohmcarlo_analysis` does with these words, which a shell expands first, in a copy of this process:
    to start Python takes longer than to draw."""
    words = subprocess.run(["bash", "-c", f"printf '%s\\n' {words}"], cwd=work, check=True, capture_output=True, text=True).stdout
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.chdir(work)
            os.environ.update({name: str(value) for name, value in environment.items()})
            sys.stdout = sys.stderr = open("said.txt", "w")
            code = main(words.splitlines())
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return subprocess.CompletedProcess(words, code, "", (work / "said.txt").read_text())


@pytest.mark.parametrize(("name", "line"), RUN, ids=[f"{name}:{line[:60]}" for name, line in RUN])
def test_a_line_works(folder, tmp_path, name, line):
    work = tmp_path / "work"
    shutil.copytree(folder, work)
    if name.startswith("experiments/"):
        recipes = (ROOT / name).parent if name.count("/") > 1 else ROOT / "experiments" / "calibration-insitu"
        for recipe in recipes.glob("*.toml"):
            shutil.copy(recipe, work)
    if "simulate" in line:
        shutil.copy(work / "ARRAYS.toml", work / "EXP.toml")
    if "merge" in line:
        (work / "R.h5").unlink()
    if "_analysis race" in line:
        shutil.copy(work / "race.h5", work / "R.h5")
    if "T.h5" in line and "--out T.h5" not in line:
        shutil.copy(work / "made.h5", work / "T.h5")
    path = f"{Path(PROGRAM).parent}:{os.environ['PATH']}"
    environment = clean_environment(PATH=path, PYTHONPATH=ROOT / "analysis", OHMCARLO_MODELS=work / "models")
    if as_run(name, line).startswith(ANALYSIS):
        done = run_analysis(as_run(name, line).removeprefix(ANALYSIS), work, environment)
    else:
        done = subprocess.run(["bash", "-c", as_run(name, line)], cwd=work, env=environment, capture_output=True, text=True,
                              timeout=TIMEOUT)  # fmt: skip
    if "simulate" in line and "without SystemC" in done.stderr:
        pytest.skip("built without SystemC")
    assert done.returncode == 0, f"{as_run(name, line)}\n{done.stderr}"


def test_exceptions_are_few_and_there():
    lines = [line for _, line in command_lines()]
    assert len(EXCEPTIONS) <= 10
    for beginning in EXCEPTIONS:
        assert any(beginning in line for line in lines), beginning


@pytest.mark.parametrize("line", ["ohmcarlo show R.h5 --metrics loss", "ohmcarlo check EXP.toml --set training.epoch=3",
                                  "ohmcarlo compare R.h5 --axis training.method --baseline plane"])  # fmt: skip
def test_a_wrong_line_would_be_seen(folder, line):
    path = f"{Path(PROGRAM).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", as_run("README.md", line)], cwd=folder, env=clean_environment(PATH=path), capture_output=True)
    assert done.returncode == 2


@pytest.mark.parametrize("words", ["accuracy R.h5 --metrics loss --out f.png", "summery R.h5", "summary none.h5"])
def test_a_wrong_line_of_the_analysis_would_be_seen(folder, words):
    done = run_analysis(words, folder, {})
    assert done.returncode in (2, 4) and done.stderr
