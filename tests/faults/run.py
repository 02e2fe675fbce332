"""Inject every fault and write the table of outcomes to docs/reliability.md: `python tests/faults/run.py`.

A test that injects a fault carries the mark ``fault(what, outcome)``. These tests run here, on a small Slurm cluster,
and on one with accounting; where a cluster cannot be started (it needs root on Debian), its columns stay empty.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "reliability.md"
CLUSTER = [sys.executable, "tests/cluster/cluster.py"]
ONE_MACHINE, SLURM, ACCOUNTING = "one machine", "Slurm", "Slurm with accounting"
WRONG = "**wrong**"
TEXT = """# Reliability

A run may end with an error, but never with a wrong number under exit status 0, and it never waits without end. Each
fault below is injected by a test; `make faults` runs them all and writes this page.

- *complete*: the run, or the same command once more, ends with all results, equal byte by byte to undisturbed ones
  wherever the fault struck a training.
- *named*: the run ends with an error that names file, key or cause; other cells are complete, and no number of the
  damaged one is shown.

The clusters have four nodes with fake GPUs and run Slurm 22.05. The one without accounting forgets jobs after 2 s
(`MinJobAge`), the least that Slurm allows.

{summary}

| fault | outcome | {columns} |
| --- | --- | {rule} |
{rows}
"""


def main() -> None:
    """Run the tests in each environment and write the page; exit with status 1 if an outcome was wrong."""
    seen = {ONE_MACHINE: run(ONE_MACHINE, "tests/unit", "tests/workflow")}
    for name, arguments in ((SLURM, []), (ACCOUNTING, ["accounting"])):
        if subprocess.run([*CLUSTER, "start", *arguments], cwd=REPOSITORY, check=False).returncode == 0:
            seen[name] = run(name, "tests/cluster")
            subprocess.run([*CLUSTER, "stop"], cwd=REPOSITORY, check=True)
    PAGE.write_text(page(seen), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE}\n")
    sys.exit(WRONG in PAGE.read_text(encoding="utf-8"))


def run(name: str, *paths: str) -> dict[str, str]:
    """Return fault -> outcome, or `WRONG` where the test failed or did not end."""
    sys.stdout.write(f"faults: {name}\n")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-n", "2", "--dist", "loadfile", "-m", "fault", f"--junitxml={report}"]
        environment = {**os.environ, "LTSEI_CLUSTER": "" if name == ONE_MACHINE else "1"}
        subprocess.run([sys.executable, "-m", "pytest", *options, *paths], cwd=REPOSITORY, env=environment, check=False)
        return outcomes(ElementTree.parse(report))


def outcomes(report: "ElementTree.ElementTree") -> dict[str, str]:
    """Return fault -> outcome from pytest's report; skipped tests injected nothing."""
    found = {}
    for case in report.iter("testcase"):
        if case.find("skipped") is not None:
            continue
        wrong = case.find("failure") is not None or case.find("error") is not None
        for entry in case.iter("property"):
            what, _, outcome = entry.get("value", "").partition(" → ")
            if entry.get("name") == "fault":
                found[what] = WRONG if wrong or found.get(what) == WRONG else outcome
    return found


def page(seen: dict[str, dict[str, str]]) -> str:
    """Return the page."""
    table: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for environment, faults in seen.items():
        for what, outcome in faults.items():
            table[what][environment] = outcome
    rows = []
    for what, by_environment in table.items():
        right = next((outcome for outcome in by_environment.values() if outcome != WRONG), "")
        cells = [mark(by_environment.get(name)) for name in (ONE_MACHINE, SLURM, ACCOUNTING)]
        rows.append(f"| {what} | {right} | {' | '.join(cells)} |")
    counts = Counter(outcome for faults in seen.values() for outcome in faults.values())
    injected = f"{len(table)} faults, {counts.total()} injections"
    ends = f"{counts['complete']} complete, {counts['named']} named, wrong or hanging: {counts[WRONG]}"
    columns = " | ".join((ONE_MACHINE, SLURM, ACCOUNTING))
    return TEXT.format(
        summary=f"{injected}: {ends}.", columns=columns, rule=" | ".join(["---"] * 3), rows="\n".join(sorted(rows))
    )


def mark(outcome: str | None) -> str:
    """Return a cell of the table."""
    return "" if outcome is None else WRONG if outcome == WRONG else "yes"


if __name__ == "__main__":
    main()
