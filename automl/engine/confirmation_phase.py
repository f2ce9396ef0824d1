"""The last phase of a search: the best trials are trained again, and no new point is tried.

A confirmation is a trial of its own, with the parameters of another. Samplers, pruners and limits never see it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

import optuna
from optuna.pruners import NopPruner
from optuna.samplers import RandomSampler
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial

from automl.core import Confirmation, StopReason, StudyRecord, TrialRecord, keeps_model
from automl.engine.open_study import OpenStudy
from automl.engine.search_settings import ConfirmationRules
from automl.selection import ROUNDS, finalists, is_confirmed_by
from automl.storage import Study, attributes
from automl.storage.coordination import Driver

SLACK = 1.25
"""Factor of the expected time, because trials of one kind differ, and workers begin anew."""

SECONDS_TO_BEGIN = 1.0
"""Time that each trial takes beside its own."""

SECONDS_OF_WORKERS = 30.0
"""Time beyond the share in which workers may begin, if the search has no time budget: a resumed one starts new ones."""

SECONDS_OF_LOOKS = 2.0
"""Time between two looks at the clock."""


class ConfirmationPhase:
    """Decides when the search turns to confirmations, creates them, and gives them out in the order of rounds.

    Args:
        opened: the study as Optuna sees it.
        stored: the same study in the database.
        driver: the registration of this process as a driver of the study.
        rules: when and how long; None: nothing is confirmed.
        deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        has_best: returns whether the best model of a trial is kept; others cannot win, so they are not confirmed.
    """

    def __init__(
        self,
        opened: OpenStudy,
        stored: Study,
        driver: Driver,
        rules: ConfirmationRules | None,
        deadline: float | None,
        has_best: Callable[[TrialRecord], bool],
    ) -> None:
        self._has_best = has_best
        self._mirror = opened.mirror
        self._stored = stored
        self._driver = driver
        self._rules = rules
        self._started = time.monotonic()
        self._looks_at = 0.0
        self._numbers: tuple[int, ...] = ()
        self._has_left_out = False
        self.deadline = deadline
        """End of the search: that of its time budget or, if it is earlier, that of the time for confirmations."""
        self.reason: StopReason | None = None
        """Why no new point is tried any more; None before the phase has begun."""
        self.note = ""
        """Why nothing is confirmed, for the user; empty if there is nothing to say."""
        self._study = optuna.load_study(
            study_name=stored.name, storage=opened.mirror, sampler=RandomSampler(seed=0), pruner=NopPruner()
        )

    def is_due(self) -> bool:
        """Return whether so little of the time budget is left that the confirmations must begin."""
        rules, now = self._rules, time.monotonic()
        if rules is None or rules.seconds is None or self.deadline is None:
            return False
        share = rules.share * rules.seconds
        if now < max(self.deadline - share, self._looks_at):
            return False
        study = self._stored.record()
        begins_at = self.deadline - min(share, _expected(rules, study, self._finalists(study)))
        self._looks_at = now + (begins_at - now) / 2  # the best trials may change until then, so it looks again
        return now >= begins_at - SECONDS_OF_LOOKS

    def begin(self, reason: StopReason) -> bool:
        """Create the confirmations that the best trials lack, unless there is no time or nothing to confirm.

        Args:
            reason: why no new point is tried.

        Returns:
            Whether the phase has begun.
        """
        rules = self._rules
        if rules is None:
            return False
        study = self._stored.record()
        best = self._finalists(study)
        if len(best) < 2 or not _open(study, best):
            return False
        self._rules = None
        allowed, expected = self._allowed(rules, study), _expected(rules, study, best)
        if rules.must_fit and expected > allowed:
            self.note = (
                f"The best trials were not confirmed: training {len(best)} of them {ROUNDS} times more was expected to "
                f"take {expected:.0f} s, and {rules.share:.0%} of the time are {allowed:.0f} s."
            )
            return False
        self._driver.run_locked(lambda: self._create(best))
        self._numbers, self.reason = tuple(trial.number for trial in best), reason
        ends_at = time.monotonic() + allowed + SECONDS_OF_WORKERS
        self.deadline = ends_at if self.deadline is None else min(self.deadline, ends_at)
        return True

    def outdated(self) -> list[Trial]:
        """Start the waiting confirmations of trials that are not among the best any more, so that they can be ended.

        It looks once. What is among the best for a driver that has the models of others is left to that driver.
        """
        if self._rules is None or self._has_left_out:
            return []
        self._has_left_out = True
        study = self._stored.record()
        best = {trial.number for trial in [*self._finalists(study), *finalists(study, lambda _: True)]}

        def claimed() -> list[Trial]:
            self._mirror.read_again()
            known = [each for each in self._mirror.confirmations() if _confirms(each).trial not in best]
            return [trial for each in known if (trial := self._claimed(each)) is not None]

        return self._driver.run_locked(claimed)

    def next(self) -> Trial | None:
        """Start the next confirmation, the earliest round first; None if none waits."""

        def claimed() -> Trial | None:
            self._mirror.read_again()
            known = sorted(self._unfinished(), key=lambda trial: (_confirms(trial).round, trial.number))
            return next((trial for each in known if (trial := self._claimed(each)) is not None), None)

        return self._driver.run_locked(claimed)

    def _claimed(self, known: FrozenTrial) -> Trial | None:
        """Start a trial; None if it does not wait."""
        trial_id = known._trial_id
        if known.state is not TrialState.WAITING:
            return None
        if not self._mirror.set_trial_state_values(trial_id, TrialState.RUNNING):
            return None
        self._driver.claim(known.number)
        return Trial(self._study, trial_id)

    def is_done(self) -> bool:
        """Return whether no confirmation of these trials waits or runs, in this process or in another."""
        return not self._unfinished()

    def confirmed_by(self, trial: Trial) -> Confirmation:
        """Return what `trial` confirms."""
        return _confirms(self._mirror.get_trial(trial._trial_id))

    def _finalists(self, study: StudyRecord) -> list[TrialRecord]:
        return finalists(study, lambda number: self._has_best(study.trials[number]))

    def _allowed(self, rules: ConfirmationRules, study: StudyRecord) -> float:
        """Return the seconds that the confirmations may take from now on."""
        now = time.monotonic()
        if self.deadline is not None and rules.seconds is not None:
            share = rules.share * rules.seconds
            if self.deadline - now <= share:
                return self.deadline - now + SECONDS_OF_LOOKS
        costs = [trial.cost for trial in study.proposed if trial.cost is not None]
        spent = sum(cost.seconds / cost.members for cost in costs) / rules.slots
        allowed = max(now - self._started, spent) * rules.share / (1 - rules.share)
        return allowed if self.deadline is None else min(allowed, self.deadline - now)

    def _create(self, best: Sequence[TrialRecord]) -> None:
        for confirmation in _missing(self._stored.record(), best):
            origin = self._frozen(confirmation.trial)
            template = create_trial(
                state=TrialState.WAITING,
                params=origin.params,
                distributions=origin.distributions,
                user_attrs={attributes.CONFIRMS: asdict(confirmation)},
            )
            self._mirror.create_new_trial(self._study._study_id, template)

    def _unfinished(self) -> list[FrozenTrial]:
        known = self._mirror.confirmations()
        return [each for each in known if not each.state.is_finished() and _confirms(each).trial in self._numbers]

    def _frozen(self, number: int) -> FrozenTrial:
        study_id = self._study._study_id
        return self._mirror.get_trial(self._mirror.get_trial_id_from_study_id_trial_number(study_id, number))


def _expected(rules: ConfirmationRules, study: StudyRecord, best: Sequence[TrialRecord]) -> float:
    """Return the seconds that the open confirmations are expected to take, from what the trials took."""
    each = [_seconds(study.trials[confirmation.trial]) + SECONDS_TO_BEGIN for confirmation in _open(study, best)]
    return SLACK * max(*each, sum(each) / rules.slots) if each else 0.0


def _seconds(trial: TrialRecord) -> float:
    """Return the time that a trial took, without what it shares with others."""
    if trial.cost is None:
        return 0.0
    if trial.cost.pretraining_loss is not None:  # a stage on other rows, with another seed, is shared with no trial
        return trial.cost.seconds
    return max(0.0, trial.cost.seconds - trial.cost.shared_seconds)


def _open(study: StudyRecord, best: Sequence[TrialRecord]) -> list[Confirmation]:
    """Return the confirmations that are still to be run: those that wait or run, and those that do not exist yet."""
    missing = _missing(study, best)
    unfinished = {each.confirms for each in study.confirmations if each.ended is None}
    return [each for each in _wanted(best) if each in missing or each in unfinished]


def _missing(study: StudyRecord, best: Sequence[TrialRecord]) -> list[Confirmation]:
    """Return the confirmations that do not exist yet, the first round first."""
    known = {each.confirms for each in study.confirmations if each.ended is None or _counts(study, each)}
    return [each for each in _wanted(best) if each not in known]


def _wanted(best: Sequence[TrialRecord]) -> list[Confirmation]:
    return [Confirmation(trial.number, number) for number in range(1, ROUNDS + 1) for trial in best]


def _counts(study: StudyRecord, confirmation: TrialRecord) -> bool:
    """Return whether a confirmation that has ended is not repeated: it has a score, or its point has failed."""
    if confirmation.confirms is None or not keeps_model(confirmation.number, confirmation.end):
        return True
    return is_confirmed_by(study.trials[confirmation.confirms.trial], confirmation)


def _confirms(trial: FrozenTrial) -> Confirmation:
    confirms = attributes.read_confirms(trial.user_attrs)
    if confirms is None:
        raise ValueError(f"trial {trial.number} confirms no other")
    return confirms
