"""Syne Tune with ASHA, and with ASHA and its model CQR, around `Trainer`, as its examples do it.

The local backend starts a script anew for each configuration, so each trial pays for its imports and tokenization. The
tuner looks for results once a second; the library's own 5 s are meant for longer trials.

MOBSTER, which earlier versions had, is not in 0.16; ASHACQR is the model-based ASHA that is.

Source: https://syne-tune.readthedocs.io/en/latest/getting_started.html
"""

import os
from pathlib import Path
from typing import Any

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.optimizer.baselines import ASHA, ASHACQR
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.tuner_callback import TunerCallback

from benchmarks.search.journal import ENDED, Event, Journal
from benchmarks.search.space import REDUCTION_FACTOR, default_values, dimensions
from benchmarks.search.task import Task
from search_spaces import Choice, Dimension, FloatRange, IntRange

TASK_VARIABLE = "BENCHMARK_TASK"
"""In the environment of trials: the file with the task."""

SECONDS_BETWEEN_LOOKS = 1.0


def asha(task: Task) -> Path | None:
    """The contender with random configurations."""
    return _search(task, ASHA)


def asha_cqr(task: Task) -> Path | None:
    """The contender with a model."""
    return _search(task, ASHACQR)


class Ends(TunerCallback):
    """Notes how trials end."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def on_trial_complete(self, trial: Any, result: dict[str, Any]) -> None:
        self._tell(trial, "completed")

    def on_trial_result(self, trial: Any, status: str, result: dict[str, Any], decision: str) -> None:
        if decision == SchedulerDecision.STOP:
            self._tell(trial, "completed" if result["epoch"] >= self._task.epochs else "pruned")

    def _tell(self, trial: Any, how: str) -> None:
        Journal(self._task).tell(Event(ENDED, str(trial.trial_id), self._task.elapsed, how=how))


def _search(task: Task, method: type[ASHA | ASHACQR]) -> Path | None:
    path = task.folder / "syne-task.json"
    task.write(path)
    os.environ[TASK_VARIABLE] = str(path)
    scheduler: TrialScheduler = method(
        {name: _domain(dimension) for name, dimension in dimensions().items()},
        metric="accuracy",
        time_attr="epoch",
        max_t=task.epochs,
        do_minimize=False,
        random_seed=task.seed,
        grace_period=1,
        reduction_factor=REDUCTION_FACTOR,
        points_to_evaluate=[default_values()] if task.defaults_first else None,
    )
    script = Path(__file__).with_name("syne_trial.py")
    Tuner(
        trial_backend=LocalBackend(entry_point=str(script), pass_args_as_json=True),
        scheduler=scheduler,
        stop_criterion=StoppingCriterion(max_wallclock_time=task.remaining),
        n_workers=task.slots,
        sleep_time=SECONDS_BETWEEN_LOOKS,
        tuner_name="syne",
        trial_backend_path=str(task.folder / "syne"),
        callbacks=[Ends(task)],
        save_tuner=False,
    ).run()
    from benchmarks.search.hf import best_model  # noqa: PLC0415 - this process needs no torch before the time is over

    return best_model(task)


def _domain(dimension: Dimension) -> Any:
    match dimension:
        case FloatRange(low, high, _, log):
            return loguniform(low, high) if log else uniform(low, high)
        case IntRange(low, high):
            return randint(low, high)
        case Choice(options):
            return choice(list(options))
