"""Cached storage of a study that is searched: reads come from memory, and related writes share one transaction."""

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any

from optuna.distributions import BaseDistribution, check_distribution_compatibility
from optuna.trial import FrozenTrial, TrialState

from automl.storage.cache.insert_trial import begin_trial
from automl.storage.cache.pending_writes import PendingWrites
from automl.storage.cache.single_study_storage import SingleStudyStorage
from automl.storage.cache.trial_index import NEW_OR_NAMED, TrialCache, TrialIndex
from automl.storage.database import Database

MANY = 20
"""Number of trials from which on all trials are read at once instead of one by one."""


class CachedStorage(SingleStudyStorage):
    """Optuna's storage for one study that this process searches.

    The database stays authoritative. Each request for trials, but only the first one within `together`, runs one query
    for new and changed trials, and reads those. A trial that runs in this process changes only through this object.

    A write is in the database when the call returns; within `together`, when its block has ended.

    Args:
        database: the database of studies.
        study_id: Optuna's id of the study.
    """

    def __init__(self, database: Database, study_id: int) -> None:
        super().__init__(database.storage, study_id)
        self._database = database
        self._trials = TrialCache()
        self._ours: set[int] = set()
        self._pending = PendingWrites(database)
        self._begun_beyond = 0
        self._shown: list[FrozenTrial] | None = None
        self._is_fresh = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Collect the writes of the block in one transaction at its end; they are discarded if the block raises.

        Only the start of a trial is written immediately.
        """
        self._is_fresh = False
        try:
            with self._pending.together():
                yield
        finally:
            self._is_fresh = False

    def keep(self, index: TrialIndex) -> None:
        """Register `index` to follow the trials; it is up to date whenever `refresh` returns."""
        self._trials.keep(index)

    def begun(self) -> int:
        """Return the number of trials that run or have ended, in this process and in others, without confirmations."""
        self.refresh()
        return self._trials.begun + self._begun_beyond

    def confirmations(self) -> list[FrozenTrial]:
        """Return the trials that confirm others, in the order of their numbers."""
        self.refresh()
        return [self._trials.all[number] for number in sorted(self._trials.confirmations)]

    def read_again(self) -> None:
        """Make the next request read the changes of other drivers, even within `together`."""
        self._is_fresh = False

    @contextmanager
    def showing(self, trials: list[FrozenTrial]) -> Iterator[None]:
        """Make `get_all_trials` return only `trials` during the block."""
        before, self._shown = self._shown, trials
        try:
            yield
        finally:
            self._shown = before

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        """Return the study's trials in the order of their numbers, without those that confirm others.

        Args:
            study_id: ignored; there is one study only.
            deepcopy: whether to return copies that the caller may change.
            states: the states of the trials to return; None: all.
        """
        if self._shown is None:
            self.refresh()
        trials = self._trials.proposed if self._shown is None else self._shown
        if states is None:
            found = list(trials)
        elif any(state in states for state in TrialState if state.is_finished()):
            found = [trial for trial in trials if trial.state in states]
        else:  # requested at the start of every trial, when most trials have ended
            unfinished = (self._trials[trial_id] for trial_id in sorted(self._trials.unfinished))
            hidden = self._trials.confirmations
            found = [trial for trial in unfinished if trial.state in states and trial.number not in hidden]
        return [_copy(trial) for trial in found] if deepcopy else found

    def get_trial(self, trial_id: int) -> FrozenTrial:
        """Return a copy of the trial with the id `trial_id`."""
        if trial_id not in self._trials or trial_id in self._pending.lost:
            self.refresh()
        return _copy(self._trials[trial_id])

    def get_trial_system_attrs(self, trial_id: int) -> dict[str, Any]:
        """Return a copy of the attributes that samplers and pruners stored about the trial with the id `trial_id`."""
        return dict(self._trials[trial_id].system_attrs)

    def get_trial_id_from_study_id_trial_number(self, study_id: int, trial_number: int) -> int:
        """Return the id of a trial.

        Args:
            study_id: the id of the study.
            trial_number: the number of the trial.
        """
        if trial_number < len(self._trials.all):
            return self._trials.all[trial_number]._trial_id
        return self._storage.get_trial_id_from_study_id_trial_number(study_id, trial_number)

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        """Create a trial immediately, and return its id.

        Args:
            study_id: the id of the study; without a template it is ignored.
            template_trial: the trial to copy; None: a new running trial without parameters.
        """
        if template_trial is not None:
            trial_id = self._storage.create_new_trial(study_id, template_trial)
            self._is_fresh = False
            self.refresh()
            return trial_id
        count, last = len(self._trials.all), self._trials.last_id
        trial = self._database.run(lambda connection: begin_trial(connection, self._study_id, count, last))
        if trial.number > count:  # other drivers have created trials with lower numbers meanwhile
            self._is_fresh = False
            self.refresh()
        self._ours.add(trial._trial_id)
        self._trials.take(trial)
        return trial._trial_id

    def set_trial_state_values(self, trial_id: int, state: TrialState, values: Sequence[float] | None = None) -> bool:
        """Start a waiting trial, immediately, or end a running one.

        Args:
            trial_id: the id of the trial.
            state: the new state.
            values: the final values of the objectives; None if there are none.

        Returns:
            False if another process has already started the trial.
        """
        if not state.is_finished():
            done = self._storage.set_trial_state_values(trial_id, state, values)
            self._read([trial_id])
            if done:
                self._ours.add(trial_id)
            return done
        trial = self._changeable(trial_id)
        trial.state, trial.datetime_complete = state, datetime.now()
        trial.values = None if values is None else list(values)
        self._ours.discard(trial_id)
        self._trials.note(trial)
        with self._pending.of(trial_id) as writes:
            writes.end, writes.values = state, values or ()
        return True

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        """Store a parameter.

        Args:
            trial_id: the id of the trial.
            param_name: the name of the parameter.
            param_value_internal: its value in Optuna's internal representation.
            distribution: its distribution, which must be compatible with that in other trials.
        """
        trial = self._changeable(trial_id)
        check_distribution_compatibility(self._trials.distributions.setdefault(param_name, distribution), distribution)
        trial.params[param_name] = distribution.to_external_repr(param_value_internal)
        trial.distributions[param_name] = distribution
        with self._pending.of(trial_id) as writes:
            writes.parameters[param_name] = param_value_internal, distribution

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        """Store an intermediate value.

        Args:
            trial_id: the id of the trial.
            step: the step of the trial's budget.
            intermediate_value: the first objective at that step.
        """
        self._changeable(trial_id).intermediate_values[step] = intermediate_value
        with self._pending.of(trial_id) as writes:
            writes.intermediate_values[step] = intermediate_value

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        """Store a user attribute.

        Args:
            trial_id: the id of the trial.
            key: the name of the attribute.
            value: its value, which must be serializable as JSON.
        """
        self._changeable(trial_id).user_attrs[key] = value
        with self._pending.of(trial_id) as writes:
            writes.attributes[key] = value

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        """Store an attribute of a sampler or a pruner.

        Trials that were returned before do not change: Optuna's pruners rely on this, and would otherwise count the
        value of the current trial twice.

        Args:
            trial_id: the id of the trial.
            key: the name of the attribute.
            value: its value, which must be serializable as JSON.
        """
        trial = copy(self._changeable(trial_id))
        trial.system_attrs = {**trial.system_attrs, key: value}
        self._trials.take(trial)
        with self._pending.of(trial_id) as writes:
            writes.system_attributes[key] = value

    def _changeable(self, trial_id: int) -> FrozenTrial:
        trial = self._trials[trial_id]
        self.check_trial_is_updatable(trial_id, trial.state)
        return trial

    def refresh(self) -> None:
        """Read new trials, and those that others may have changed; only once within `together`."""
        if self._is_fresh:
            return
        asked = {"last": self._trials.last_id, "named": list(self._trials.unfinished | self._pending.lost)}
        rows = self._database.run(lambda connection: connection.execute(NEW_OR_NAMED, asked).all())
        found = [row for row in rows if row.study_id == self._study_id]
        self._read(row.trial_id for row in found if self._may_differ(row.trial_id, row.state))
        beyond = (row for row in found if row.trial_id not in self._trials)
        self._begun_beyond = sum(row.state != TrialState.WAITING for row in beyond)
        self._is_fresh = self._pending.are_collected

    def _may_differ(self, trial_id: int, state: TrialState) -> bool:
        if trial_id in self._pending.lost or trial_id not in self._trials:
            return True
        return self._trials[trial_id].state != state or (state == TrialState.RUNNING and trial_id not in self._ours)

    def _read(self, trial_ids: Iterable[int]) -> None:
        requested = set(trial_ids)
        if len(requested) > MANY:
            found = self._storage.get_all_trials(self._study_id, deepcopy=False)
            self._read_all(trial for trial in found if trial._trial_id in requested)
        else:
            self._read_all(self._storage.get_trial(trial_id) for trial_id in sorted(requested))

    def _read_all(self, trials: Iterable[FrozenTrial]) -> None:
        for trial in trials:
            self._ours.discard(trial._trial_id)
            if self._trials.take(trial):
                self._pending.lost.discard(trial._trial_id)


def _copy(trial: FrozenTrial) -> FrozenTrial:
    """Return a copy that can be changed without changing the original."""
    copied = copy(trial)
    copied.params, copied.distributions = dict(trial.params), dict(trial.distributions)
    copied.user_attrs, copied.system_attrs = dict(trial.user_attrs), dict(trial.system_attrs)
    copied.intermediate_values = dict(trial.intermediate_values)
    return copied
