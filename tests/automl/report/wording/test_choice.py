"""One sentence says which trial is handed over, and why."""

from dataclasses import replace

from automl.report.model_card import model_card
from automl.report.result_json import winner_facts
from automl.report.scored_models import scored_models
from automl.report.wording.choice import choice_sentence
from automl.selection import Choice, ConfirmationResult, Confirmed, Evidence
from tests.automl.goals import goals_for
from tests.automl.report.records import make_scores, make_trial, make_winner

CLOSE = Evidence(0.004, 0.005, -0.001, 0.002, 0.5)
SHOWN = Evidence(0.03, 0.01, 0.05, 0.02, 0.5)
PROBE = make_trial(1, (0.86,), params={"algorithm": "probe"})
ALL = "--set search.margin=0 hands it over in any case."


def test_a_default_that_is_kept() -> None:
    choice = Choice(best=3, default=1, chosen=1, margin=1.0, evidence=CLOSE)
    kept = replace(make_winner(number=1), choice=choice, default_trial=PROBE, passed_over=make_scores(0.91, 0.9))
    assert choice_sentence(kept) == (
        "Handed over is the default (trial 1, probe): trial 3 leads it in macro_f1 by 0.004 on the validation rows, "
        "with a log_loss that is worse by 0.001, together 0.17 standard errors of such a difference, and must lead by "
        f"more than 1. {ALL}"
    )
    itself = replace(kept, choice=Choice(1, 1, 1, 1.0, None), passed_over=None)
    assert choice_sentence(itself) == (
        "Handed over is the default (trial 1, probe): no other trial scored better on the validation rows."
    )


def test_a_trial_that_leads() -> None:
    shown = replace(make_winner(), choice=Choice(3, 1, 3, 1.0, SHOWN), default_trial=PROBE)
    assert choice_sentence(shown) == (
        "Handed over is trial 3: it leads the default (trial 1, probe) in macro_f1 by 0.030 on the validation rows, "
        "with a log_loss that is better by 0.050, together 3.18 standard errors of such a difference."
    )
    always = replace(shown, choice=replace(shown.choice, margin=0.0))
    assert "in macro_f1 by 0.030 on the validation rows; search.margin is 0." in choice_sentence(always)
    by_loss = replace(
        shown, goals=goals_for("log_loss"), choice=Choice(3, 1, 3, 1.0, Evidence(0.05, 0.02, 0.05, 0.02, 1.0))
    )
    assert "log_loss by 0.050 on the validation rows, 2.50 standard errors" in choice_sentence(by_loss)


def test_a_trial_that_leads_where_the_best_score_does_not() -> None:
    choice = Choice(best=5, default=1, chosen=3, margin=1.0, evidence=CLOSE, of_chosen=SHOWN)
    third = replace(make_winner(), choice=choice, default_trial=PROBE, passed_over=make_scores(0.91, 0.88))
    assert choice_sentence(third) == (
        "Handed over is trial 3: it leads the default (trial 1, probe) in macro_f1 by 0.030 on the validation rows, "
        "with a log_loss that is better by 0.050, together 3.18 standard errors of such a difference. Trial 5, whose "
        "score is the best, leads the default (trial 1, probe) in macro_f1 by 0.004 on the validation rows, with a "
        "log_loss that is worse by 0.001, together 0.17 standard errors of such a difference, and must lead by more "
        f"than 1. {ALL}"
    )
    changed = ConfirmationResult(8, (Confirmed(5, (0.9,), {}), Confirmed(3, (0.8,), {})), (), 1, 1.0)
    assert "Trial 5, whose mean is the best, leads" in choice_sentence(replace(third, confirmation=changed))
    rows = scored_models(third)
    assert list(rows)[:3] == ["winner (trial 3)", "best by validation (trial 5)", "default (trial 1, probe)"]
    assert rows["winner (trial 3)"] is third.scores
    assert "among the trials that are shown to be better than the untuned defaults" in model_card(third)
    facts = winner_facts(third)["choice"]
    assert (facts["best"], facts["handed_over"], facts["gain"]) == (5, 3, CLOSE.gain)
    assert facts["handed_over_leads"]["gain"] == SHOWN.gain
    assert facts["handed_over_leads"]["standard_errors"] == SHOWN.errors


def test_a_trial_with_the_score_of_the_default_and_a_smaller_loss_does_not_lead() -> None:
    equal = Evidence(0.0, 0.01, 0.3, 0.01, 0.0)
    tie = replace(make_winner(number=1), choice=Choice(3, 1, 1, 1.0, equal), default_trial=PROBE)
    assert choice_sentence(tie) == (
        "Handed over is the default (trial 1, probe): trial 3 is no better than it in macro_f1 on the validation "
        f"rows. {ALL}"
    )


def test_nothing_is_said_where_there_was_no_choice() -> None:
    assert choice_sentence(make_winner()) == ""
