import json
from dataclasses import replace
from datetime import datetime

import numpy as np

from automl.core.records import Confirmation
from automl.report.result_json import WIDEST_MATRIX, also_confirmed, count_ends, winner_facts
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment
from automl.selection.result import Scores
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial, make_winner
from trials.metrics import Confusion
from trials.protocol import TrialEnd


def read(winner) -> dict:
    """What a program reads of the winner: strict JSON."""
    return json.loads(json.dumps(winner_facts(winner), allow_nan=False))


def test_a_program_finds_who_won_by_what_and_how_well():
    facts = read(make_winner())
    assert (facts["study"], facts["trial"], facts["metric"], facts["maximize"]) == ("news", 3, "macro_f1", True)
    assert facts["parameters"]["architecture.depth"] == 4
    assert facts["scores"]["winner"]["validation"]["macro_f1"] == 0.91
    assert facts["scores"]["default"]["test"]["macro_f1"] == 0.85
    assert facts["label_names"] == ["business", "sport"]
    assert facts["confusion"] == [[40, 2], [3, 60]]
    assert [point["metrics"]["macro_f1"] for point in facts["learning_curve"]] == [0.5, 0.7, 0.91]
    assert read(make_winner(default=None))["scores"]["default"] is None


def test_scores_of_each_label_are_those_of_the_confusion_matrix():
    business, sport = read(make_winner())["labels"]
    assert business["precision"] == 40 / 43
    assert business["recall"] == 40 / 42
    assert sport["precision"] == 60 / 62


def test_what_is_not_a_number_is_null_wherever_it_stands():
    nan, inf = float("nan"), float("inf")
    scores = Scores({"macro_f1": nan}, {"macro_f1": inf}, {"macro_f1": -inf})
    trial = make_trial(3, (0.5, 0.9), latency_ms=inf)
    front = (ParetoTrial(3, {"macro_f1": 0.9, "latency_ms": inf}, keeps_constraints=False),)
    facts = read(replace(make_winner(), scores=scores, trial=trial, front=front))
    assert facts["scores"]["winner"] == {
        "validation": {"macro_f1": None},
        "test": {"macro_f1": None},
        "deviations": {"macro_f1": None},
    }
    assert facts["learning_curve"][0]["metrics"]["latency_ms"] is None
    assert facts["front"] == [{"trial": 3, "values": {"macro_f1": 0.9, "latency_ms": None}, "keeps_constraints": False}]


def test_of_many_labels_only_the_cells_with_rows_are_written():
    for classes, key in ((WIDEST_MATRIX, "confusion"), (WIDEST_MATRIX + 1, "confusion_cells")):
        confusion = Confusion(classes, ((0, 0, 5), (classes - 1, 0, 2)))
        names = tuple(map(str, range(classes)))
        facts = read(replace(make_winner(), confusion=confusion, label_names=names))
        assert len({"confusion", "confusion_cells"} & facts.keys()) == 1
        found = facts[key]
    assert found == [[0, 0, 5], [WIDEST_MATRIX, 0, 2]]
    assert np.sum(np.array(found)[:, 2]) == 7


def test_goals_and_the_schedule_of_a_population_are_told():
    schedule = (PbtSegment(1, 0, 27, {}), PbtSegment(3, 27, 81, {"optimizer.learning_rate": 2e-3}))
    goals = goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20"])
    facts = read(replace(make_winner(goals=goals), schedule=schedule))
    assert facts["objectives"] == [
        {"name": "macro_f1", "maximize": True},
        {"name": "latency_ms", "maximize": False},
    ]
    assert facts["constraints"] == ["latency_ms<=20"]
    assert facts["schedule"][1] == {
        "trial": 3,
        "from_step": 27,
        "to_step": 81,
        "changed": {"optimizer.learning_rate": 2e-3},
    }


def test_ends_are_counted_the_most_frequent_first_and_no_trial_is_left_out():
    ends = [None, TrialEnd.PRUNED, TrialEnd.PRUNED, None, TrialEnd.PRUNED, TrialEnd.COMPLETED]
    study = make_study(*(make_trial(number, end=end) for number, end in enumerate(ends)))
    assert list(count_ends(study).items()) == [("pruned", 3), ("unfinished", 2), ("completed", 1)]
    assert count_ends(make_study()) == {}


def test_only_confirmations_that_ended_with_a_score_are_counted():
    waiting = replace(make_trial(1, end=None), confirms=Confirmation(0, 1))
    cut_short = replace(make_trial(2, (0.5,), TrialEnd.PREEMPTED), confirms=Confirmation(0, 2))
    done = replace(make_trial(3, (0.5,)), confirms=Confirmation(0, 1), ended=datetime(2026, 1, 2))
    assert also_confirmed(make_study(make_trial(0, (0.5,)), waiting, cut_short)) == ""
    assert also_confirmed(make_study(make_trial(0, (0.5,)), waiting, cut_short, done)) == " and 1 confirmation"
