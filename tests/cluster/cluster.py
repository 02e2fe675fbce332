"""A small Slurm cluster on this machine for tests: `python tests/cluster/cluster.py start`, then `stop` (Debian, root).

One controller and four node daemons run as ordinary processes; every node has fake GPUs, which Slurm schedules and
names in CUDA_VISIBLE_DEVICES. Two nodes take ordinary work; on the third, jobs can be preempted; the fourth can be
lost. Missing packages are installed. All files are written to one folder, apart from links in /etc/slurm, the only
place where jobs look for the configuration.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(os.environ.get("LTSEI_CLUSTER_FOLDER", "/tmp/ltsei-cluster"))
ETC = Path("/etc/slurm")
PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
NODES, CPUS, GPUS, MEMORY_MB, PORT = 4, 6, 4, 9000, 17800
SOCKET = FOLDER / "munge.socket"

# pgid: linuxproc loses processes whose parent has ended. cred_expire: how long a requeued job waits before it starts
# again. OverMemoryKill without cgroups: memory is polled, so that this works in any container.
SLURM_CONF = f"""\
ClusterName=ltsei
SlurmctldHost={{host}}({{address}})
SlurmctldPort={PORT}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={SOCKET},cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
GresTypes=gpu
SchedulerParameters=batch_sched_delay=0,bf_interval=2,sched_min_interval=100000
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
ReturnToService=2
MinJobAge=300
KillWait=5
SlurmdTimeout=20
StateSaveLocation={FOLDER}/controller
SlurmdSpoolDir={FOLDER}/spool/%n
SlurmctldPidFile={FOLDER}/slurmctld.self
SlurmdPidFile={FOLDER}/slurmd-%n.self
SlurmctldLogFile={FOLDER}/slurmctld.log
SlurmdLogFile={FOLDER}/slurmd-%n.log
NodeName=n[1-{NODES}] NodeHostname={{host}} NodeAddr={{address}} Port=[{PORT + 1}-{PORT + NODES}] CPUs={CPUS} \
RealMemory={MEMORY_MB} Gres=gpu:{GPUS} State=UNKNOWN
PartitionName=gpu Nodes=n[1-2] Default=YES MaxTime=1440 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=cpu Nodes=n[1-2] MaxTime=1440 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=urgent Nodes=n3 MaxTime=1440 PriorityTier=10 PreemptMode=OFF State=UP
PartitionName=spare Nodes=n3 MaxTime=1440 PriorityTier=1 PreemptMode=REQUEUE State=UP
PartitionName=lost Nodes=n3 MaxTime=1440 PriorityTier=1 PreemptMode=CANCEL State=UP
PartitionName=frail Nodes=n4 MaxTime=1440 PriorityTier=10 PreemptMode=OFF State=UP
"""


def start() -> None:
    """Install missing packages, write the configuration and start the daemons that do not run yet."""
    if os.geteuid() != 0:
        sys.exit("cluster: only root can start it, since Slurm's node daemon starts jobs as their users")
    if (ETC / "slurm.conf").exists() and not (ETC / "slurm.conf").resolve().is_relative_to(FOLDER.resolve()):
        sys.exit(f"cluster: {ETC}/slurm.conf belongs to another cluster and would be replaced; nothing was changed")
    install()
    configure()
    files = {"socket": SOCKET, "key-file": FOLDER / "munge.key", "pid-file": FOLDER / "munged.self"}
    files |= {"log-file": FOLDER / "munged.log", "seed-file": FOLDER / "munge.seed"}
    launch("munged", "munged", "--foreground", *(f"--{key}={path}" for key, path in files.items()))
    wait_for("munged", "munge", "-n", "-S", str(SOCKET))
    launch("slurmctld", "slurmctld", "-D")
    wait_for("slurmctld", "sh", "-c", "scontrol ping | grep -q UP")
    for node in node_names():
        launch(f"slurmd-{node}", "slurmd", "-D", "-N", node)
    for node in node_names():
        wait_for(f"slurmd-{node}", "sh", "-c", f"sinfo -h -N -n {node} -t idle,mix,alloc -o %N | grep -q {node}")
    visible = run("srun", "-n1", "--gpus=1", "--mem=50", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES").stdout.strip()
    if not visible.isdigit():
        sys.exit(f"cluster: CUDA_VISIBLE_DEVICES of a job with a GPU: got {visible!r}, expected the number of the GPU")
    sys.stdout.write(f"cluster: {NODES} nodes with {GPUS} fake GPUs each, files in {FOLDER}\n")


def stop() -> None:
    """End the jobs, then the daemons started here, and remove their files."""
    if running("slurmctld"):
        run("scancel", "--full", "--user=root", "--state=PENDING,RUNNING,SUSPENDED", check=False)
        deadline = time.monotonic() + 15
        while run("squeue", "-h", check=False).stdout and time.monotonic() < deadline:
            time.sleep(0.2)
    for name in [*(f"slurmd-{node}" for node in node_names()), "slurmctld", "munged"]:
        end(name)
    for link in ETC.glob("*.conf"):
        if link.is_symlink() and FOLDER in link.readlink().parents:
            link.unlink()
    shutil.rmtree(FOLDER, ignore_errors=True)


def node_names() -> list[str]:
    return [f"n{number}" for number in range(1, NODES + 1)]


def run(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=check, text=True, capture_output=True, timeout=60)


def install() -> None:
    """Install the missing packages, without starting the services that they contain."""
    status = run("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES, check=False).stdout
    missing = [name for name in PACKAGES if f"{name} installed" not in status.splitlines()]
    if not missing:
        return
    sys.stdout.write(f"cluster: installing {', '.join(missing)}\n")
    policy = Path("/usr/sbin/policy-rc.d")
    added = not policy.exists()
    if added:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            done = subprocess.run(["apt-get", "-qq", *command], env=environment, text=True, capture_output=True)
            if done.returncode != 0:
                sys.exit(f"cluster: apt-get {command[0]} failed: {done.stderr[-500:]}")
    finally:
        if added:
            policy.unlink()


def configure() -> None:
    host = socket.gethostname().partition(".")[0]
    for folder in (FOLDER, FOLDER / "controller", ETC, *(FOLDER / "spool" / node for node in node_names())):
        folder.mkdir(parents=True, exist_ok=True)
    key = FOLDER / "munge.key"
    if not key.exists():
        key.write_bytes(os.urandom(256))
        key.chmod(0o600)
    for number in range(GPUS):  # Slurm needs device files; these are the same device as /dev/null
        if not (FOLDER / f"gpu{number}").exists():
            os.mknod(FOLDER / f"gpu{number}", 0o666 | 0o020000, os.makedev(1, 3))
    gpus = [f"NodeName=n[1-{NODES}] Name=gpu File={FOLDER}/gpu{number}" for number in range(GPUS)]
    address = socket.gethostbyname(socket.gethostname())
    texts = {
        "slurm.conf": SLURM_CONF.format(host=host, address=address),
        "gres.conf": "\n".join(["AutoDetect=off", *gpus]) + "\n",
        "cgroup.conf": "CgroupAutomount=no\n",
    }
    for name, text in texts.items():
        (FOLDER / name).write_text(text)
        (ETC / name).unlink(missing_ok=True)
        (ETC / name).symlink_to(FOLDER / name)


def launch(name: str, *command: str) -> None:
    """Start a daemon in a session of its own, unless it already runs."""
    if running(name):
        return
    with (FOLDER / f"{name}.out").open("ab") as output:
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    record = {"pid": daemon.pid, "started": started(daemon.pid)}
    (FOLDER / f"{name}.json").write_text(json.dumps(record))


def started(pid: int) -> str | None:
    """Return when a process started, in clock ticks, None if it has ended; with its number this is unique."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return None if fields[0] == "Z" else fields[19]


def running(name: str) -> int | None:
    """Return the process number of a daemon that was started here, None if it no longer runs."""
    path = FOLDER / f"{name}.json"
    record = json.loads(path.read_text()) if path.exists() else None
    return record["pid"] if record and started(record["pid"]) == record["started"] is not None else None


def wait_for(name: str, *command: str) -> None:
    """Wait until a command that needs this daemon succeeds."""
    deadline = time.monotonic() + 30
    while run(*command, check=False).returncode != 0:
        if time.monotonic() > deadline or not running(name):
            sys.exit(f"cluster: {name} does not answer; its output is in {FOLDER}/{name}.out and .log")
        time.sleep(0.1)


def end(name: str) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        pid, deadline = running(name), time.monotonic() + 10
        if pid:
            os.kill(pid, number)
        while running(name) and time.monotonic() < deadline:
            time.sleep(0.05)


if __name__ == "__main__":
    commands = {"install": install, "start": start, "stop": stop}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: python tests/cluster/cluster.py install|start|stop")
    commands[sys.argv[1]]()
