"""Replaces a stopped trial of a population by a new trial, which continues the training of a better one."""

import random
from dataclasses import asdict

from optuna.trial import Trial, TrialState

from automl.checkpoints import ParentState, ParentStates
from automl.core import Lineage
from automl.engine.open_study import OpenStudy
from automl.hpo.pbt import RUNGS, SMALLEST, PopulationHistory, explore
from automl.storage import attributes
from search_spaces import AnyPoint, Point, Space
from trials.protocol import Inheritance


class PbtSuccessors:
    """Population-based training between trials; it does nothing if the study has another pruner.

    The parameters of a trial never change. A member of a population changes its parameters by a new trial instead (see
    `PopulationHistory`). That trial is created when it is due to begin, from the state in the database, so every driver
    of the study creates the same one.

    Args:
        opened: the study.
        space: the space of the study.
        seed: seed of the search, from which the changes of parameters are drawn.
        parent_states: the kept training states that other trials may continue from.
        size: members of a population.
    """

    def __init__(
        self, opened: OpenStudy, space: Space, seed: int, parent_states: ParentStates, size: int = SMALLEST
    ) -> None:
        self._study = opened.study
        self._mirror = opened.mirror
        self._populations = opened.populations
        self._space = space
        self._seed = seed
        self._parent_states = parent_states
        self._size = size
        if self._populations is not None:
            self._mirror.refresh()
            self.tidy()

    def enqueue(self) -> None:
        """Enqueue the trial that replaces the earliest stopped one, if any, unless another trial waits already.

        The trial is written with its parameters and lineage in one transaction. Call it only while the driver holds the
        study's lock.
        """
        if self._populations is None or self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return
        for number, lineage_of_stopped in self._populations.unfollowed()[:1]:
            step = max(self._populations.trial(number).intermediate_values)
            seed = f"{self._seed} {number}"
            parent = self._parent(self._populations, number, step, seed)
            values = explore(self._space, self._populations.trial(parent).params, seed)
            lineage = Lineage(lineage_of_stopped.population, number, parent, step)
            self._study.enqueue_trial(values, user_attrs={attributes.LINEAGE: asdict(lineage)})

    def join(self, trial: Trial, point: AnyPoint) -> Lineage | None:
        """Return the position of a trial that begins in a population, and store it if it is new.

        Args:
            trial: the trial that begins.
            point: its point.

        Returns:
            None if the study has no populations, or if the model is not trained in steps (not a `Point`).
        """
        if self._populations is None or not isinstance(point, Point):
            return None
        lineage = attributes.read_lineage(trial.user_attrs)
        if lineage is None:
            lineage = Lineage(self._populations.next_population(trial.number, self._size))
            trial.set_user_attr(attributes.LINEAGE, asdict(lineage))
        return lineage

    def inheritance(self, trial: Trial) -> Inheritance | None:
        """Return the training state from which `trial` starts if it has no state of its own yet.

        Returns:
            None if the trial has no parent, or if the space no longer yields a trainable point for the parent.
        """
        lineage = attributes.read_lineage(trial.user_attrs)
        if self._populations is None or lineage is None or lineage.parent is None:
            return None
        try:
            point = self._space.replay(self._populations.trial(lineage.parent).params)
        except Exception:  # a user's own space may not be what it was when the parent began
            return None
        if not isinstance(point, Point):
            return None
        return Inheritance(self._parent_states.folder(ParentState(lineage.parent, lineage.step)), point)

    def keep(self, number: int, step: int) -> None:
        """Keep a saved training state if others may continue from it, and drop the states that are no longer needed.

        Args:
            number: number of the trial.
            step: step at which the trial saved the state; steps that are no rung of the population are ignored.
        """
        if self._populations is None or step not in RUNGS:
            return
        if self._populations.is_needed(number, step, self._size):
            self._parent_states.keep(ParentState(number, step))
        self.tidy()

    def tidy(self) -> None:
        """Drop the states that no trial will continue from: better ones exist, or the population has ended."""
        if self._populations is not None:
            populations = self._populations
            self._parent_states.tidy(lambda parent: populations.is_needed(parent.number, parent.step, self._size))

    def _parent(self, populations: PopulationHistory, stopped: int, step: int, seed: str) -> int:
        """Choose the trial to continue: one of the best at `step`, preferably one whose state is kept locally."""
        best = populations.best(populations.trial(stopped), step) or [stopped]
        local = [number for number in best if self._parent_states.has(ParentState(number, step))]
        return random.Random(seed).choice(local or best)  # nosec B311
