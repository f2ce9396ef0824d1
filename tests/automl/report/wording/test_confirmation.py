from dataclasses import replace

from automl.report.model_card import model_card
from automl.report.result_json import winner_facts
from automl.report.scored_models import scored_models
from automl.report.wording.choice import choice_sentence
from automl.report.wording.confirmation import confirmation_sentence
from automl.selection import Choice, ConfirmationResult, Confirmed, Evidence
from tests.automl.report.records import make_scores, make_winner

SAME = ConfirmationResult(3, (Confirmed(3, (0.9, 0.8, 0.7), {}), Confirmed(1, (0.8, 0.7, 0.6), {})), (), 2, 12.5)
CHANGED = replace(SAME, leader=1, failed=(2,), rounds=1)


def test_the_sentence_says_the_means_the_trainings_and_whether_the_winner_changed():
    assert confirmation_sentence(None, "macro_f1") == ""
    assert confirmation_sentence(SAME, "macro_f1") == (
        "The best trials were trained 2 times more, each time with a fresh seed and other rows for validation. In the "
        "mean of the 3 scores, macro_f1: trial 3 has 0.800, trial 1 has 0.700. So trial 3, whose score in the search "
        "was the best, is confirmed."
    )
    said = confirmation_sentence(CHANGED, "macro_f1")
    assert "trained once more" in said and "trial 2 could not be trained again" in said
    assert said.endswith("So trial 3 is preferred to trial 1, whose score in the search was the best.")


def test_card_and_json_have_it():
    winner = replace(make_winner(), confirmation=CHANGED)
    assert confirmation_sentence(CHANGED, "macro_f1") in model_card(winner)
    assert "chosen by the mean of macro_f1 on the validation rows of 2 divisions" in model_card(winner)
    facts = winner_facts(winner)["confirmation"]
    assert (facts["winner"], facts["has_changed"], facts["failed"], facts["rounds"]) == (3, True, [2], 1)
    assert facts["finalists"][1] == {"trial": 1, "mean": (0.8 + 0.7 + 0.6) / 3, "scores": [0.8, 0.7, 0.6]}
    assert winner_facts(make_winner())["confirmation"] is None


def test_a_lead_over_the_default_is_that_of_the_means():
    choice = Choice(3, 0, 3, 1.0, Evidence(0.05, 0.02, 0.1, 0.04, 1.0, divisions=3))
    winner = replace(make_winner(), choice=choice, confirmation=SAME)
    said = choice_sentence(winner)
    assert "by 0.050 in the mean over 3 divisions of the rows, with a log_loss that is better by 0.100" in said
    assert "together 2.50 standard errors" in said


def test_who_is_passed_over_after_a_change_is_not_called_the_best_by_validation():
    choice = Choice(3, 0, 0, 1.0, Evidence(0.01, 0.02, 0.0, 0.1, 0.5, divisions=3))
    winner = replace(make_winner(number=0), choice=choice, confirmation=CHANGED, passed_over=make_scores(0.9, 0.9))
    assert "best in the mean (trial 3)" in scored_models(winner)


def test_a_default_that_was_not_among_the_confirmed_trials_was_not_chosen_by_a_mean():
    choice = Choice(3, 0, 0, 1.0, Evidence(0.01, 0.02, 0.0, 0.1, 0.5))
    winner = replace(make_winner(number=0), choice=choice, confirmation=CHANGED, passed_over=make_scores(0.9, 0.9))
    assert "chosen by macro_f1 on the validation split among the untuned defaults" in model_card(winner)
