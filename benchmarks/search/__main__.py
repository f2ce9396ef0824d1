"""Runs contenders in turns on the same data, space, slots and clock, and renders what came of it.

    python -m benchmarks.search --seconds 240 --seeds 3 --out DIR

For each seed, for each data set, each contender has its turn; results are written after each, so that a long run that
is cut short is not lost. `python -m benchmarks.search.report DIR` renders them again.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path

from benchmarks.search.contenders import CONTENDERS
from benchmarks.search.corpus import Corpus, prepare
from benchmarks.search.harness import run
from benchmarks.search.journal import WINNER, read_events
from benchmarks.search.machine import describe_machine
from benchmarks.search.report import render
from benchmarks.search.results import FILE, Results, Run
from benchmarks.search.score import test_accuracy
from benchmarks.search.space import ONE_ARCHITECTURE
from benchmarks.search.task import Task

DATASETS = "bbc-news,rotten-tomatoes"
EPOCHS = 9
REST = 3.0
"""Seconds between two turns."""


def main() -> None:
    """Parses, takes turns, renders."""
    chosen = _parse()
    if chosen.one_architecture:
        os.environ[ONE_ARCHITECTURE] = "1"
    folder = (chosen.out or Path(tempfile.mkdtemp(prefix="automl-search-"))).resolve()
    contenders = _available(chosen.contenders.split(","))
    print(f"Data, logs and results: {folder}", flush=True)
    corpora = [prepare(name, folder / "data" / Path(name).stem) for name in chosen.datasets.split(",")]
    _warm_up(contenders)
    results = Results(
        describe_machine(), chosen.seconds, chosen.epochs, chosen.slots, not chosen.cold, chosen.one_architecture, []
    )
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        for corpus in corpora:
            for name in contenders:
                results.runs.append(_turn(name, _task(name, corpus, seed, folder, chosen), corpus))
                (folder / FILE).write_text(json.dumps(asdict(results), indent=1))
                time.sleep(REST)
    print(f"\n{render(folder, chosen.report)}")


def _task(name: str, corpus: Corpus, seed: int, folder: Path, chosen: argparse.Namespace) -> Task:
    return Task(
        dataset=corpus.name,
        data=corpus.folder,
        folder=folder / f"{name}-{corpus.name}-{seed}",
        seconds=chosen.seconds,
        seed=seed,
        slots=chosen.slots,
        epochs=chosen.epochs,
        max_length=corpus.max_length,
        defaults_first=not chosen.cold,
        started=0.0,
    )


def _turn(name: str, task: Task, corpus: Corpus) -> Run:
    task = run(name, CONTENDERS[name], task)
    end, told = task.elapsed, read_events(task.folder)
    model = next((event.model for event in told if event.event == WINNER), None)
    done = Run(
        contender=name,
        dataset=task.dataset,
        seed=task.seed,
        seconds=task.seconds,
        train_rows=corpus.train_rows,
        events=[replace(event, model="") for event in told if event.seconds <= task.seconds],
        test_accuracy=None if model is None else test_accuracy(task.data, Path(model)),
        end=end,
    )
    best = "no score" if done.best is None else f"best {done.best:.4f}"
    counts = f"{done.epochs:.1f} epochs, {done.ended} of {done.started} trials ended"
    print(f"{task.dataset} seed {task.seed} {name:12} {counts}, {best}, {end:.0f} s in all", flush=True)
    return done


def _available(names: list[str]) -> list[str]:
    """Those that can run here; says why others cannot."""
    missing = {name: [need for need in CONTENDERS[name].needs if find_spec(need) is None] for name in names}
    for name in names:
        if missing[name]:
            wanted = " and ".join(missing[name])
            print(f"{name} is left out: it needs {wanted}; install them: make bench")
    return [name for name in names if not missing[name]]


def _warm_up(contenders: list[str]) -> None:
    """Imports what contenders import, so that the first one is not the only one to read it from the disk."""
    needed = {need for name in contenders for need in CONTENDERS[name].needs}
    modules = ["torch", "transformers.trainer", "mlflow", "optuna", "ray.tune", "sklearn", *sorted(needed)]
    modules = [module for module in modules if find_spec(module.partition(".")[0])]
    subprocess.run([sys.executable, "-c", f"import {', '.join(modules)}"], check=True, stderr=subprocess.DEVNULL)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each search (60)")
    parser.add_argument("--seeds", type=int, default=1, help="how many (1)")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--datasets", default=DATASETS, help=f"corpora or files ({DATASETS})")
    parser.add_argument("--contenders", default=",".join(CONTENDERS), help=f"some of {', '.join(CONTENDERS)}")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"full budget of a trial ({EPOCHS})")
    parser.add_argument("--slots", type=int, default=2, help="trials side by side, one thread each (2)")
    parser.add_argument("--cold", action="store_true", help="peers do not begin with the space's default point")
    parser.add_argument("--one-architecture", action="store_true", help="only the optimizer's parameters vary")
    parser.add_argument("--out", type=Path, help="new folder for all that is written; default: a temporary one")
    parser.add_argument(
        "--report", type=Path, help="Markdown file that receives the report; default: one in that folder"
    )
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.contenders.split(",")) - set(CONTENDERS)):
        parser.error(f"there is no contender {', '.join(unknown)}; choose from: {', '.join(CONTENDERS)}")
    if chosen.out is not None and chosen.out.exists():
        parser.error(f"--out must be a new folder, but {chosen.out} exists")
    return chosen


if __name__ == "__main__":
    main()
