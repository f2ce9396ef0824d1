"""Optuna with two processes on one study, TPE and successive halving, around `Trainer`, as its tutorial does it.

The processes share the study through a journal file, which the tutorial on parallel optimization recommends over
SQLite; each runs `study.optimize` for the time that is left, and keeps imports and tokenized data from trial to trial.

Sources: https://optuna.readthedocs.io/en/stable/tutorial/10_key_features/004_distributed.html,
https://optuna.readthedocs.io/en/stable/reference/generated/optuna.pruners.SuccessiveHalvingPruner.html
"""

import multiprocessing
from pathlib import Path

import optuna
from optuna.pruners import SuccessiveHalvingPruner
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from benchmarks.search.contenders.optuna_suggest import suggest
from benchmarks.search.journal import ENDED, Event, Journal
from benchmarks.search.space import REDUCTION_FACTOR, default_values, point
from benchmarks.search.task import Task

NAME = "study"
HOW = {optuna.trial.TrialState.COMPLETE: "completed", optuna.trial.TrialState.PRUNED: "pruned"}


def search(task: Task) -> Path | None:
    """The contender. Whoever still trains when the time is over is stopped."""
    study = optuna.create_study(storage=_storage(task), study_name=NAME, direction="maximize")
    if task.defaults_first:
        study.enqueue_trial(default_values())
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=(task, number), daemon=True) for number in range(task.slots)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(max(0.0, task.remaining))
    for process in processes:
        process.terminate()
        process.join()
    from benchmarks.search.hf import best_model  # noqa: PLC0415 - this process needs no torch before the time is over

    return best_model(task)


def work(task: Task, number: int) -> None:
    """One of the processes."""
    from benchmarks.search.hf import Told, load_data, trainer  # noqa: PLC0415 - where torch is needed, and once

    data = load_data(task)

    def objective(trial: optuna.Trial) -> float:
        scores: list[float] = []

        def report(epoch: int, score: float) -> None:
            scores.append(score)
            trial.report(score, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned

        told = Told(task, str(trial.number), len(data.train), report)
        trainer(point(suggest(trial)), task, data, told).train()
        return scores[-1]

    def tell(_: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        Journal(task).tell(Event(ENDED, str(trial.number), task.elapsed, how=HOW.get(trial.state, "failed")))

    study = optuna.load_study(
        storage=_storage(task),
        study_name=NAME,
        sampler=TPESampler(seed=task.seed * task.slots + number),
        pruner=SuccessiveHalvingPruner(min_resource=1, reduction_factor=REDUCTION_FACTOR),
    )
    study.optimize(objective, timeout=task.remaining, callbacks=[tell])


def _storage(task: Task) -> JournalStorage:
    return JournalStorage(JournalFileBackend(str(task.folder / "journal.log")))
