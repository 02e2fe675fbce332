"""A small Slurm cluster on this machine for tests: `python tests/cluster/cluster.py start`, then `stop` (Debian, root).

One controller and four node daemons run as ordinary processes; every node has fake GPUs, which Slurm schedules and
names in CUDA_VISIBLE_DEVICES. Two nodes take ordinary work; on the third, jobs can be preempted; the fourth can be
lost. With `start accounting`, slurmdbd and MariaDB run beside them. Missing packages are installed. All files are
written to one folder, apart from links in /etc/slurm, the only place where jobs look for the configuration.
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
DATABASE_PACKAGES = ("slurmdbd", "mariadb-server-core", "mariadb-client-core")
NODES, CPUS, GPUS, MEMORY_MB, PORT = 4, 6, 4, 9000, 17800
DAEMON_PORT, DATABASE_PORT = PORT + 90, PORT + 91
SOCKET = FOLDER / "munge.socket"
DATABASE_SOCKET = FOLDER / "mariadb.socket"

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
{{accounting}}
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
MinJobAge={{min_job_age}}
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

WITHOUT_ACCOUNTING = "AccountingStorageType=accounting_storage/none"
WITH_ACCOUNTING = f"""\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost={{address}}
AccountingStoragePort={DAEMON_PORT}
AccountingStoragePass={SOCKET}
AccountingStorageEnforce=associations,limits"""
# Not reachable from elsewhere; the password guards a database of test jobs.
SLURMDBD_CONF = f"""\
DbdHost=localhost
DbdAddr={{address}}
DbdPort={DAEMON_PORT}
CommunicationParameters=NoInAddrAny
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={SOCKET}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={DATABASE_PORT}
StorageUser=slurm
StoragePass={{password}}
StorageLoc=slurm
LogFile={FOLDER}/slurmdbd.log
PidFile={FOLDER}/slurmdbd.self
"""


def start(accounting: bool = False) -> None:
    """Install missing packages, write the configuration and start the daemons that do not run yet."""
    if os.geteuid() != 0:
        sys.exit("cluster: only root can start it, since Slurm's node daemon starts jobs as their users")
    if (ETC / "slurm.conf").exists() and not (ETC / "slurm.conf").resolve().is_relative_to(FOLDER.resolve()):
        sys.exit(f"cluster: {ETC}/slurm.conf belongs to another cluster and would be replaced; nothing was changed")
    install(PACKAGES + DATABASE_PACKAGES if accounting else PACKAGES)
    if running("slurmctld") and accounting != bool(running("slurmdbd")):
        sys.exit("cluster: one with other settings is running; stop it first")
    configure(accounting)
    files = {"socket": SOCKET, "key-file": FOLDER / "munge.key", "pid-file": FOLDER / "munged.self"}
    files |= {"log-file": FOLDER / "munged.log", "seed-file": FOLDER / "munge.seed"}
    launch("munged", "munged", "--foreground", *(f"--{key}={path}" for key, path in files.items()))
    wait_for("munged", "munge", "-n", "-S", str(SOCKET))
    if accounting:
        start_accounting()
    start_controller()
    for node in node_names():
        launch(f"slurmd-{node}", "slurmd", "-D", "-N", node)
    for node in node_names():
        wait_for(f"slurmd-{node}", "sh", "-c", f"sinfo -h -N -n {node} -t idle,mix,alloc -o %N | grep -q {node}")
    visible = run("srun", "-n1", "--gpus=1", "--mem=50", "sh", "-c", "echo $CUDA_VISIBLE_DEVICES").stdout.strip()
    if not visible.isdigit():
        sys.exit(f"cluster: CUDA_VISIBLE_DEVICES of a job with a GPU: got {visible!r}, expected the number of the GPU")
    with_accounting = ", with accounting" if accounting else ""
    sys.stdout.write(f"cluster: {NODES} nodes with {GPUS} fake GPUs each{with_accounting}, files in {FOLDER}\n")


def start_controller() -> None:
    """Start the controller."""
    launch("slurmctld", "slurmctld", "-D")
    wait_for("slurmctld", "sh", "-c", "scontrol ping | grep -q UP")


def start_accounting() -> None:
    """Start MariaDB and slurmdbd, and register the cluster with one account."""
    password, database = (FOLDER / "database.password").read_text(), FOLDER / "database"
    if not (database / "mysql").exists():
        options = (f"--datadir={database}", "--skip-test-db", "--auth-root-authentication-method=socket")
        run("mariadb-install-db", "--no-defaults", "--user=root", *options)
    files = {"datadir": database, "socket": DATABASE_SOCKET, "pid-file": FOLDER / "mariadb.self"}
    options = [f"--{key}={path}" for key, path in files.items()] + [f"--port={DATABASE_PORT}"]
    options += ["--bind-address=127.0.0.1", "--innodb-lock-wait-timeout=900", "--innodb-flush-log-at-trx-commit=0"]
    launch("mariadbd", "mariadbd", "--no-defaults", "--user=root", *options)
    sql = ("mariadb", "--no-defaults", "-uroot", "-S", str(DATABASE_SOCKET), "-e")
    wait_for("mariadbd", *sql, "select 1")
    users = [f"slurm@'127.0.0.1' identified by '{password}'", f"slurm@localhost identified by '{password}'"]
    grants = [f"create or replace user {user}; grant all on slurm.* to {user.split()[0]};" for user in users]
    run(*sql, f"create database if not exists slurm; {' '.join(grants)}")
    launch("slurmdbd", "slurmdbd", "-D")
    wait_for("slurmdbd", "sacctmgr", "-n", "list", "cluster")
    for command in ("cluster ltsei", "account test cluster=ltsei", "user root account=test cluster=ltsei"):
        run("sacctmgr", "-iQ", "add", *command.split(), check=False)  # already there after a restart


def stop() -> None:
    """End the jobs, then the daemons started here, and remove their files."""
    if running("slurmctld"):
        run("scancel", "--full", "--user=root", "--state=PENDING,RUNNING,SUSPENDED", check=False)
        deadline = time.monotonic() + 15
        while run("squeue", "-h", check=False).stdout and time.monotonic() < deadline:
            time.sleep(0.2)
    for name in [*(f"slurmd-{node}" for node in node_names()), "slurmctld", "slurmdbd", "mariadbd", "munged"]:
        end(name)
    for link in ETC.glob("*.conf"):
        if link.is_symlink() and FOLDER in link.readlink().parents:
            link.unlink()
    shutil.rmtree(FOLDER, ignore_errors=True)


def node_names() -> list[str]:
    return [f"n{number}" for number in range(1, NODES + 1)]


def run(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=check, text=True, capture_output=True, timeout=60)


def install(packages: tuple[str, ...] = PACKAGES + DATABASE_PACKAGES) -> None:
    """Install the missing packages, without starting the services that they contain."""
    status = run("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages, check=False).stdout
    missing = [name for name in packages if f"{name} installed" not in status.splitlines()]
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


def configure(accounting: bool) -> None:
    host = socket.gethostname().partition(".")[0]
    for folder in (FOLDER, FOLDER / "controller", ETC, *(FOLDER / "spool" / node for node in node_names())):
        folder.mkdir(parents=True, exist_ok=True)
    key = FOLDER / "munge.key"
    if not key.exists():
        key.write_bytes(os.urandom(256))
        key.chmod(0o600)
    password = FOLDER / "database.password"
    if not password.exists():
        password.write_text(os.urandom(12).hex())
        password.chmod(0o600)
    for number in range(GPUS):  # Slurm needs device files; these are the same device as /dev/null
        if not (FOLDER / f"gpu{number}").exists():
            os.mknod(FOLDER / f"gpu{number}", 0o666 | 0o020000, os.makedev(1, 3))
    gpus = [f"NodeName=n[1-{NODES}] Name=gpu File={FOLDER}/gpu{number}" for number in range(GPUS)]
    address = socket.gethostbyname(socket.gethostname())
    texts = {
        "slurm.conf": SLURM_CONF.format(
            host=host,
            address=address,
            accounting=WITH_ACCOUNTING.format(address=address) if accounting else WITHOUT_ACCOUNTING,
            min_job_age=300 if accounting else 2,  # 2 is the least that Slurm allows
        ),
        "slurmdbd.conf": SLURMDBD_CONF.format(address=address, password=password.read_text()),
        "gres.conf": "\n".join(["AutoDetect=off", *gpus]) + "\n",
        "cgroup.conf": "CgroupAutomount=no\n",
    }
    for name, text in texts.items():
        (FOLDER / name).write_text(text)
        (FOLDER / name).chmod(0o600 if name == "slurmdbd.conf" else 0o644)
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
    commands = {
        ("install",): install,
        ("start",): start,
        ("start", "accounting"): lambda: start(accounting=True),
        ("stop",): stop,
        ("stop", "controller"): lambda: end("slurmctld"),
        ("start", "controller"): start_controller,
        ("stop", "database"): lambda: end("slurmdbd"),
        ("start", "database"): start_accounting,
    }
    if tuple(sys.argv[1:]) not in commands:
        sys.exit(f"usage: python tests/cluster/cluster.py {' | '.join(map(' '.join, commands))}")
    commands[tuple(sys.argv[1:])]()
