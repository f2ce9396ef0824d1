"""Ray Tune with OptunaSearch and ASHA, written as Ray's guides on fault tolerance and on Optuna recommend.

    python -m benchmarks.faults.peer FOLDER [KEEP]

Starts the search in FOLDER, or restores the one that was interrupted there. The trainable saves a checkpoint with each
result and goes on from the last one; Optuna's study lies in SQLite; results and checkpoints in a persistent folder.

The guides leave `num_to_keep` alone, and Tune then saves its own state every 10 s or more. With KEEP (1) it also does
so whenever a trial has saved that many checkpoints (which it warns of as a bottleneck), and a torn state is survived.

Sources: https://docs.ray.io/en/latest/tune/tutorials/tune-fault-tolerance.html,
https://docs.ray.io/en/latest/tune/api/doc/ray.tune.search.optuna.OptunaSearch.html
"""

import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ray
from optuna.storages import RDBStorage
from ray import tune
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search import ConcurrencyLimiter
from ray.tune.search.optuna import OptunaSearch

from benchmarks.faults.contender import SEED, SLOTS, STEPS, TRIALS

TRIAL_SECONDS = 2.5
EXPERIMENT, STUDY, DATABASE, WORK = "search", "peer", "optuna.db", "work.jsonl"


class Peer:
    """The contender; the engine itself runs in a process of its own."""

    study = STUDY

    def __init__(self, name: str, keep: int | None) -> None:
        self.name = name
        self._keep = keep

    def command(self, folder: Path, *, again: bool) -> list[str]:
        """The process that searches; it restores what it finds, as Ray advises."""
        keep = [] if self._keep is None else [str(self._keep)]
        return [sys.executable, "-m", "benchmarks.faults.peer", str(folder), *keep]

    def prepare(self, folder: Path) -> None:
        """Nothing: the training is made up."""

    def database(self, folder: Path) -> Path:
        """Optuna's tables."""
        return folder / DATABASE

    def evaluations(self, folder: Path, logs: list[Path]) -> list[tuple[str, int]]:
        """What the trainables noted."""
        work = folder / WORK
        lines = work.read_text().splitlines() if work.exists() else []
        return [(_name(rate), step) for rate, step in map(json.loads, lines)]

    def trial(self, number: int, params: Mapping[str, float]) -> str:
        """Its learning rate, which no other trial has: Tune and Optuna give it different names."""
        return _name(params["learning_rate"])


def _name(rate: float) -> str:
    return f"{rate:.12g}"


def train(config: dict[str, Any]) -> None:
    """A made-up training of `TRIAL_SECONDS`, which can go on from each of its results."""
    reached = 0
    if checkpoint := tune.get_checkpoint():
        with checkpoint.as_directory() as saved:
            reached = json.loads(Path(saved, "state.json").read_text())["step"]
    for step in STEPS:
        if step <= reached:
            continue
        time.sleep(TRIAL_SECONDS * (step - reached) / STEPS[-1])
        reached = step
        with tempfile.TemporaryDirectory() as saved:
            Path(saved, "state.json").write_text(json.dumps({"step": step}))
            with Path(config["folder"], WORK).open("a") as work:
                work.write(json.dumps([config["learning_rate"], step]) + "\n")
            tune.report(
                {"accuracy": accuracy(config, step), "step": step}, checkpoint=tune.Checkpoint.from_directory(saved)
            )


def accuracy(config: dict[str, Any], step: int) -> float:
    """Best near a learning rate of 0.001, rising with the steps, and noisy."""
    rate, dropout = float(config["learning_rate"]), float(config["dropout"])
    noise = random.Random(f"{rate} {step}").gauss(0, 0.02)
    goal = 0.9 - 0.1 * (math.log10(rate) + 3) ** 2 - 0.2 * dropout
    return goal * (1 - math.exp(-step / 20)) + noise


def new_search(folder: Path, keep: int | None) -> tune.Tuner:
    """A search that has not been started."""
    search = OptunaSearch(
        metric="accuracy",
        mode="max",
        seed=SEED,
        study_name=STUDY,
        storage=RDBStorage(f"sqlite:///{folder / DATABASE}", engine_kwargs={"connect_args": {"timeout": 60}}),
    )
    return tune.Tuner(
        train,
        param_space=space(folder),
        tune_config=tune.TuneConfig(
            metric="accuracy",
            mode="max",
            num_samples=TRIALS,
            reuse_actors=True,
            search_alg=ConcurrencyLimiter(search, max_concurrent=SLOTS),
            scheduler=ASHAScheduler(time_attr="step", grace_period=9, max_t=STEPS[-1], reduction_factor=3),
        ),
        run_config=tune.RunConfig(
            name=EXPERIMENT,
            storage_path=folder.as_posix(),
            failure_config=tune.FailureConfig(max_failures=2),
            checkpoint_config=tune.CheckpointConfig(num_to_keep=keep),
            verbose=1,
        ),
    )


def restored_search(folder: Path, keep: int | None) -> tune.Tuner:
    """The search that was interrupted. The guides leave the space out; with it, one whose state is torn starts over."""
    return tune.Tuner.restore(
        (folder / EXPERIMENT).as_posix(),
        trainable=train,
        param_space=None if keep is None else space(folder),
        resume_unfinished=True,
        restart_errored=True,
    )


def space(folder: Path) -> dict[str, Any]:
    """Two parameters to search, and where to note the work."""
    return {
        "learning_rate": tune.loguniform(1e-5, 1e-1),
        "dropout": tune.uniform(0.0, 0.5),
        "folder": folder.as_posix(),
    }


def main() -> None:
    """Starts or restores the search, and ends with an error if a trial did."""
    folder = Path(sys.argv[1]).resolve()
    keep = int(sys.argv[2]) if len(sys.argv) > 2 else None
    ray.init(address="local", num_cpus=SLOTS, include_dashboard=False)
    begun = tune.Tuner.can_restore((folder / EXPERIMENT).as_posix())
    tuner = restored_search(folder, keep) if begun else new_search(folder, keep)
    results = tuner.fit()
    print(f"{len(results)} trials, {results.num_errors} of them with an error")
    sys.exit(1 if results.num_errors or len(results) < TRIALS else 0)


if __name__ == "__main__":
    # Ray pickles what belongs to `__main__` by value: so workers need not find this module.
    main()
