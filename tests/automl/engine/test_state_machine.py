"""Any order of reports, ends, losses and deaths of the driver leaves a study that keeps the state contract."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from automl.core.events import TrialEnded
from automl.core.trial_states import DEFAULT_TRIAL, EFFECTS
from tests.automl.engine.helpers import NEW, Bench, ended, evaluated
from tests.automl.hpo.populations import begun
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob

MOST_TRIALS = 12
VALUES = st.floats(0, 1, allow_nan=False)
TRIAL_ENDS = st.sampled_from([TrialEnd.DIVERGED, TrialEnd.OUT_OF_MEMORY, TrialEnd.ERROR])


class StudyMachine(RuleBasedStateMachine):
    """The model is what a careful reader of the contract would note: each trial's end, steps and parameters."""

    pruner = "asha"

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Bench(self.folder)
        self.bench.create()
        self.jobs: dict[int, TrialJob] = {}
        self.steps: dict[int, list[int]] = {}
        self.values: dict[int, float] = {}
        self.params: dict[int, dict] = {}
        self.final: dict[int, TrialEnd] = {}
        self._restart()

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.store.close()
            shutil.rmtree(self.folder)

    def _restart(self) -> None:
        self.jobs.clear()
        self.ledger = self.bench.ledger(trials=MOST_TRIALS, pruner=self.pruner, population=4)

    def _next_step(self, number: int) -> int:
        return EVALUATION_STEPS[len(self.steps.get(number, []))]

    def _pick(self, draw: int) -> int:
        return sorted(self.jobs)[draw % len(self.jobs)]

    def _note_ends(self) -> None:
        for event in self.bench.events:
            if isinstance(event, TrialEnded):
                self.jobs.pop(event.number, None)
                if event.end != TrialEnd.PREEMPTED:
                    assert event.number not in self.final, "a trial ended twice"
                    self.final[event.number] = event.end
        self.bench.events.clear()

    @precondition(lambda self: len(self.jobs) < 4)
    @rule()
    def begin(self) -> None:
        self._begin()

    def _begin(self) -> None:
        job = self.ledger.begin()
        if job is None:
            assert len(self.final) + len(self.jobs) == MOST_TRIALS or self.ledger.over
            return
        assert job.number not in self.jobs and job.number not in self.final
        assert job.told == max(self.steps.get(job.number, []), default=0)
        params = self.bench.store.study(NEW.name).record().trials[job.number].params
        assert self.params.setdefault(job.number, dict(params)) == dict(params), "a trial keeps its parameters"
        self.jobs[job.number] = job

    @precondition(lambda self: self.jobs)
    @rule(draw=st.integers(0, 3), value=VALUES)
    def evaluate(self, draw: int, value: float) -> None:
        self._evaluate(self._pick(draw), value)

    def _evaluate(self, number: int, value: float) -> None:
        step = self._next_step(number)
        steps = self.steps.setdefault(number, [])
        last = step == EVALUATION_STEPS[-1]
        self.bench.save_model(number)
        goes_on = self.ledger.record(number, evaluated(step, value, TrialEnd.COMPLETED if last else None))
        steps.append(step)
        self.values[number] = value
        self._note_ends()
        assert goes_on == (number in self.jobs)
        if last:
            assert self.final[number] == TrialEnd.COMPLETED
        if number == DEFAULT_TRIAL:
            assert goes_on != last, "the default is never pruned"

    @precondition(lambda self: self.jobs)
    @rule(draw=st.integers(0, 3), end=TRIAL_ENDS)
    def end(self, draw: int, end: TrialEnd) -> None:
        number = self._pick(draw)
        assert not self.ledger.record(number, ended(end, "why"))
        self._note_ends()
        assert self.final[number] == end

    @precondition(lambda self: self.jobs)
    @rule(draw=st.integers(0, 3), out_of_memory=st.booleans())
    def lose_the_worker(self, draw: int, out_of_memory: bool) -> None:
        self.ledger.lose(self._pick(draw), "killed", out_of_memory=out_of_memory)
        self._note_ends()

    @precondition(lambda self: self.jobs)
    @rule(draw=st.integers(0, 3))
    def replace_the_worker(self, draw: int) -> None:
        number = self._pick(draw)
        self.ledger.end(number, TrialEnd.PREEMPTED, "grown")
        self._note_ends()
        assert number not in self.jobs and number not in self.final

    @rule()
    def kill_the_driver(self) -> None:
        self._restart()

    @rule()
    def stop_in_good_order(self) -> None:
        self.ledger.close()
        self._note_ends()
        assert not self.jobs
        self._restart()

    @invariant()
    def the_study_is_what_happened(self) -> None:
        if not hasattr(self, "bench"):
            return
        trials = self.bench.store.study(NEW.name).record().trials
        assert [trial.number for trial in trials] == list(range(len(trials)))
        assert len(trials) <= MOST_TRIALS
        for trial in trials:
            end = self.final.get(trial.number)
            if end is not None:
                assert (trial.end, trial.state) == (end, EFFECTS[end].state)
            else:
                assert trial.state == ("RUNNING" if trial.number in self.jobs else "WAITING")
            assert [evaluation.step for evaluation in trial.evaluations] == self.steps.get(trial.number, [])
            if self.steps.get(trial.number):
                assert trial.value == self.values[trial.number]
            kept = end in {None, TrialEnd.COMPLETED, TrialEnd.PRUNED} or trial.number == DEFAULT_TRIAL
            assert self.bench.checkpoint(trial.number).exists() == (kept and bool(trial.evaluations))
            assert self.bench.training_state(trial.number).exists() == (end is None and bool(trial.evaluations))


class PopulationMachine(StudyMachine):
    """The same contract where trials go on from others."""

    pruner = "pbt"

    @rule(values=st.lists(VALUES, min_size=4, max_size=4, unique=True))
    def bring_four_to_their_next_evaluation(self, values: list[float]) -> None:
        """The worst one last, who is stopped: among trials at random places hardly any would ever be."""
        for _ in range(4 - len(self.jobs)):
            self._begin()
        for number, value in zip(sorted(self.jobs), sorted(values, reverse=True), strict=False):
            self._evaluate(number, value)

    def _next_step(self, number: int) -> int:
        first = begun(self.jobs[number]) if number in self.jobs else 0
        return next(step for step in EVALUATION_STEPS if step > max(self.steps.get(number, [first])))

    @invariant()
    def a_lineage_is_that_of_one_population(self) -> None:
        if not hasattr(self, "bench"):
            return
        trials = self.bench.store.study(NEW.name).record().trials
        heirs = [trial for trial in trials if trial.lineage and trial.lineage.follows is not None]
        stopped = [heir.lineage.follows for heir in heirs]
        assert len(set(stopped)) == len(stopped), "two trials follow one"
        for heir in heirs:
            assert self.final[heir.lineage.follows] == TrialEnd.PRUNED
            assert heir.lineage.step == self.steps[heir.lineage.follows][-1]
            assert heir.lineage.step in self.steps[heir.lineage.parent]
            assert heir.lineage.population == trials[heir.lineage.parent].lineage.population
            assert min(self.steps.get(heir.number, [1])) in {1, _after(heir.lineage.step)}


def _after(step: int) -> int:
    return next(later for later in EVALUATION_STEPS if later > step)


TestStudyMachine = StudyMachine.TestCase
TestPopulationMachine = PopulationMachine.TestCase
TestStudyMachine.settings = settings(
    max_examples=14, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPopulationMachine.settings = settings(TestStudyMachine.settings, max_examples=6, stateful_step_count=30)
