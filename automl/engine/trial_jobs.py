"""The jobs that workers get for the running trials."""

from dataclasses import replace

from automl.checkpoints import CheckpointRetention
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.running_trial import RunningTrial
from automl.engine.search_settings import SearchSettings
from automl.storage import attributes
from search_spaces import AnyPoint
from trials.protocol import TrialJob, evaluation_steps

SEEDS_APART = 7_919
"""Difference between the seeds of two rounds of confirmations."""


class JobMaker:
    """Makes the job of a running trial.

    Args:
        rules: the settings of the search.
        folders: the checkpoints of the trials.
        successors: population-based training, which knows what a trial inherits.
    """

    def __init__(self, rules: SearchSettings, folders: CheckpointRetention, successors: PbtSuccessors) -> None:
        self._rules = rules
        self._folders = folders
        self._successors = successors

    def of(self, running: RunningTrial, point: AnyPoint) -> TrialJob:
        """Return the job of a trial.

        Args:
            running: the trial, of which what it has done before is known.
            point: its point.
        """
        rules, number, best = self._rules, running.trial.number, running.best
        budget = rules.budgets.of(point)
        fresh = None if running.confirms is None else (rules.seed + SEEDS_APART * running.confirms.round) % 2**32
        return TrialJob(
            number=number,
            point=point,
            seed=rules.seed if fresh is None else fresh,
            budget_examples=budget,
            metric=rules.goals.first.name,
            checkpoint=self._folders.model(number),
            state=self._folders.state(number),
            steps=evaluation_steps(budget, rules.validation_rows),
            told=max(running.stored, default=0),
            earlier=best if best is not None and best.sample_rows is not None else None,
            best=None if best is None or best.is_look else best.metrics[rules.goals.first.name],
            batch_parts=running.trial.user_attrs.get(attributes.BATCH_PARTS, 1),
            cache=rules.cache,
            inherits=self._successors.inheritance(running.trial),
            precision=rules.precision,
            threads=rules.threads,
            folds=rules.folds and replace(rules.folds, done=running.folds),
            measures=rules.goals.measured,
            resplit=fresh,
        )
