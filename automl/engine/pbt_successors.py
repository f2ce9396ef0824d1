"""Who takes the place of a trial that was stopped: a new one, which goes on with the training of a better one."""

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
    """Population-based training between trials; of a study that has another pruner it does nothing.

    A trial never changes its parameters. So a member of a population does so by another trial
    (`PopulationHistory`), which is
    made when its turn comes to begin, from what SQL has by then: whoever drives the study then makes the same one.
    """

    def __init__(self, opened: OpenStudy, space: Space, seed: int, donors: ParentStates, size: int = SMALLEST) -> None:
        """A population has `size` members. States that others may go on from are kept by `donors`."""
        self._study = opened.study
        self._mirror = opened.mirror
        self._populations = opened.populations
        self._space = space
        self._seed = seed
        self._donors = donors
        self._size = size
        if self._populations is not None:
            self._mirror.refresh()
            self.tidy()

    def enqueue(self) -> None:
        """Makes the trial that is to follow one that was stopped, if there is one; but those that wait come first.

        Its parameters and its lineage come into the database with it, in one transaction. Only for who has the turn.
        """
        if self._populations is None or self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
            return
        for number, place in self._populations.unfollowed()[:1]:
            step = max(self._populations.trial(number).intermediate_values)
            seed = f"{self._seed} {number}"
            parent = self._parent(self._populations, number, step, seed)
            values = explore(self._space, self._populations.trial(parent).params, seed)
            lineage = Lineage(place.population, number, parent, step)
            self._study.enqueue_trial(values, user_attrs={attributes.LINEAGE: asdict(lineage)})

    def join(self, trial: Trial, point: AnyPoint) -> Lineage | None:
        """The place of a trial that begins; None where it has none, as a model has not that is fitted in one go."""
        if self._populations is None or not isinstance(point, Point):
            return None
        known = attributes.read_lineage(trial.user_attrs)
        if known is None:
            known = Lineage(self._populations.next_place(trial.number, self._size))
            trial.set_user_attr(attributes.LINEAGE, asdict(known))
        return known

    def inheritance(self, trial: Trial) -> Inheritance | None:
        """What a trial goes on from that has no state of its own yet."""
        lineage = attributes.read_lineage(trial.user_attrs)
        if self._populations is None or lineage is None or lineage.parent is None:
            return None
        try:
            point = self._space.replay(self._populations.trial(lineage.parent).params)
        except Exception:  # a user's own space may not be what it was when the parent began
            return None
        if not isinstance(point, Point):
            return None
        return Inheritance(self._donors.place(ParentState(lineage.parent, lineage.step)), point)

    def keep(self, number: int, step: int) -> None:
        """Keeps the state that a trial has saved at `step`, if others may go on from it, and drops what is worse."""
        if self._populations is None or step not in RUNGS:
            return
        if self._populations.is_wanted(number, step, self._size):
            self._donors.keep(ParentState(number, step))
        self.tidy()

    def tidy(self) -> None:
        """Drops the states that nobody will go on from: better ones have come, or the population is over."""
        if self._populations is not None:
            populations = self._populations
            self._donors.tidy(lambda donor: populations.is_wanted(donor.number, donor.step, self._size))

    def _parent(self, populations: PopulationHistory, stopped: int, step: int, seed: str) -> int:
        """Whose training goes on: one of the best at `step`, and of those one whose state is here, if there is any."""
        best = populations.best(populations.trial(stopped), step) or [stopped]
        here = [number for number in best if self._donors.has(ParentState(number, step))]
        return random.Random(seed).choice(here or best)  # nosec B311
