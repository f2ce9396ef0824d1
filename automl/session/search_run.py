"""Runs the search itself: connects a study, a driver and a cluster, and runs trials until the search ends."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automl.checkpoints import CheckpointRetention, ParentStates
from automl.cluster import Cluster, HangDetector
from automl.cluster.gpu import MemoryEstimator
from automl.config import read_priors
from automl.console import Console
from automl.core import Event, Listener, SearchStarted, StopReason, WorkspaceError, earlier_trials, next_command
from automl.engine import PbtSuccessors, SearchSettings, TrialManager, open_study
from automl.hpo.pbt import SMALLEST
from automl.planning import Plan
from automl.session.signals import SignalHandler
from automl.storage import StudyStore
from automl.storage.coordination import Driver
from search_spaces import Value
from trials.data import TrialData
from trials.protocol import Folds


def expected_seconds(plan: Plan, cluster: Cluster) -> Mapping[Value, float]:
    """Expected seconds of a full trial, by algorithm; empty on GPUs, for which there is no formula."""
    return {} if cluster.slots.gpus else plan.expected_seconds


@dataclass(frozen=True)
class SearchRun:
    """The objects that one search works with.

    Attributes:
        plan: what to search, and its limits.
        store: the database of the study.
        name: name of the study.
        driver: this process as a driver of the study.
        cluster: the Ray cluster that runs the trials.
        first: the data, tokenized for trial 0.
        tracker: receives every event, for MLflow.
        screen: the user's terminal.
        folders: keeps and removes checkpoints.
    """

    plan: Plan
    store: StudyStore
    name: str
    driver: Driver
    cluster: Cluster
    first: TrialData
    tracker: Listener
    screen: Console
    folders: CheckpointRetention

    def run(self, interruption: SignalHandler) -> StopReason:
        """Searches until a limit is reached, a signal arrives, or a user requests the end.

        Args:
            interruption: the signal handler, which stops the search at the first signal.

        Returns:
            Reason why the search ended.

        Raises:
            WorkspaceError: the disk or the database can no longer be used. The study is intact and can be resumed.
        """
        from automl.cluster import DatasetRefs, run_search  # noqa: PLC0415 - Ray must have read its settings first

        plan, begun = self.plan, time.monotonic()
        prepared, trial = plan.prepared, plan.experiment.trial
        encodings = DatasetRefs(
            prepared.dataset, prepared.max_length, plan.workspace.cache, self.first, plan.first_point
        )
        silence = HangDetector(None if trial.report_timeout == "auto" else trial.report_timeout)
        with self.screen.watch(plan.defaults) as view:

            def tell(event: Event) -> None:
                self.tracker.notice(event)
                view.notice(event)

            rules = self._rules(begun)
            tell(self._started(rules, begun))
            ledger = self._ledger(rules, tell)
            interruption.act(lambda: ledger.stop(StopReason.INTERRUPTED))
            self.cluster.watch.act(lambda: self._end_without_ray(ledger), self.driver.leave)
            reason = run_search(ledger, encodings, self.cluster, MemoryEstimator(prepared.max_length), silence)
        self.cluster.watch.rest()  # Ray is not needed any more, so it is no longer monitored
        if ledger.trouble:
            raise WorkspaceError(f"{ledger.trouble}\n{self._go_on}")
        return reason

    @property
    def _go_on(self) -> str:
        return f"The study is whole. Go on with it: {next_command(self.plan.workspace, 'resume', self.name)}"

    def _end_without_ray(self, ledger: TrialManager) -> None:
        self.screen.say(f"error: a process of Ray has died, and the search ends. {self._go_on}")
        ledger.stop(StopReason.CLUSTER)

    def _rules(self, begun: float) -> SearchSettings:
        plan, search = self.plan, self.plan.experiment.search
        return SearchSettings(
            metric=plan.metric,
            budgets=plan.prepared.budgets,
            trials=plan.trials,
            deadline=begun + plan.seconds if plan.seconds is not None else None,
            seed=search.seed,
            precision=plan.experiment.trial.precision,
            threads=max(1, int(self.cluster.slots.cpus)),
            validation_rows=len(plan.prepared.dataset.validation),
            cache=plan.workspace.cache,
            least_gain=search.least_gain,
            folds=None if search.folds is None else Folds(search.folds, plan.experiment.data.seed),
            further=plan.further,
            constraints=plan.goals.constraints,
        )

    def _ledger(self, rules: SearchSettings, tell: Callable[[Event], None]) -> TrialManager:
        plan, search = self.plan, self.plan.experiment.search
        priors, _ = read_priors(plan.space, search.priors)  # the loader of the experiment has rejected wrong priors
        self.driver.take_over()
        if self.driver.waits_for_others():
            self.screen.say(
                "Another driver has begun trials of this study and has not said that it ended. If it stays silent for "
                f"{search.grace_period:g} s, they go on here."
            )
        self.folders.sweep(self.store.record(self.name).trials)
        opened = open_study(
            self.store,
            self.name,
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
        )
        size = max(SMALLEST, self.cluster.slots.count) if search.population == "auto" else search.population
        donors = ParentStates(plan.workspace.donors(self.name), self.folders.state)
        succession = PbtSuccessors(opened, plan.space, rules.seed, donors, size)
        return TrialManager(opened, self.store, self.driver, plan.space, rules, self.folders, tell, succession)

    def _started(self, rules: SearchSettings, begun: float) -> SearchStarted:
        return SearchStarted(
            study=self.name,
            metric=rules.metric,
            maximize=self.plan.maximize,
            further=self.plan.further,
            constraints=self.plan.goals.constraints,
            slots=self.cluster.slots.count,
            trials=rules.trials,
            started=begun,
            deadline=rules.deadline,
            dashboard_url=self.cluster.dashboard_url,
            settings=self.plan.settings(),
            history=earlier_trials(self.store.record(self.name)),
        )
