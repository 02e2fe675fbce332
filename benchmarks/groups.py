"""Submissions and wall time of a small matrix on the test cluster, with the profile's groups and without.

    python tests/cluster/cluster.py start; python benchmarks/groups.py; python tests/cluster/cluster.py stop

Six methods at two ratios, with the short trainings of the tests: most of the time is the cluster's.
"""

import copy
import sys
import tempfile
import time
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cluster.conftest import project_on_cluster
from conftest import EXPERIMENTS


def main() -> None:
    sys.stdout.write("| | submissions | seconds |\n|---|---|---|\n")
    for name, removed in {"without groups": ("groups", "group-components"), "with groups": ()}.items():
        with tempfile.TemporaryDirectory() as folder:
            project = project_on_cluster(Path(folder))
            project.configure(copy.deepcopy(EXPERIMENTS))
            profile = project.root / "profiles" / "slurm" / "config.yaml"
            entries = yaml.safe_load(profile.read_text())
            profile.write_text(yaml.safe_dump({key: entries[key] for key in entries if key not in removed}))
            started = time.perf_counter()
            with (Path(folder) / "output").open("w+") as output:
                if project.start(output=output).wait():
                    output.seek(0)
                    raise RuntimeError(output.read()[-3000:])
            seconds = time.perf_counter() - started
            submissions = len(list((project.root / "logs" / "slurm").rglob("*.log")))
        sys.stdout.write(f"| {name} | {submissions} | {seconds:.0f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
