from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import optuna
import pytest

from automl.core.objectives import Goals
from automl.engine.open_study import open_study
from automl.engine.trial_reporting import TrialReporter
from automl.hpo.objective_history import vectors_of
from automl.storage.study_store import StudyStore, sqlite_url
from tests.automl.engine.helpers import NEW, evaluated
from tests.automl.goals import MACRO_F1, goals_for
from trials.protocol import Evaluation

BOUNDED = goals_for("macro_f1", constraints=["latency_ms<=20", "recall>=0.5"])
TWO = goals_for("macro_f1", "latency_ms")


def measured(step: int, value: float, **more: float) -> Evaluation:
    evaluation = evaluated(step, value, **more).evaluation
    assert evaluation is not None
    return evaluation


class Scene:
    """A study with the reporter of its trials."""

    def __init__(self, store: StudyStore, goals: Goals, pruner: str = "asha") -> None:
        study = store.create(replace(NEW, name=store.free_name("s"), goals=goals), {})
        opened = open_study(study, sampler="random", pruner=pruner, seed=0, driver=0)
        self.study, self.reporter = opened.study, TrialReporter(opened, goals, 1_000)

    def begin(self, count: int = 1) -> optuna.Trial:
        """The last of `count` new trials."""
        return [self.study.ask() for _ in range(count)][-1]

    def frozen(self, trial: optuna.Trial) -> optuna.trial.FrozenTrial:
        return self.study.get_trials()[trial.number]

    def judge(self, trial: optuna.Trial, evaluation: Evaluation) -> str:
        self.reporter.report(trial, evaluation)
        return self.reporter.why_hopeless(trial, evaluation, ())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyStore]:
    store = StudyStore(sqlite_url(tmp_path_factory.mktemp("studies")))
    yield store
    store.close()


@pytest.fixture
def scene(store: StudyStore) -> Callable[..., Scene]:
    return partial(Scene, store)


@pytest.mark.parametrize(("pruner", "stops"), [("asha", True), ("patient", True), ("none", False)])
def test_a_trial_that_is_no_better_than_a_constant_is_stopped_after_a_third_of_its_budget(scene, pruner, stops):
    made = scene(MACRO_F1, pruner)
    default, blind, late = (made.begin() for _ in range(3))
    for step in (1, 9):
        for trial in (default, blind, late):
            assert made.judge(trial, measured(step, 0.333, mcc=0.0)) == "", "it may still begin to learn"
    assert made.judge(late, measured(27, 0.7, mcc=0.5)) == ""
    assert made.judge(default, measured(27, 0.7, mcc=0.0)) == "", "trial 0 is never stopped"
    why = made.judge(blind, measured(27, 0.7, mcc=0.0))
    assert why == ("it still is no better than a constant at 33% of the budget" if stops else "")


@pytest.mark.parametrize(("goals", "values", "vectors"), [(MACRO_F1, 2, 0), (BOUNDED, 2, 2), (TWO, 0, 2)])
def test_every_study_has_what_its_pruner_reads(scene, goals, values, vectors):
    made = scene(goals)
    trial = made.begin()
    assert made.reporter.reported(trial) == frozenset()
    for step in (1, 9):
        made.reporter.report(trial, measured(step, step / 10, latency_ms=7.0, recall=0.4))
    assert made.reporter.reported(trial) == {1, 9}
    frozen = made.frozen(trial)
    assert (len(frozen.intermediate_values), len(vectors_of(frozen))) == (values, vectors)
    if values:
        assert frozen.intermediate_values == {1: 0.1, 9: 0.9}
    if vectors:
        assert vectors_of(frozen)[9].losses == ((-0.9, 7.0) if goals is TWO else (-0.9,))
        assert (vectors_of(frozen)[9].violation > 0) == (goals is BOUNDED)


def test_a_trial_is_hopeless_at_the_rung_where_others_were_better_but_trial_0_never_is(scene):
    made = scene(MACRO_F1)
    trials = [made.begin() for _ in range(9)]
    for trial in reversed(trials[2:]):
        made.judge(trial, measured(9, 0.9))
    assert made.judge(trials[1], measured(9, 0.1)) == "its value at 11% of the budget"
    assert made.judge(trials[0], measured(9, 0.1)) == ""


def test_what_an_earlier_attempt_reported_is_not_decided_again(scene):
    made = scene(BOUNDED)
    trial, slow = made.begin(2), measured(1, 0.5, latency_ms=30.0)
    made.reporter.report(trial, slow)
    assert made.reporter.why_hopeless(trial, slow, {1}) == ""
    assert made.reporter.why_hopeless(trial, None, ()) == ""
    assert made.reporter.why_hopeless(trial, slow, {9}) != ""


def test_a_cost_in_use_that_is_too_high_stays_so_and_a_score_that_is_too_low_may_not(scene):
    made = scene(BOUNDED)
    first, slow, weak = made.begin(), made.begin(), made.begin()
    dear = measured(1, 0.5, latency_ms=31.24, recall=0.9)
    assert made.judge(slow, dear) == "latency_ms<=20 must hold, and it is 31.24"
    assert made.judge(first, dear) == ""
    assert made.judge(weak, measured(1, 0.5, latency_ms=20.0, recall=0.1)) == ""


def test_without_a_pruner_nothing_is_hopeless(scene):
    made = scene(BOUNDED, "none")
    assert made.judge(made.begin(2), measured(1, 0.5, latency_ms=1e9, recall=0.9)) == ""


def test_an_end_notes_how_far_each_constraint_was_from_being_kept(scene):
    made = scene(BOUNDED)
    kept, broken, failed = made.begin(), made.begin(), made.begin()
    made.reporter.constrain(kept, {"latency_ms": 20.0, "recall": 0.75}, trainable=True)
    made.reporter.constrain(broken, {"latency_ms": 40.0, "recall": 0.5}, trainable=True)
    made.reporter.constrain(failed, {}, trainable=False)
    assert made.frozen(kept).constraints == {"latency_ms<=20": 0.0, "recall>=0.5": pytest.approx(-1 / 3)}
    assert made.frozen(broken).constraints == {"latency_ms<=20": pytest.approx(0.5), "recall>=0.5": 0.0}
    worst = sum(made.frozen(failed).constraints.values())
    assert worst > len(BOUNDED.constraints), "worse than to violate every constraint"


def test_the_values_of_a_completed_trial_are_in_the_order_of_the_objectives(scene):
    metrics = {"latency_ms": 7.0, "accuracy": 0.1, "macro_f1": 0.5}
    assert scene(TWO).reporter.values(metrics) == [0.5, 7.0]


@pytest.mark.parametrize("pruner", ["asha", "patient", "none"])
def test_a_model_of_a_sample_is_stopped_only_if_all_rows_cannot_make_it_the_best(scene, pruner):
    made = scene(MACRO_F1, pruner)
    default, best, poor, good = (made.begin() for _ in range(4))
    made.judge(default, measured(81, 0.90))
    made.judge(best, measured(81, 0.98))

    def judge(trial: optuna.Trial, evaluation: Evaluation, *reported: int) -> str:
        made.reporter.report(trial, evaluation)
        return made.reporter.why_outclassed(trial, replace(evaluation, sample_rows=70), reported)

    assert judge(good, measured(8, 0.95)) == ""
    expected = "fitted to 70 training rows; it is not expected to be the best with all"
    assert judge(poor, measured(8, 0.80)) == ("" if pruner == "none" else expected)
    assert judge(poor, measured(26, 0.80), 26) == "", "it was decided in an earlier attempt"


@pytest.mark.parametrize(("pruner", "stops"), [("asha", True), ("none", False)])
def test_a_model_of_a_sample_is_stopped_if_there_is_no_time_for_the_next_one(scene, pruner, stops):
    made = scene(MACRO_F1, pruner)
    trial = made.begin(2)
    sample = replace(measured(8, 0.9), sample_rows=70, next_seconds=50.0)
    made.reporter.report(trial, sample)
    why = made.reporter.why_outclassed(trial, sample, (), 40.0)
    assert why == (
        "fitted to 70 training rows; the features of further ones are expected to take 50 s, and 40 s are left"
        if stops
        else ""
    )
    for evaluation, left in ((sample, 60.0), (sample, None), (replace(sample, next_seconds=None), 1.0)):
        assert made.reporter.why_outclassed(trial, evaluation, (), left) == ""


def test_trials_that_cannot_win_are_no_rivals_of_a_sample(scene):
    made = scene(goals_for("macro_f1", constraints=["recall>=0.5"]))
    failed, broken, trial = made.begin(2), made.begin(), made.begin()
    for other, recall in ((failed, 0.9), (broken, 0.1)):
        made.reporter.report(other, measured(54, 0.99, recall=recall))
    made.study.tell(failed, state=optuna.trial.TrialState.FAIL)
    sample = replace(measured(8, 0.85, recall=0.9), sample_rows=70)
    made.reporter.report(trial, sample)
    assert made.reporter.why_outclassed(trial, sample, ()) == ""
    able = made.begin()
    made.reporter.report(able, measured(54, 0.99, recall=0.9))
    assert "not expected to be the best" in made.reporter.why_outclassed(trial, sample, ())


def test_a_sample_is_not_judged_with_several_objectives_or_without_rivals(scene):
    alone, several = scene(MACRO_F1), scene(TWO)
    trial = alone.begin(2)
    alone.reporter.report(trial, measured(9, 0.1))
    assert alone.reporter.why_outclassed(trial, measured(9, 0.1), ()) == ""
    best, trial = several.begin(), several.begin()
    several.reporter.report(best, measured(81, 0.9, latency_ms=1.0))
    several.reporter.report(trial, measured(9, 0.1, latency_ms=9.0))
    assert several.reporter.why_outclassed(trial, measured(9, 0.1, latency_ms=9.0), ()) == ""


def test_a_model_of_a_sample_that_is_too_slow_is_stopped(scene):
    made = scene(BOUNDED)
    trial = made.begin(2)
    made.reporter.report(trial, measured(9, 0.9, latency_ms=50.0, recall=0.9))
    why = made.reporter.why_outclassed(trial, measured(9, 0.9, latency_ms=50.0, recall=0.9), ())
    assert why == "latency_ms<=20 must hold, and it is 50"
