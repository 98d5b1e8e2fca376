"""A Slurm of one node for a test: daemons, ports, sockets and folders of its own, beside nothing else."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

CONFIGURATION = """
ClusterName=ohmcarlo
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MpiParams=ports={first_step_port}-{last_step_port}
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0
ReturnToService=2
KillWait=10
SlurmdTimeout=20
InactiveLimit=0
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=60 DefMemPerCPU=200 State=UP
"""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol")


def why_not():
    """Why no Slurm can be started here; None if it can."""
    if os.environ.get("OHMCARLO_TEST_SLURM") != "1":
        return "OHMCARLO_TEST_SLURM=1 is not set"
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in PROGRAMS if _program(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian's slurm-wlm and munge)"
    running = [name for name in _running_programs() if name in ("slurmctld", "slurmd")]
    return f"{running[0]} is running here" if running else None


def _running_programs():
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                yield (entry / "comm").read_text().strip()
        except OSError:
            continue


def _program(name):
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")


def _free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Cluster:
    """Started by start(), gone after stop() with everything that ran on it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.daemons = {}
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "OMPI", "PMI", "OHMCARLO"))
        } | {
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_rmaps_base_oversubscribe": "1",
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
        }

    def start(self):
        controller, node, first = _free_ports(3)
        for name in ("state", "spool"):
            (self.folder / name).mkdir(mode=0o755)
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=socket.gethostname().split(".")[0], folder=self.folder, controller_port=controller, node_port=node,
                first_step_port=first, last_step_port=first + 50,
            )  # fmt: skip
        )
        places = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid", "log-file": "munge.log",
                  "seed-file": "munge.seed"}  # fmt: skip
        self._start("munged", "--foreground", "--force", *(f"--{name}={self.folder / place}" for name, place in places.items()))
        self.wait(lambda: (self.folder / "munge.socket").exists(), "munged")
        self._start("slurmctld", "-D", "-c")
        self.start_node()
        return self

    def start_node(self):
        self._start("slurmd", "-D", "-c")
        self.wait(lambda: "idle" in self.command("sinfo", "--noheader", "--format=%T", check=False), "an idle node")

    def kill_node(self):
        """As a node that fails, but for the job's processes, which stay."""
        self.daemons["slurmd"].kill()
        self.daemons["slurmd"].wait()

    def stop(self):
        subprocess.run(["scancel", "--user=root", "--signal=KILL"], env=self.environment, capture_output=True, timeout=20)
        time.sleep(0.5)
        for daemon in reversed(self.daemons.values()):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons.values():
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for process in self.orphans():
            os.kill(process, signal.SIGKILL)

    def orphans(self):
        """Processes that still have this cluster in their environment: jobs whose node died."""
        mark = f"SLURM_CONF={self.folder / 'slurm.conf'}".encode()
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return [process for process in found if process != os.getpid()]

    def command(self, *arguments, check=True, **environment):
        done = subprocess.run(
            list(map(str, arguments)), env=self.environment | environment, capture_output=True, text=True, timeout=60,
            cwd=self.folder,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr + self.log()
        return done.stdout

    def submit(self, *arguments, **environment):
        """The number of the job."""
        return self.command("sbatch", "--parsable", *arguments, **environment).strip()

    def state(self, job):
        """Of a job or task of an array: PENDING, RUNNING, COMPLETED, ... and its exit status."""
        text = self.command("scontrol", "--oneliner", "show", "job", job, check=False)
        words = dict(word.split("=", 1) for word in text.split() if "=" in word)
        return words.get("JobState", "GONE"), int(words.get("ExitCode", "0:0").split(":")[0]), int(words.get("Restarts", 0))

    def wait_for(self, job, states, seconds=120):
        """Waits until the job is in one of these states, and returns it with exit status and restarts."""
        self.wait(lambda: self.state(job)[0] in states, f"job {job} to be {' or '.join(states)}", seconds)
        return self.state(job)

    def log(self):
        return "\n".join((self.folder / name).read_text()[-2000:] for name in ("slurmctld.log", "slurmd.log")
                         if (self.folder / name).exists())  # fmt: skip

    def _start(self, name, *arguments):
        with open(self.folder / f"{name}.out", "w") as output:
            self.daemons[name] = subprocess.Popen(
                [_program(name), *arguments], env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    def wait(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what}\n{self.log()}"
            time.sleep(0.1)


if __name__ == "__main__":
    print(f"skipped, {why_not()}" if why_not() else "run")
