"""Which models are handed over together, in the place of the best of them."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from automl.core import StudyRecord, TrialRecord, WorkspaceError
from automl.export.score_model import score
from automl.planning import Plan
from automl.selection import Comparison
from automl.session.handover import ensemble
from automl.session.handover.ensemble import choose_members, ensembled
from automl.session.handover.refit import refitted
from automl.worker import ScoreFunction
from tests.automl.goals import MACRO_F1, goals_for
from tests.automl.report.records import make_study, make_trial
from tests.automl.session.plans import make_plan
from tests.automl.session.voters import DATA, logits, plans_in, trial
from trials.data import all_labels
from trials.protocol import TrialEnd


@contextmanager
def ensemble_of(plan: Plan, study: StudyRecord, single: TrialRecord, score: ScoreFunction, say: Callable[[str], None]):
    choice = choose_members(plan, study, single)
    trials = [] if choice is None else [study.trials[number] for number in choice.weights]
    with refitted(plan, trials, study.name, say) as refits, ensembled(plan, study, choice, refits, score, say) as built:
        yield built


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Plan]:
    return plans_in(tmp_path)


def test_models_that_are_better_together_become_one_folder_that_is_deleted_afterwards(plan):
    made, said = plan({0: logits(0), 1: logits(1), 2: None}), []
    study = make_study(trial(0), trial(1), trial(2))
    with ensemble_of(made, study, study.trials[1], score, said.append) as built:
        assert set(built.result.choice.weights) == {0, 1}
        logits_again = score(built.folder, DATA.test)
        assert logits_again.metrics == built.result.scores.test
        assert built.confusion.true.sum() == 30
    assert not built.folder.exists()
    assert "0 (" in said[0] and "is not shown to be worse than the best single model" in said[0]
    assert [path.name for path in made.workspace.study("news").folder.iterdir() if "ensemble" in path.name] == []


def test_there_is_none_where_it_is_off_or_not_better_or_cannot_be_compared(plan):
    two = {0: logits(0), 1: logits(1)}
    study = make_study(trial(0), trial(1))
    looked = make_study(trial(0), make_trial(1, (0.9,)))
    cases = [
        (two, {"ensemble": "off"}, study, 1),
        (two, {"folds": 3}, study, 1),  # these outputs are of the validation rows alone
        (two, {}, looked, 0),
        ({0: logits(0), 1: logits(0)}, {}, study, 1),
        ({0: logits(0), 1: None}, {}, study, 0),
        ({0: logits(0), 1: logits(1)[:9]}, {}, study, 0),
    ]
    for outputs, search, record, single in cases:
        with ensemble_of(plan(outputs, **search), record, record.trials[single], score, print) as built:
            assert built is None


def test_models_of_cross_validated_trials_are_combined_by_outputs_of_training_and_validation_rows(plan):
    labels = all_labels(DATA)
    outputs = {number: logits(number, labels=labels) for number in (0, 1)}
    study = make_study(trial(0), trial(1))
    with ensemble_of(plan(outputs, folds=3), study, study.trials[1], score, print) as built:
        assert set(built.result.choice.weights) == {0, 1}
        assert not built.result.is_refitted, "these models have seen all rows already"
        scores = built.result.choice.scores
        assert scores["accuracy"] == pytest.approx(
            np.mean((outputs[0] + outputs[1]).argmax(axis=1) == labels), abs=0.05
        )


def test_there_is_none_that_rows_show_to_be_worse_or_that_is_no_better_in_the_first_of_several_objectives(
    plan, monkeypatch
):
    def chosen(gain: Comparison) -> None:
        monkeypatch.setattr(
            ensemble, "choose_ensemble", lambda *args, **more: replace(choose(*args, **more), gain=gain)
        )

    choose, made, several = ensemble.choose_ensemble, plan({0: logits(0), 1: logits(1)}), goals_for("macro_f1", "brier")
    studies = [make_study(trial(0), trial(1)), make_study(trial(0, brier=0.1), trial(1, brier=0.2), goals=several)]
    for low, high, is_built in (
        (-0.03, -0.01, (False, False)),
        (-0.03, 0.02, (True, False)),
        (-0.01, 0.03, (True, True)),
    ):
        chosen(Comparison((low + high) / 2, low, high, 1, 2))
        for study, wanted in zip(studies, is_built, strict=True):
            with ensemble_of(made, study, study.trials[1], score, print) as built:
                assert (built is not None) == wanted


def test_probes_of_two_encoders_are_two_kinds(plan):
    shares = []
    for other in ("minilm", "mpnet"):
        params = [{"algorithm": "probe", "architecture.checkpoint": name} for name in ("minilm", other)]
        study = make_study(*(replace(trial(n), params=each) for n, each in enumerate(params)))
        made = plan({0: logits(0, 1.6), 1: logits(1, 1.2)})
        with ensemble_of(made, study, study.trials[0], score, print) as built:
            shares.append(0.0 if built is None else built.result.choice.weights[1])
    assert shares[0] < shares[1]


def test_members_together_keep_the_constraints(plan, monkeypatch):
    of = {0: logits(0), 1: logits(1), 2: logits(2)}
    goals = replace(MACRO_F1, constraints=make_plan(Path(), constraints=["latency_ms<=20"]).goals.constraints)
    study = make_study(trial(0, latency_ms=9.0), trial(1, latency_ms=9.0), trial(2, latency_ms=15.0), goals=goals)
    for measured, words in ((19.0, []), (26.0, ["the mean breaks latency_ms<=20: latency_ms 26"])):
        monkeypatch.setattr(ensemble, "measured_costs", lambda *_, measured=measured: {"latency_ms": measured})
        said = []
        with ensemble_of(plan(of), study, study.trials[0], score, said.append) as built:
            assert (built is None) == bool(words)
            assert built is None or set(built.result.choice.weights) == {0, 1}
        assert [each for each in said if "breaks" in each] == [
            f"The best single model is handed over, because {w}" for w in words
        ]


def test_a_constraint_on_a_score_is_one_on_the_score_of_the_mean(plan):
    of = {0: logits(0), 1: logits(1)}
    for bound, is_kept in (("accuracy>=0.1", True), ("accuracy>=0.999", False)):
        goals = replace(MACRO_F1, constraints=make_plan(Path(), constraints=[bound]).goals.constraints)
        study = make_study(trial(0), trial(1), goals=goals)
        with ensemble_of(plan(of), study, study.trials[1], score, print) as built:
            assert (built is not None) == is_kept


def test_the_model_of_a_running_trial_is_no_member(plan):
    study = make_study(trial(0), trial(1), replace(trial(2), ended=None, end=None, state="RUNNING"))
    with ensemble_of(plan({n: logits(n) for n in range(3)}), study, study.trials[1], score, print) as built:
        assert set(built.result.choice.weights) == {0, 1}


def test_a_trial_that_the_end_of_the_search_has_interrupted_is_a_member_like_any_other(plan):
    interrupted = replace(trial(1), ended=None, end=TrialEnd.PREEMPTED, state="WAITING")
    study = make_study(trial(0), interrupted)
    with ensemble_of(plan({0: logits(0), 1: logits(1)}), study, study.trials[1], score, print) as built:
        assert set(built.result.choice.weights) == {0, 1}


def test_models_of_different_algorithms_share_more_evenly_than_those_of_one(plan):
    """The model of the second trial is the weaker one; nothing but the algorithm differs between both studies."""
    shares = []
    for other in ("linear", "probe"):
        kinds = [replace(trial(n), params={"algorithm": name}) for n, name in enumerate(("linear", other))]
        study = make_study(*kinds)
        made = plan({0: logits(0, 1.6), 1: logits(1, 1.2)})
        with ensemble_of(made, study, study.trials[0], score, print) as built:
            shares.append(0.0 if built is None else built.result.choice.weights[1])
    assert shares[0] < shares[1] < 0.5


def test_the_number_of_members_is_the_user_s(plan):
    study = make_study(*(trial(number) for number in range(4)))
    made = plan({n: logits(n) for n in range(4)}, ensemble=2)
    with ensemble_of(made, study, study.trials[0], score, print) as built:
        assert len(built.result.choice.weights) == 2


def test_an_ensemble_that_fails_costs_nothing(plan):
    def fail(folder, split):
        raise WorkspaceError("memory ran out")

    made, said = plan({0: logits(0), 1: logits(1)}), []
    study = make_study(trial(0), trial(1))
    with ensemble_of(made, study, study.trials[1], fail, said.append) as built:
        assert built is None
    assert "memory ran out" in said[-1] and "The best single model is handed over" in said[-1]


def test_with_several_objectives_an_ensemble_must_be_better_in_the_first_and_has_its_own_costs(plan, monkeypatch):
    asked = []

    def measured(plan, names, folder):
        asked.append(tuple(names))
        return {"latency_ms": 12.5}

    monkeypatch.setattr(ensemble, "measured_costs", measured)
    of = {0: logits(0), 1: logits(1)}
    study = make_study(trial(0, latency_ms=9.0), trial(1, latency_ms=4.0), goals=goals_for("macro_f1", "latency_ms"))
    with ensemble_of(plan(of), study, study.trials[1], score, print) as built:
        assert built.result.choice.gain.gain > 0 and built.result.costs["latency_ms"] == 12.5
    assert asked == [("latency_ms",)]
    exported = make_study(
        trial(0, latency_ms_int8=9.0), trial(1, latency_ms_int8=4.0), goals=goals_for("macro_f1", "latency_ms_int8")
    )
    with ensemble_of(plan(of), exported, exported.trials[1], score, print) as built:
        assert built is None, "an ensemble is not exported, so its latency would not be that of an export"
