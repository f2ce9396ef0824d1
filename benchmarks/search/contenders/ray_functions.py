"""Ray Tune with OptunaSearch and ASHA around `Trainer`, as the guides do it: a training function, an actor a trial.

`tune.with_parameters` shares the tokenized data, each epoch is reported with `tune.report`, ASHA stops weak trials
after 1, 3, 9, ... epochs, and Tune keeps everything else at its defaults.

Sources: https://docs.ray.io/en/latest/tune/api/doc/ray.tune.search.optuna.OptunaSearch.html,
https://docs.ray.io/en/latest/tune/examples/pbt_transformers.html
"""

from pathlib import Path
from typing import Any

import ray
from ray import tune

from benchmarks.search.contenders.ray_search import run
from benchmarks.search.hf import Data, Told, best_model, load_data, tell_end, trainer
from benchmarks.search.space import point
from benchmarks.search.task import Task


def search(task: Task) -> Path | None:
    """The contender."""
    ray.init(address="local", num_cpus=task.slots, include_dashboard=False)
    trainable = tune.with_parameters(train, task=task, data=load_data(task))
    for trial, how in run(trainable, task, reuse_actors=False):
        tell_end(task, trial, how)
    return best_model(task)


def train(config: dict[str, Any], task: Task, data: Data) -> None:
    """One trial."""

    def report(epoch: int, score: float) -> None:
        tune.report({"epoch": epoch, "accuracy": score})

    told = Told(task, tune.get_context().get_trial_id(), len(data.train), report)
    trainer(point(config), task, data, told).train()
