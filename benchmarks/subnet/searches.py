"""Searches of one space each, as a user starts them, and the models that they keep."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from automl.core import StudyRecord, Workspace
from automl.storage import StudyStore, sqlite_url
from benchmarks.subnet.latency import latency

MOST_KEPT = 50
"""Models that a study keeps: enough to see the small ones beside the best."""


@dataclass(frozen=True)
class Model:
    """A kept model of a search. `accuracy` is that of its best evaluation on the validation split."""

    space: str
    seed: int
    trial: int
    accuracy: float
    milliseconds: float
    parameters: int


@dataclass(frozen=True)
class Searched:
    """What a search came to: its trials, its winner, the winner's accuracy on the test split, and all it has kept."""

    space: str
    seed: int
    trials: int
    test: float
    winner: int
    models: tuple[Model, ...]


def search(folder: Path, source: str, space: str, seed: int, seconds: float, texts: Sequence[str]) -> Searched | None:
    """Searches `space` for so many seconds, and times what it keeps on `texts`; None if the search failed."""
    study, runs = f"{space}-{seed}", folder / "runs"
    words = ["search", source, "--space", space, "--seed", seed, "--time-budget", f"{seconds:g}s", "--study", study]
    words += ["--metric", "accuracy", "--keep-checkpoints", MOST_KEPT, "--workspace", runs, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "automl", *map(str, words)], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        print(f"the search {study} failed with {done.returncode}, and is left out", flush=True)
        return None
    facts = json.loads(done.stdout)
    record = StudyStore(sqlite_url(runs)).study(study).record()
    test = facts["scores"]["winner"]["test"]["accuracy"]
    models = tuple(_models(record, Workspace(runs), space, seed, texts))
    return Searched(space, seed, facts["trials"], test, facts["trial"], models)


def _models(record: StudyRecord, workspace: Workspace, space: str, seed: int, texts: Sequence[str]) -> list[Model]:
    found, folders = [], workspace.study(record.name)
    for trial in record.trials:
        folder, best = folders.model(trial.number), trial.best
        if not folder.is_dir() or best is None or best.is_look or trial.cost is None:
            continue
        milliseconds = latency(folder, texts)
        found.append(Model(space, seed, trial.number, best.metrics["accuracy"], milliseconds, trial.cost.parameters))
    return found
