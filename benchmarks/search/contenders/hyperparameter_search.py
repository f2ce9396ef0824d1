"""`Trainer.hyperparameter_search` with the Optuna backend, as transformers' guide does it: one process, two threads.

It reports to Optuna by optimizer step, so the first rung of successive halving lies at the fewest steps that an epoch
can have. The study lies in memory, and an alarm ends it when the time is over, in the middle of a trial.

Source: https://huggingface.co/docs/transformers/hpo_train
"""

import signal
from contextlib import suppress
from pathlib import Path

import optuna
import torch
from optuna.pruners import SuccessiveHalvingPruner
from optuna.samplers import TPESampler
from optuna.storages import InMemoryStorage
from optuna.trial import Trial, TrialState
from transformers import PreTrainedModel, Trainer

from benchmarks.search.contenders.optuna_suggest import suggest
from benchmarks.search.hf import Told, accuracy, arguments, best_model, build, fields, load_data, tell_end
from benchmarks.search.space import REDUCTION_FACTOR, default_values, dimensions, point
from benchmarks.search.task import Task

NAME = "study"
MOST_TRIALS = 10_000
HOW = {TrialState.COMPLETE: "completed", TrialState.PRUNED: "pruned"}


class TimeOver(Exception):
    """The alarm."""


def search(task: Task) -> Path | None:
    """The contender."""
    torch.set_num_threads(task.slots)
    trainer = _trainer(task)
    fewest_steps = len(trainer.train_dataset) // max(map(int, dimensions()["training.batch_size"].extremes()))
    storage = InMemoryStorage()
    study = optuna.create_study(storage=storage, study_name=NAME, direction="maximize")
    if task.defaults_first:
        study.enqueue_trial(default_values())
    signal.signal(signal.SIGALRM, _time_over)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, task.remaining))
    with suppress(TimeOver):
        trainer.hyperparameter_search(
            hp_space=lambda trial: fields(point(suggest(trial))),
            compute_objective=lambda metrics: metrics["eval_accuracy"],
            n_trials=MOST_TRIALS,
            direction="maximize",
            backend="optuna",
            storage=storage,
            study_name=NAME,
            load_if_exists=True,
            sampler=TPESampler(seed=task.seed),
            pruner=SuccessiveHalvingPruner(min_resource=fewest_steps, reduction_factor=REDUCTION_FACTOR),
        )
    for trial in study.trials:
        if trial.state in HOW:
            tell_end(task, str(trial.number), HOW[trial.state])
    return best_model(task)


def _trainer(task: Task) -> Trainer:
    """One `Trainer` for all trials: `model_init` makes each trial's model, and has its evaluations noted."""
    data = load_data(task)

    def model_init(trial: Trial | None) -> PreTrainedModel:
        if trial is None:
            return build(point(default_values()), task, data)
        trainer.remove_callback(Told)
        trainer.add_callback(Told(task, str(trial.number), len(data.train), lambda epoch, score: None))
        return build(point(suggest(trial)), task, data)

    # The search casts each value to the type of the field's old one: with the defaults' these are the right ones.
    trainer = Trainer(
        model_init=model_init,
        args=arguments(task, **fields(point(default_values()))),
        train_dataset=data.train,
        eval_dataset=data.validation,
        processing_class=data.tokenizer,
        compute_metrics=accuracy,
    )
    return trainer


def _time_over(*_: object) -> None:
    raise TimeOver
