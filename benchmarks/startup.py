"""How long a user waits: for `automl --help`, and from `automl search bbc-news` to the first evaluation.

    .venv/bin/python benchmarks/startup.py [RUNS]

Prints the median of RUNS (5) with the range, after one run that warms the file cache and the tokenizer's.
"""

import statistics
import subprocess
import sys
import tempfile
import time

AUTOML = (sys.executable, "-m", "automl")


def help_seconds() -> float:
    """Wall time of `automl --help`."""
    started = time.perf_counter()
    subprocess.run([*AUTOML, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def first_evaluation_seconds(workspace: str) -> dict[str, float]:
    """Seconds until each stage of a search is told in its plain lines; the epochs are those of the three-minute demo.

    The search is left to end by itself: what a killed one leaves running for a while would slow the next one down.
    """
    stages = {"Starting Ray": "data checked", "trial 0 started": "trial 0 started", "trial 0 at": "first evaluation"}
    command = [
        *AUTOML,
        "search",
        "bbc-news",
        "--space",
        "encoder",
        "--time-budget",
        "15s",
        "--epochs",
        "3",
        "--workspace",
        workspace,
    ]
    seen: dict[str, float] = {}
    started = time.perf_counter()
    with subprocess.Popen([*command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as search:
        assert search.stdout is not None
        for line in search.stdout:
            for said, stage in stages.items():
                if said in line:
                    seen.setdefault(stage, time.perf_counter() - started)
    return seen


def report(name: str, seconds: list[float]) -> None:
    """One line: the median and the range."""
    spread = f"({min(seconds):.2f} to {max(seconds):.2f}, n={len(seconds)})"
    print(f"{name:32} {statistics.median(seconds):6.2f} s   {spread}")


def main() -> None:
    """Runs both measurements in turn."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    helps: list[float] = []
    stages: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as workspace:
        for _ in range(runs + 1):
            helps.append(help_seconds())
            stages.append(first_evaluation_seconds(workspace))
    report("automl --help", helps[1:])
    for stage in stages[1]:
        report(f"automl search: {stage}", [seen[stage] for seen in stages[1:]])


if __name__ == "__main__":
    main()
