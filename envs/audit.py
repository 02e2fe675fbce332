"""List the known vulnerabilities of the pinned packages: `make audit`.

Exits with status 1 if there are any. Where the service cannot be reached it says so in one line and exits with 0.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LISTS = ("lock.txt", "lock-build.txt", "lock-cuda.txt", "docs.txt", "tools.txt")
SECONDS = 240


def main() -> int:
    """Print what is known and return the exit status."""
    packages = audited()
    checked = [each for each in packages if "skip_reason" not in each]
    if not checked:
        sys.stdout.write("audit: the service of known vulnerabilities cannot be reached, nothing was checked\n")
        return 0
    found = [sentence for each in checked for sentence in sentences(each)]
    missing = [each["name"] for each in packages if "skip_reason" in each]
    unknown = f", {len(missing)} are unknown to the service: {', '.join(missing)}" if missing else ""
    summary = f"audit: {len(checked)} packages checked, {len(found)} known vulnerabilities{unknown}"
    sys.stdout.write("\n".join([*found, summary]) + "\n")
    return 1 if found else 0


def audited() -> list[dict[str, Any]]:
    """Return the answer for each package of `LISTS`; none where there is no answer in time."""
    lists = [part for name in LISTS for part in ("--requirement", str(Path(__file__).with_name(name)))]
    options = ["--disable-pip", "--no-deps", "--format", "json", "--timeout", "10", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *lists, *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return packages


def sentences(package: dict[str, Any]) -> list[str]:
    """Return a sentence for each known vulnerability of a package."""
    return [
        f"{package['name']} {package['version']}: {', '.join([each['id'], *each['aliases']])}, "
        + (f"fixed in {', '.join(each['fix_versions'])}" if each["fix_versions"] else "not fixed yet")
        for each in package["vulns"]
    ]


if __name__ == "__main__":
    sys.exit(main())
