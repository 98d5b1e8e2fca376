"""The batch scripts on a Slurm of one node that is started for these tests: only with OHMCARLO_TEST_SLURM=1, as root, where
Debian's slurm-wlm and munge are installed and no other Slurm runs. The log says what ran or why not (-rs)."""

import pathlib
import shutil

import h5py
import pytest
from cluster import Cluster, why_not
from lab import PROGRAM, difference, has_cells, leftovers, wait_for

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"no Slurm: {WHY_NOT}")
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "slurm"
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture
def study(slow_lab, cluster):
    """The slow experiment beside a copy of the batch scripts, from where jobs are submitted."""
    shutil.copytree(SCRIPTS, slow_lab.path / "slurm")
    return Study(slow_lab, cluster)


class Study:
    def __init__(self, lab, cluster):
        self.lab, self.cluster, self.path = lab, cluster, lab.path

    def submit(self, script, *arguments, options=(), **environment):
        inside = ["--chdir", self.path, "--mem-per-cpu=200M", "--time=10", *options]
        environment = {"OHMCARLO": str(pathlib.Path(PROGRAM).resolve()), "SLURM_SUBMIT_DIR": "", **environment}
        environment["OHMCARLO_SLURM"] = str(self.path / "slurm")
        return self.cluster.submit(*inside, self.path / "slurm" / script, *arguments, **environment)

    def one_job(self, *arguments, tasks=2, **environment):
        return self.submit(
            "run.sbatch", "experiment.toml", "out/R.h5", *arguments, options=[f"--ntasks={tasks}"], **environment
        )

    def log(self):
        return "".join(path.read_text() for path in sorted(self.path.glob("*.log")))

    def starts(self):
        """Exit status of every start that the results file tells of."""
        with h5py.File(self.lab.file()) as file:
            return [str(run.attrs.get("exit_status", "none")) for _, run in sorted(file["provenance"].items())]


def start_ranks_by(study, launcher):
    """As a site does that edits env.sh."""
    place = study.path / "slurm" / "env.sh"
    text = place.read_text()
    assert "\nlaunch=(mpirun --bind-to none)\n" in text
    place.write_text(text.replace("\nlaunch=(mpirun --bind-to none)\n", f"\nlaunch=({launcher})\n"))


def test_a_job_queues_itself_again_until_it_is_done(study, slow_finished):
    # However fast the machine is: the first start has no time at all, the second perhaps not enough, the third has plenty.
    with (study.path / "slurm" / "env.sh").open("a") as settings:
        settings.write("case ${SLURM_RESTART_COUNT:-0} in 0) OHMCARLO_TIME_LIMIT=0.001 ;; 1) OHMCARLO_TIME_LIMIT=1 ;; esac\n")
    job = study.one_job()
    state, status, restarts = study.cluster.wait_for(job, ENDED)
    assert (state, status) == ("COMPLETED", 0), study.log()
    assert restarts in (1, 2), study.log()
    assert study.starts() == ["75"] * restarts + ["0"]
    assert difference(study.lab.file(), slow_finished.file()) == ""
    assert leftovers(study.lab.out) == []


def test_parts_in_an_array_are_merged_by_a_job_that_waits_for_them(study, slow_finished):
    shutil.move(study.lab.out / "models", study.path / "models")
    array = study.submit(
        "array.sbatch", "experiment.toml", "out", options=["--array=1-3", "--ntasks=1"],
        OHMCARLO_SHARDS_OF="trials", OHMCARLO_MODELS=str(study.path / "models"),
    )  # fmt: skip
    join = study.cluster.submit(
        f"--dependency=afterok:{array}", "--mem=200M", "--chdir", study.path, "--ntasks=1",
        "--wrap", f"{pathlib.Path(PROGRAM).resolve()} merge out/part-*.h5 --out out/R.h5",
    )  # fmt: skip
    assert study.cluster.wait_for(join, ENDED)[:2] == ("COMPLETED", 0), study.log()
    assert difference(study.lab.file(), slow_finished.file()) == ""


@pytest.mark.slow
def test_ranks_started_by_srun(study, slow_finished):
    start_ranks_by(study, "srun --mpi=pmix")
    job = study.one_job()
    assert study.cluster.wait_for(job, ENDED)[:2] == ("COMPLETED", 0), study.log()
    assert "on 2 ranks" in study.log()
    assert difference(study.lab.file(), slow_finished.file()) == ""


@pytest.mark.slow
def test_a_bare_srun_is_refused(study):
    start_ranks_by(study, "srun")
    job = study.one_job()
    state, status, _ = study.cluster.wait_for(job, ENDED)
    assert (state, status) == ("FAILED", 2), study.log()
    assert "--mpi=pmix" in study.log()
    assert not study.lab.file().exists()


@pytest.mark.slow
def test_the_signal_before_the_end_of_the_time_queues_the_job_again(study, slow_finished):
    # Slurm looks at time limits every half a minute; USR1 at 40 s before the end of the minute.
    job = study.submit(
        "run.sbatch", "experiment.toml", "out/R.h5", "--set", "trials.count=6000",
        options=["--ntasks=2", "--time=1", "--signal=B:USR1@40"], OHMCARLO_TIME_LIMIT="1h",
    )  # fmt: skip
    study.cluster.wait(lambda: study.cluster.state(job)[2] >= 1, "a restart", 90)
    study.cluster.command("scancel", job)
    study.cluster.wait_for(job, ENDED)
    assert study.starts()[0] == "75"


@pytest.mark.slow
def test_a_cancelled_job_goes_on_when_it_is_submitted_again(study, slow_finished):
    job = study.one_job()
    wait_for(lambda: has_cells(study.lab.file()), "saved cells")
    study.cluster.command("scancel", job)
    state, _, restarts = study.cluster.wait_for(job, ENDED)
    assert (state, restarts) == ("CANCELLED", 0)
    again = study.one_job()
    assert study.cluster.wait_for(again, ENDED)[:2] == ("COMPLETED", 0), study.log()
    assert difference(study.lab.file(), slow_finished.file()) == ""


@pytest.mark.slow
def test_a_job_whose_node_failed_waits_for_what_still_runs_there(study):
    """slurmd is killed with everything it started left alone; the requeued job finds the lock of the first one's ranks."""
    job = study.one_job("--set", "trials.count=4000")
    wait_for(lambda: has_cells(study.lab.file()), "saved cells")
    study.cluster.kill_node()
    assert study.cluster.orphans(), "the ranks go on without slurmd"
    study.cluster.wait(lambda: study.cluster.state(job)[0] == "PENDING", "the controller to give the node up", 120)
    study.cluster.start_node()
    state, status, restarts = study.cluster.wait_for(job, ENDED, 400)
    assert (state, status, restarts) == ("COMPLETED", 0, 1), study.log()
    with h5py.File(study.lab.file()) as file:
        assert file.attrs["status"] == "complete" and (file["results/state"][()] == 1).all()
