"""`python -m benchmarks.gpu`: texts a second on a GPU, of our trainer and of transformers' `Trainer`, one by one.

It takes under six minutes on an H100, writes JSON and a plot, and prints a table. Without a GPU it says so and stops.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from benchmarks.gpu.report import plot, table
from benchmarks.gpu.task import LENGTHS, WANTED

ROOT = Path(__file__).parents[2]
SIDE_BY_SIDE, PROCESSES = "Trainer, 8 processes", 8

LIMIT = 120.0
"""Seconds that a contender may take for all models."""


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement (%(default)s)")
    parser.add_argument("--before", type=Path, help="another checkout of this project, which is measured, too")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "gpu.json")
    parser.add_argument("--plot", type=Path, default=ROOT / "benchmarks" / "plots" / "gpu.png")
    parser.add_argument(
        "--lengths", nargs="*", default=["short", "long"], choices=LENGTHS, help="of texts (%(default)s)"
    )
    parser.add_argument("--only", nargs="*", help="contenders, by the beginnings of their names")
    chosen = parser.parse_args()
    if not torch.cuda.is_available():
        print("This benchmark needs a GPU that torch sees, and there is none here, so nothing was measured.")
        return
    card = torch.cuda.get_device_name()
    print(f"{card}, torch {torch.__version__}, {chosen.seconds:g} s a measurement", flush=True)
    os.environ[WANTED] = ",".join(chosen.lengths)
    found = []
    for name, module, kind, folder in contenders(chosen.before):
        if not chosen.only or any(name.startswith(start) for start in chosen.only):
            found += measured(name, module, kind, folder, chosen.seconds)
    if not chosen.only or any(SIDE_BY_SIDE.startswith(start) for start in chosen.only):
        found += side_by_side(chosen.seconds)
    told = {"card": card, "torch": torch.__version__, "seconds": chosen.seconds, "found": found}
    chosen.out.write_text(json.dumps(told, indent=1) + "\n")
    print(table(found))
    plot(found, card, chosen.plot)


def contenders(before: Path | None) -> list[tuple[str, str, str, Path]]:
    """The name, module, kind and checkout of each."""
    known = [
        ("Trainer, defaults", "hf", "defaults", ROOT),
        ("Trainer, no cuDNN", "hf", "no-cudnn", ROOT),
        ("ours, eager", "ours", "eager", ROOT),
        ("ours, graphs", "ours", "graphs", ROOT),
        *((f"ours, pack of {count}", "packs", str(count), ROOT) for count in (4, 16, 32)),
    ]
    return known if before is None else [*known, ("ours, before", "ours", "as-it-is", before)]


def side_by_side(seconds: float) -> list[dict[str, object]]:
    """The texts a second of several Trainers together, which begin at the same time and train the same models."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        runs = pool.map(lambda _: measured(SIDE_BY_SIDE, "hf", "no-cudnn", ROOT, seconds, tell=False), range(PROCESSES))
        rows = [row for run in runs for row in run]
    sums: dict[tuple[object, object], list[float]] = defaultdict(list)
    for row in rows:
        sums[row["model"], row["texts"]].append(float(str(row["samples_per_second"])))
    found: list[dict[str, object]] = [
        {
            "contender": SIDE_BY_SIDE,
            "model": model,
            "texts": texts,
            "samples_per_second": sum(each),
            "processes": len(each),
        }
        for (model, texts), each in sums.items()
    ]
    for row in found:
        print(json.dumps(row), flush=True)
    return found


def measured(
    name: str, module: str, kind: str, folder: Path, seconds: float, *, tell: bool = True
) -> list[dict[str, object]]:
    """What one contender prints, in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.gpu.{module}", kind, str(seconds)]
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True
    )
    try:
        printed, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
    rows = [{**json.loads(line), "contender": name} for line in printed.splitlines() if line.startswith("{")]
    for row in rows if tell else []:
        print(json.dumps(row), flush=True)
    if process.returncode != 0:
        print(f"{name} ended with code {process.returncode} after {len(rows)} measurements", flush=True)
    return rows


if __name__ == "__main__":
    main()
