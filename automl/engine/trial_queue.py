"""Which trial begins next: one that waits, or a new one; any, or one whose model has the shape of another's."""

from collections.abc import Callable, Mapping

from optuna.trial import FrozenTrial, Trial, TrialState

from automl.engine.open_study import OpenStudy
from automl.engine.pbt_successors import PbtSuccessors
from automl.storage import attributes
from automl.storage.coordination import Driver
from search_spaces import Point, Space, Value, pack_shape, values_of_shape

FIXED = "fixed_params"
"""Attribute in which Optuna keeps values that a trial takes instead of sampled ones."""

FEW_LOSSES = 1
"""A trial that has lost its worker more often than this without progress runs alone, so that no other pays for it."""


class TrialQueue:
    """Starts trials in the study, and claims them for this driver.

    The study's lock keeps several drivers from exceeding a limit together.

    Args:
        opened: the study as Optuna sees it.
        driver: the registration of this process as a driver of the study.
        space: the space of the study.
        successors: population-based training.
        trials: limit on all trials of the study; None is no limit.
    """

    def __init__(
        self, opened: OpenStudy, driver: Driver, space: Space, successors: PbtSuccessors, trials: int | None
    ) -> None:
        self._opened = opened
        self._study = opened.study
        self._mirror = opened.mirror
        self._driver = driver
        self._space = space
        self._successors = successors
        self._trials = trials

    def next(self) -> Trial | None:
        """Start the next trial, a waiting one first; None if none may begin now."""

        def ask() -> Trial | None:
            self._successors.enqueue()
            return self._study.ask()

        return self._locked(ask)

    def next_like(self, trial: Trial) -> Trial | None:
        """Start another trial whose model has the shape of that of `trial`; None if none may begin now.

        Args:
            trial: a running trial, all of whose parameters are sampled.
        """
        if self._opened.grid is not None or self._opened.populations is not None:
            return None
        values = dict(trial.params)
        shape, fixed = pack_shape(self._space.replay(values)), values_of_shape(self._space, values)

        def ask() -> Trial | None:
            self._study._thread_local.cached_all_trials = None  # as `Study.ask` does: samplers see the latest trials
            for other in self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                if self._fits(other, shape) and self._mirror.set_trial_state_values(
                    other._trial_id, TrialState.RUNNING
                ):
                    return Trial(self._study, other._trial_id)
            return self._new(fixed)

        return self._locked(ask)

    def may_share(self, trial: Trial) -> bool:
        """Return whether a trial may share its worker with others: it has not lost too many."""
        return bool(trial.user_attrs.get(attributes.LOSSES, 0) <= FEW_LOSSES)

    def _locked(self, ask: Callable[[], Trial | None]) -> Trial | None:
        def claimed() -> Trial | None:
            self._mirror.read_again()
            if self._opened.is_done(self._trials):
                return None
            trial = ask()
            if trial is not None:
                self._driver.claim(trial.number)
            return trial

        return self._driver.run_locked(claimed)

    def _new(self, fixed: Mapping[str, Value]) -> Trial:
        trial_id = self._mirror.create_new_trial(self._study._study_id)
        self._mirror.set_trial_system_attr(trial_id, FIXED, dict(fixed))
        return Trial(self._study, trial_id)

    def _fits(self, trial: FrozenTrial, shape: Point | None) -> bool:
        if trial.user_attrs.get(attributes.LOSSES, 0) > FEW_LOSSES:
            return False
        if trial.user_attrs.get(attributes.BATCH_PARTS, 1) > 1:
            return False
        values = trial.params or trial.system_attrs.get(FIXED, {})
        try:
            return pack_shape(self._space.replay(values)) == shape
        except Exception:  # values are missing, or a user's own space rejects them; the trial reports it when it begins
            return False
