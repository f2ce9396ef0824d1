"""Holds the versions of constraints.txt against the public record of known vulnerabilities.

Exit code 1 means that there is one. Where nobody could be asked it says so: that is no clean bill of health.
"""

import json
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"

ACCEPTED: dict[str, str] = {}
"""Findings that were looked into and do not touch us: the id, and why not."""


def main() -> int:
    """Asks pip-audit, and prints what it found or why there is no answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip"]
    ignored = [part for finding in ACCEPTED for part in ("--ignore-vuln", finding)]
    done = subprocess.run(
        [*command, *ignored, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"audit skipped: no network to the vulnerability service: {why}", file=sys.stderr)
        return 0
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if len(unknown) == len(packages):
        print(f"audit skipped: the vulnerability service knew none of {len(unknown)} packages", file=sys.stderr)
        return 0
    for package in packages:
        for finding in package.get("vulns", []):
            fixed = ", ".join(finding["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {finding['id']}, mended in {fixed}")
    found = sum(len(package.get("vulns", [])) for package in packages)
    print(f"audit: {len(packages) - len(unknown)} packages, {found} known vulnerabilities")
    if unknown:
        print(f"audit: not known to the service: {', '.join(unknown)}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
