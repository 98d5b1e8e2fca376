"""The batch scripts with stand-ins for mpirun and scontrol: signals, requeue, shards."""

import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

SLURM = pathlib.Path(__file__).resolve().parents[2] / "slurm"
SCRIPTS = ["run.sbatch", "array.sbatch"]

# Writes its arguments and environment down, then exits; with "wait", 75 half a second after USR1 (like the program,
# which finishes what is running), $AFTER_CANCEL after USR2, 1 after TERM (like mpirun), 3 if nothing comes.
MPIRUN = """#!/bin/bash
printf '%s\\n' "$@" > "$STUB/arguments"
env > "$STUB/environment"
[[ $BEHAVIOUR == wait ]] || exit "$BEHAVIOUR"
trap 'echo USR1 >> "$STUB/signals"; sleep 0.5; exit 75' USR1
trap 'echo USR2 >> "$STUB/signals"; exit ${AFTER_CANCEL:-75}' USR2
trap 'echo TERM >> "$STUB/signals"; exit 1' TERM
touch "$STUB/ready"
for i in $(seq 200); do sleep 0.05; done
exit 3
"""
SCONTROL = """#!/bin/bash
echo "$@" >> "$STUB/requests"
exit "${SCONTROL_STATUS:-0}"
"""


class Job:
    """One batch script in a folder of its own."""

    def __init__(self, folder, script):
        self.folder = folder
        self.script = script
        self.stub = folder / "stub"
        self.stub.mkdir()
        shutil.copytree(SLURM, folder / "slurm")
        spool = folder / "spool"  # sbatch runs a copy from elsewhere
        spool.mkdir()
        shutil.copy(SLURM / script, spool / "slurm_script")
        for name, text in (("mpirun", MPIRUN), ("scontrol", SCONTROL)):
            (self.stub / name).write_text(text)
            (self.stub / name).chmod(0o755)
        self.environment = {
            "PATH": f"{self.stub}:/usr/bin:/bin",
            "STUB": str(self.stub),
            "SLURM_SUBMIT_DIR": str(folder),
            "SLURM_JOB_ID": "4711",
        }
        if script == "array.sbatch":
            self.environment |= {
                "SLURM_ARRAY_JOB_ID": "4700",
                "SLURM_ARRAY_TASK_ID": "7",
                "SLURM_ARRAY_TASK_MIN": "5",
                "SLURM_ARRAY_TASK_MAX": "20",
                "SLURM_ARRAY_TASK_COUNT": "16",
            }

    def start(self, *arguments, **environment):
        self.process = subprocess.Popen(
            ["bash", str(self.folder / "spool" / "slurm_script"), *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self

    def finish(self):
        self.errors = self.process.communicate(timeout=30)[1]
        return self.process.returncode

    def run(self, *arguments, **environment):
        return self.start(*arguments, **environment).finish()

    def wait_until_ready(self):
        for _ in range(200):
            if (self.stub / "ready").exists():
                time.sleep(0.2)  # bash looks for signals before it begins to wait: one that comes in between is late
                return
            time.sleep(0.05)
        pytest.fail("mpirun was not started")

    def lines(self, name):
        path = self.stub / name
        return path.read_text().splitlines() if path.exists() else []

    @property
    def name(self):
        return "4700_7" if self.script == "array.sbatch" else "4711"


@pytest.fixture(params=SCRIPTS)
def job(request, tmp_path):
    return Job(tmp_path, request.param)


@pytest.fixture
def single(tmp_path):
    return Job(tmp_path, "run.sbatch")


@pytest.fixture
def array(tmp_path):
    return Job(tmp_path, "array.sbatch")


@pytest.mark.parametrize("script", SCRIPTS + ["requeue.sh", "env.sh"])
def test_syntax(script):
    subprocess.run(["bash", "-n", str(SLURM / script)], check=True)


@pytest.mark.parametrize("script", SCRIPTS + ["requeue.sh", "env.sh"])
def test_shellcheck(script):
    if not shutil.which("shellcheck"):
        pytest.skip("no shellcheck")
    subprocess.run(["shellcheck", "--shell=bash", str(SLURM / script)], check=True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_directives_come_first_and_ask_for_the_signal_in_the_batch_shell(script):
    head = re.split(r"^[^#\n]", (SLURM / script).read_text(), flags=re.MULTILINE)[0]
    assert "#SBATCH --signal=B:USR1@120\n" in head
    assert "#SBATCH --requeue\n" in head
    assert "#SBATCH --open-mode=append\n" in head


def test_done_is_not_requeued(job):
    assert job.run(BEHAVIOUR="0") == 0
    assert job.lines("requests") == []


@pytest.mark.parametrize("status", [1, 2, 4, 137])
def test_errors_are_passed_on_and_not_requeued(job, status):
    assert job.run(BEHAVIOUR=str(status)) == status
    assert job.lines("requests") == []


def test_resumable_is_requeued_once(job):
    assert job.run(BEHAVIOUR="75") == 75
    assert job.lines("requests") == [f"requeue {job.name}"]


def test_requeue_stops_at_the_cap(job):
    assert job.run(BEHAVIOUR="75", SLURM_RESTART_COUNT="49") == 75
    assert len(job.lines("requests")) == 1
    assert job.run(BEHAVIOUR="75", SLURM_RESTART_COUNT="50") == 75
    assert len(job.lines("requests")) == 1
    assert "OHMCARLO_MAX_RESTARTS" in job.errors
    assert job.run(BEHAVIOUR="75", SLURM_RESTART_COUNT="2", OHMCARLO_MAX_RESTARTS="2") == 75
    assert len(job.lines("requests")) == 1


def test_failed_requeue_is_reported(job):
    assert job.run(BEHAVIOUR="75", SCONTROL_STATUS="1") == 75
    assert "could not be queued again" in job.errors


def test_usr1_reaches_mpirun_and_the_job_is_requeued(job):
    job.start(BEHAVIOUR="wait").wait_until_ready()
    job.process.send_signal(signal.SIGUSR1)  # to the batch shell only
    assert job.finish() == 75
    assert job.lines("signals") == ["USR1"]
    assert job.lines("requests") == [f"requeue {job.name}"]


def test_second_usr1_does_not_end_the_wait(job):
    job.start(BEHAVIOUR="wait").wait_until_ready()
    for _ in range(5):
        job.process.send_signal(signal.SIGUSR1)
        time.sleep(0.05)
    assert job.finish() == 75
    assert job.lines("requests") == [f"requeue {job.name}"]


@pytest.mark.parametrize(("after", "status"), [("75", 75), ("1", 75), ("143", 75), ("4", 4), ("0", 0)])
def test_cancelled_job_passes_it_on_and_stays_away(job, after, status):
    """1 is mpirun's own, if Slurm has sent TERM to it as well: everything is saved."""
    job.start(BEHAVIOUR="wait", AFTER_CANCEL=after).wait_until_ready()
    job.process.send_signal(signal.SIGTERM)
    assert job.finish() == status
    assert job.lines("signals") == ["USR2"]
    assert job.lines("requests") == []


def test_nothing_is_left_running(job):
    job.start(BEHAVIOUR="wait").wait_until_ready()
    job.process.send_signal(signal.SIGUSR1)
    job.finish()
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(job.stub / "mpirun") not in found


def test_command_line_of_a_single_job(single):
    single.run("my exp.toml", "out/R.h5", "--set", "trials.count=3", BEHAVIOUR="0")
    assert single.lines("arguments") == (
        "--bind-to|none|ohmcarlo|run|my exp.toml|--out|out/R.h5|--resume|--wait-for-lock|15m|--time-limit|3h55m|--set|trials.count=3"
    ).split("|")
    assert (single.folder / "out").is_dir()
    environment = single.lines("environment")
    assert "OMP_NUM_THREADS=1" in environment
    assert not any(line.startswith("OHMCARLO_MODELS=") for line in environment)


def test_defaults_and_settings_from_outside(single):
    single.run(BEHAVIOUR="0", OHMCARLO="/opt/ohmcarlo", OHMCARLO_TIME_LIMIT="55m")
    assert single.lines("arguments")[2:] == (
        "/opt/ohmcarlo run experiments/quickstart.toml --out results/quickstart.h5 --resume --wait-for-lock 15m --time-limit 55m"
    ).split()


def test_array_task_computes_its_part(array):
    array.run("study.toml", "out", BEHAVIOUR="0")  # task 7 of 5-20
    assert array.lines("arguments")[2:] == (
        "ohmcarlo run study.toml --out out/part-003-of-016.h5 --resume --shard 3/16 --wait-for-lock 15m --time-limit 3h55m"
    ).split()
    assert "OHMCARLO_MODELS=out/models" in array.lines("environment")


def test_array_parts_the_chips_if_asked(array):
    array.run("study.toml", "out", BEHAVIOUR="0", OHMCARLO_SHARDS_OF="trials")
    assert "--shard trials:3/16" in " ".join(array.lines("arguments"))
    assert array.run(BEHAVIOUR="0", OHMCARLO_SHARDS_OF="rows") == 2
    assert "allowed: points, trials" in array.errors


def test_array_shares_a_given_model_store(array):
    array.run("study.toml", "out", BEHAVIOUR="0", OHMCARLO_MODELS="/scratch/models")
    assert "OHMCARLO_MODELS=/scratch/models" in array.lines("environment")


def test_single_parts_can_be_repeated(array):
    array.run(
        "study.toml", "out", BEHAVIOUR="0", OHMCARLO_SHARDS="16", SLURM_ARRAY_TASK_COUNT="2", SLURM_ARRAY_TASK_MAX="9"
    )
    assert "part-007-of-016.h5" in "".join(array.lines("arguments"))
    assert array.run(BEHAVIOUR="0", OHMCARLO_SHARDS="6") == 2
    assert "part 7 of 6" in array.errors


@pytest.mark.parametrize("change", [{"SLURM_ARRAY_TASK_COUNT": "8"}, {"SLURM_ARRAY_TASK_ID": ""}])
def test_array_with_gaps_or_none_at_all_is_refused(array, change):
    assert array.run(BEHAVIOUR="0", **change) == 2
    assert "--array" in array.errors
    assert array.lines("arguments") == []


def test_missing_settings_are_named(job):
    assert job.run(BEHAVIOUR="0", SLURM_SUBMIT_DIR="/nonexistent") == 2
    assert "OHMCARLO_SLURM" in job.errors
    assert job.run(BEHAVIOUR="0", SLURM_SUBMIT_DIR="/nonexistent", OHMCARLO_SLURM=str(SLURM)) == 0
