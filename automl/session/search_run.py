"""Runs the search itself: connects a study, a driver and a cluster, and runs trials until the search ends."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from automl.checkpoints import CheckpointRetention, ParentStates
from automl.cluster import Cluster, HangDetector, TrialPlacer
from automl.cluster.gpu import MemoryEstimator
from automl.config import CONFIRM_SHARE, PBT, read_priors
from automl.console import Console
from automl.core import Event, Listener, SearchStarted, StopReason, WorkspaceError, earlier_trials, next_command
from automl.engine import ConfirmationRules, PbtSuccessors, SearchSettings, TrialManager, open_study
from automl.hpo.pbt import SMALLEST
from automl.planning import Plan
from automl.session.pace import expected_seconds, pack_sizes
from automl.session.paired_error import paired_error
from automl.session.signals import SignalHandler
from automl.storage import Study
from automl.storage.coordination import Driver
from search_spaces import Value
from trials.data import TrialData
from trials.protocol import Folds


@dataclass(frozen=True)
class SearchRun:
    """The objects that one search works with.

    Attributes:
        plan: what to search, and its limits.
        study: the study.
        driver: this process as a driver of the study.
        cluster: the Ray cluster that runs the trials.
        first: the data, tokenized for trial 0.
        tracker: receives every event, for MLflow.
        console: the user's terminal.
        checkpoints: keeps and removes the files of trials.
    """

    plan: Plan
    study: Study
    driver: Driver
    cluster: Cluster
    first: TrialData
    tracker: Listener
    console: Console
    checkpoints: CheckpointRetention

    def run(self, signals: SignalHandler) -> StopReason:
        """Search until a limit is reached, a signal arrives, or a user requests the end.

        Args:
            signals: the signal handler, which stops the search at the first signal.

        Returns:
            Reason why the search ended.

        Raises:
            WorkspaceError: the disk or the database can no longer be used. The study is intact and can be resumed.
        """
        from automl.cluster import DatasetRefs, ProgressMetrics, run_search  # noqa: PLC0415 - Ray must have read its settings first

        plan, begun = self.plan, time.monotonic()
        prepared, trial = plan.prepared, plan.experiment.trial
        encodings = DatasetRefs(
            prepared.dataset, prepared.max_length, plan.workspace.cache, self.first, plan.first_point
        )
        hang_detector = HangDetector(None if trial.report_timeout == "auto" else trial.report_timeout)
        metrics = ProgressMetrics(self.study.name)
        with self.console.watch(plan.defaults) as view:

            def tell(event: Event) -> None:
                self.tracker.notice(event)
                metrics.notice(event)
                view.notice(event)

            rules = self._rules(begun)
            tell(self._started(rules, begun))
            memory = MemoryEstimator(prepared.max_length, narrow=trial.precision != "fp32")
            placement = TrialPlacer(self.cluster, memory)
            manager = self._trial_manager(rules, tell, placement)
            signals.act(lambda: manager.stop(StopReason.INTERRUPTED))
            self.cluster.watch.act(lambda: self._end_without_ray(manager), self.driver.leave)
            reason = run_search(
                manager,
                encodings,
                self.cluster,
                placement,
                hang_detector,
                pack=pack_sizes(plan, self.cluster),
                say=self.console.say,
            )
        self.cluster.watch.rest()  # Ray is not needed any more, so it is no longer monitored
        if manager.unconfirmed_because:
            self.console.say(manager.unconfirmed_because)
        if manager.trouble:
            raise WorkspaceError(f"{manager.trouble}\n{self._go_on}")
        return reason

    @property
    def _go_on(self) -> str:
        return (
            f"Nothing of the study is lost. Resume it: {next_command(self.plan.workspace, 'resume', self.study.name)}"
        )

    def _end_without_ray(self, manager: TrialManager) -> None:
        self.console.say(f"error: a process of Ray has died, so the search ends. {self._go_on}")
        manager.stop(StopReason.CLUSTER)

    def _rules(self, begun: float) -> SearchSettings:
        plan, search = self.plan, self.plan.experiment.search
        return SearchSettings(
            goals=plan.goals,
            budgets=plan.prepared.budgets,
            trials=plan.trials,
            deadline=begun + plan.seconds if plan.seconds is not None else None,
            seed=search.seed,
            precision=plan.experiment.trial.precision,
            threads=max(1, int(self.cluster.slots.cpus)),
            validation_rows=len(plan.prepared.dataset.validation),
            cache=plan.workspace.cache,
            least_gain=paired_error(plan, self.study.name) if search.least_gain == "auto" else search.least_gain,
            folds=None if search.folds is None else Folds(search.folds, plan.experiment.data.seed),
            confirm=_confirmation_rules(plan, self.cluster.slots.count),
        )

    def _trial_manager(
        self, rules: SearchSettings, tell: Callable[[Event], None], placement: TrialPlacer
    ) -> TrialManager:
        plan, search = self.plan, self.plan.experiment.search
        priors, _ = read_priors(plan.space, search.priors)  # the loader of the experiment has rejected wrong priors
        self.driver.take_over()
        if self.driver.waits_for_others():
            self.console.say(
                "Another driver has running trials of this study. If it sends no heartbeat for "
                f"{search.grace_period:g} s, this driver resumes them."
            )
        self.checkpoints.sweep(self.study.record().trials)
        opened = open_study(
            self.study,
            sampler=search.sampler,
            pruner=search.pruner,
            seed=search.seed,
            driver=self.driver.ordinal,
            space=plan.space,
            defaults=plan.space.algorithm_defaults(),
            expected_seconds=expected_seconds(plan, self.cluster),
            deadline=rules.deadline,
            priors=priors,
            validation_rows=None if search.folds else rules.validation_rows,
            taken=partial(_taken, plan, placement) if plan.trials is None else tuple,
        )
        size = max(SMALLEST, self.cluster.slots.count) if search.population == "auto" else search.population
        parent_states = ParentStates(plan.workspace.study(self.study.name).parent_states, self.checkpoints.state)
        successors = PbtSuccessors(opened, plan.space, rules.seed, parent_states, size)
        return TrialManager(opened, self.study, self.driver, plan.space, rules, self.checkpoints, tell, successors)

    def _started(self, rules: SearchSettings, begun: float) -> SearchStarted:
        return SearchStarted(
            study=self.study.name,
            goals=rules.goals,
            slots=self.cluster.slots.count,
            trials=rules.trials,
            started=begun,
            deadline=rules.deadline,
            dashboard_url=self.cluster.dashboard_url,
            settings=self.plan.settings(),
            history=earlier_trials(self.study.record()),
        )


def _confirmation_rules(plan: Plan, slots: int) -> ConfirmationRules | None:
    """Return how the best trials are confirmed; None where they cannot be, or are not to be.

    Folds train each trial on several divisions of the rows anyway, and other rows would mix earlier and later times.
    """
    search = plan.experiment.search
    if search.confirm == "off" or search.folds is not None or search.pruner == PBT or not plan.goals.are_plain:
        return None
    if plan.experiment.data.time is not None:
        return None
    is_auto = search.confirm == "auto"
    share = CONFIRM_SHARE if isinstance(search.confirm, str) else search.confirm
    return ConfirmationRules(share, must_fit=is_auto, seconds=plan.seconds, slots=slots)


def _taken(plan: Plan, placement: TrialPlacer) -> list[Value | None]:
    """Return the algorithms whose trials would have to wait for what they need.

    With a limit of trials nobody asks: those that need what is free are the cheap ones, which would use the limit up.
    """
    space = plan.space
    points = zip(space.algorithms(), space.default_points(), strict=True)
    return [algorithm for algorithm, point in points if placement.is_taken(point)]
