"""What a user is told of several objectives and of constraints."""

from dataclasses import replace
from pathlib import Path

from automl.core.records import StudyRecord
from automl.core.workspace import Workspace
from automl.report.model_card import model_card
from automl.report.no_winner import why_no_winner
from automl.report.result_json import winner_facts
from automl.report.summary import summary
from automl.report.trials import study_view
from automl.selection.choose import best_first, choose_winner
from automl.selection.pareto_front import pareto_front
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial, make_winner
from tests.automl.report.test_tables import render, row_of

TRIALS = (
    make_trial(0, (0.5, 0.90), latency_ms=30.0),
    make_trial(1, (0.5, 0.85), latency_ms=12.34),
    make_trial(2, (0.5, 0.84), latency_ms=18.0),
    make_trial(3, (0.5, 0.70), latency_ms=1.0),
    make_trial(4, (0.99,), latency_ms=0.5),
)
WANTED = goals_for("macro_f1", "latency_ms", constraints=["latency_ms<=20"])
STUDY = make_study(*TRIALS, goals=WANTED)


def bounded(*constraints: str) -> StudyRecord:
    return make_study(*TRIALS, goals=goals_for("macro_f1", "latency_ms", constraints=constraints))


def everything(number: int) -> bool:
    return True


def test_the_winner_is_the_best_by_the_first_objective_of_those_that_keep_the_constraints():
    winner = choose_winner(STUDY, everything)
    assert winner is not None and winner.number == 1
    assert choose_winner(bounded("latency_ms<=0.1"), everything) is None


def test_equal_ones_go_to_the_better_next_objective():
    trials = (make_trial(0, (0.5, 0.9), latency_ms=3.0), make_trial(1, (0.5, 0.9), latency_ms=2.0))
    assert choose_winner(make_study(*trials, goals=goals_for("macro_f1", "latency_ms")), everything).number == 1


def test_the_front_has_what_is_not_dominated_with_or_without_the_constraints():
    front = {trial.number: trial.keeps_constraints for trial in pareto_front(STUDY)}
    assert front == {0: False, 1: True, 3: True}, "not 2, which is dominated, nor 4, which was only looked at"
    assert [trial.number for trial in pareto_front(STUDY)] == [0, 1, 3]


def test_a_new_study_starts_from_the_winner_and_then_from_the_front():
    assert [trial.number for trial in best_first(STUDY)] == [1, 3, 2, 0]


def test_a_study_is_shown_with_its_front_and_its_models():
    lines = render(study_view(STUDY, model=lambda number: Path("runs/news/trials/1") if number == 1 else None))
    assert "macro_f1 on validation maximized, latency_ms minimized, latency_ms<=20" in " ".join(lines[:2])
    start = next(place for place, line in enumerate(lines) if "Pareto front" in line)
    assert row_of(lines[start:], "* 1") == ["*", "1", "0.850", "12.3", "yes", "runs/news/trials/1"]
    assert row_of(lines[start:], "0 ") == ["0", "0.900", "30", "no", "-"]
    assert not any("Pareto" in line for line in render(study_view(make_study(*TRIALS))))


def test_card_summary_and_json_tell_what_else_could_be_chosen(tmp_path):
    winner = replace(make_winner(number=1, goals=WANTED), trial=TRIALS[1], front=tuple(pareto_front(STUDY)))
    card = model_card(winner)
    assert "chosen by macro_f1 on the validation split among the models that satisfy `latency_ms<=20`" in card
    assert "| **1, this model** | 0.850 | 12.3 | yes |" in card
    said = " ".join(" ".join(render(summary(winner, STUDY, 60.0, Workspace(tmp_path / "runs")))).split())
    assert (
        "In the search: macro_f1 0.850, latency_ms 12.3 (latency_ms<=20 kept). 2 more are on the Pareto front" in said
    )
    facts = winner_facts(winner)
    assert facts["constraints"] == ["latency_ms<=20"]
    assert facts["front"][1] == {
        "trial": 1,
        "values": {"macro_f1": 0.85, "latency_ms": 12.34},
        "keeps_constraints": True,
    }
    assert "## Objectives" not in model_card(make_winner())


def test_where_no_model_keeps_the_constraints_the_closest_is_told():
    hard = bounded("latency_ms<=0.8", "macro_f1>=0.8")
    message = why_no_winner(
        hard, lambda number: number == 3, lambda number: Path(f"runs/{number}"), "automl resume news"
    )
    assert "no model of study 'news' satisfies latency_ms<=0.8 and macro_f1>=0.8, so no model is handed over" in message
    assert "The closest is trial 3 with latency_ms 1 and macro_f1 0.700; its model is in " in message
    assert "automl resume news" in message and "--warm-start news" in message
