"""The same search with actors that are reused, tuned as Ray's guides advise for short trials.

A class trainable whose actor keeps torch, transformers and the tokenized data for its next trial (`reuse_actors`,
`reset_config`); a step is an epoch of one `Trainer`, which runs on a thread and waits between steps. Result files for
TensorBoard, CSV and JSON are off, and Tune's own state is saved once a minute.

Sources: https://docs.ray.io/en/latest/tune/api/trainable.html, https://docs.ray.io/en/latest/tune/api/env.html
"""

import os
import queue
import threading
from pathlib import Path
from typing import Any

import ray
from ray import tune

from benchmarks.search.contenders.ray_search import run
from benchmarks.search.hf import Data, Told, best_model, load_data, tell_end, trainer
from benchmarks.search.space import point
from benchmarks.search.task import Task
from search_spaces import Point

SETTINGS = {"TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1", "TUNE_GLOBAL_CHECKPOINT_S": "60"}


def search(task: Task) -> Path | None:
    """The contender."""
    os.environ.update(SETTINGS)
    ray.init(address="local", num_cpus=task.slots, include_dashboard=False)
    trainable = tune.with_parameters(Actor, task=task, data=load_data(task))
    for trial, how in run(trainable, task, reuse_actors=True):
        tell_end(task, trial, how)
    return best_model(task)


class Stopped(Exception):
    """Ends the thread of a trial that is not to go on."""


class Training:
    """A trial on a thread: `step` lets it train one more epoch."""

    def __init__(self, trial: str, point: Point, task: Task, data: Data) -> None:
        self._go_on: queue.Queue[bool] = queue.Queue()
        self._results: queue.Queue[tuple[int, float] | BaseException] = queue.Queue()
        told = Told(task, trial, len(data.train), self._hand_over)
        self._trainer = trainer(point, task, data, told)
        self._thread = threading.Thread(target=self._train, daemon=True)
        self._thread.start()

    def step(self) -> tuple[int, float]:
        """The next epoch's number and score."""
        self._go_on.put(True)
        result = self._results.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def stop(self) -> None:
        """Ends the thread, which waits between two epochs."""
        self._go_on.put(False)
        self._thread.join()

    def _train(self) -> None:
        try:
            self._wait()
            self._trainer.train()
        except Stopped:
            pass
        except BaseException as error:
            self._results.put(error)

    def _hand_over(self, epoch: int, score: float) -> None:
        self._results.put((epoch, score))
        self._wait()

    def _wait(self) -> None:
        if not self._go_on.get():
            raise Stopped


class Actor(tune.Trainable):
    """One slot: it runs a trial after the other."""

    def setup(self, config: dict[str, Any], task: Task, data: Data) -> None:
        self._task, self._data = task, data
        self._training = self._begin(config)

    def step(self) -> dict[str, float]:
        epoch, score = self._training.step()
        return {"epoch": epoch, "accuracy": score}

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self._training.stop()
        self._training = self._begin(new_config)
        return True

    def cleanup(self) -> None:
        self._training.stop()

    def _begin(self, config: dict[str, Any]) -> Training:
        return Training(self.trial_id, point(config), self._task, self._data)
