"""Means of weights of tiny models; what they say of the rows is made up."""

from dataclasses import replace

import pytest

from automl.core import WorkspaceError
from automl.export.score_model import score
from automl.session.handover.soup import souped
from tests.automl.goals import MACRO_F1
from tests.automl.report.records import make_study
from tests.automl.session.finetunings import Scorer, finetunings_in
from tests.automl.session.plans import make_plan
from tests.automl.session.voters import DATA
from trials.data import Split


@pytest.fixture
def given(tmp_path):
    return finetunings_in(tmp_path)


def test_a_mean_that_is_better_is_one_folder_that_is_deleted_afterwards(given):
    (plan, study, single), said = given(), []
    with souped(plan, study, single, Scorer(2.5, 0.1, *([0.1] * 9)), said.append) as built:
        assert built.result.choice.members == (0, 1)
        assert score(built.folder, DATA.test).metrics == built.result.scores.test
        assert built.result.costs == {"latency_ms": 5.0}
        assert built.rival.shape == (300, 3)
    assert [path.name for path in plan.workspace.study("news").folder.iterdir() if "soup" in path.name] == []
    assert "trials 0, 1, 2" in said[0] and "trials 0, 1 is better" in said[1]


def test_there_is_none_where_it_is_off_or_not_better_or_cannot_be_compared(given):
    plan, study, single = given()
    alone = make_study(study.trials[0])
    for record, chosen, scorer in (
        (study, single, Scorer(*[0.1] * 9)),
        (study, replace(single, validation=None), Scorer()),
        (alone, single, Scorer()),
    ):
        with souped(plan, record, chosen, scorer, print) as built:
            assert built is None
    off, study, single = given(soup="off")
    # All rows are validation rows, so that these outputs could be those of folds, whose models have seen all of them.
    dataset = replace(plan.prepared.dataset, train=Split((), DATA.train.labels[:0]))
    folded = replace(plan, prepared=replace(plan.prepared, folds=3, dataset=dataset))
    for made in (off, folded):
        with souped(made, study, single, Scorer(2.5, 0.1, *([0.1] * 9)), print) as built:
            assert built is None


def test_a_mean_keeps_the_constraints(given):
    plan, study, single = given()
    for bound, is_kept in (("latency_ms<=9", True), ("latency_ms<=4", False), ("accuracy>=0.9999", False)):
        goals = replace(MACRO_F1, constraints=make_plan(plan.workspace.folder, constraints=[bound]).goals.constraints)
        scorer = Scorer(2.5, *[0.1] * 9)
        with souped(plan, replace(study, goals=goals), single, scorer, print) as built:
            assert (built is not None) == is_kept


def test_the_time_for_means_is_a_share_of_the_budget_but_one_is_always_tried(given):
    plan, study, single = given()
    scorer = Scorer(2.5, *[0.1] * 9)
    with souped(replace(plan, seconds=1e-9), study, single, scorer, print) as built:
        assert built.result.choice.members == (0, 1)
    assert len(scorer.folders) == 1


def test_a_mean_that_fails_costs_nothing(given):
    def fail(folder, split):
        raise WorkspaceError("memory ran out")

    (plan, study, single), said = given(), []
    with souped(plan, study, single, fail, said.append) as built:
        assert built is None
    assert "memory ran out" in said[-1]
