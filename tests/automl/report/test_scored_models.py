from dataclasses import replace

from automl.report.linear_baseline import baseline_name
from automl.report.model_card import model_card
from automl.report.result_json import winner_facts
from automl.report.scored_models import chosen_by_score, scored_models
from automl.report.wording.comparison import sentences
from automl.selection import Choice, Scores
from tests.automl.report.records import make_ensemble, make_scores, make_soup, make_trial, make_winner

PROBE = make_trial(1, (0.8,), params={"algorithm": "probe"})

BASELINE = baseline_name("single-label", None)


def test_the_winner_the_best_default_and_the_baseline_have_a_row_each() -> None:
    winner = replace(make_winner(), default_trial=PROBE)
    assert list(scored_models(winner)) == ["winner (trial 3)", "default (trial 1, probe)", BASELINE]
    assert chosen_by_score(winner) is None
    assert chosen_by_score(replace(winner, optimism=0.01)) == "winner (trial 3)"


def test_the_row_of_the_baseline_says_how_it_reads_two_columns() -> None:
    winner = replace(make_winner(), baseline_reading="apart")
    name = "TF-IDF + logistic regression (columns apart)"
    assert list(scored_models(winner))[-1] == name
    assert f"{name}, test" in model_card(winner)
    assert winner_facts(winner)["baseline_reading"] == "apart"
    assert "baseline_reading" not in winner_facts(make_winner())


def test_a_default_that_wins_has_one_row() -> None:
    winner = replace(make_winner(number=1), default_trial=PROBE, optimism=0.01)
    assert list(scored_models(winner)) == ["default (trial 1, probe)", BASELINE]
    assert chosen_by_score(winner) == "default (trial 1, probe)"


def test_a_trial_that_is_passed_over_stays_in_the_table() -> None:
    choice, best = Choice(3, 1, 1, 1.0, None), make_scores(0.95, 0.9)
    winner = replace(make_winner(number=1), default_trial=PROBE, choice=choice, passed_over=best, optimism=0.01)
    refitted = replace(winner, refit=Scores({}, {"macro_f1": 0.9}))
    names = [
        "handed over: trial 1, refitted",
        "best by validation (trial 3)",
        "default (trial 1, probe)",
        BASELINE,
    ]
    assert list(scored_models(refitted)) == names
    assert scored_models(winner)["best by validation (trial 3)"] is best
    assert chosen_by_score(winner) == "best by validation (trial 3)"


def test_a_mean_of_weights_is_handed_over_as_one_model() -> None:
    winner = replace(make_winner(), default_trial=PROBE, soup=make_soup())
    assert next(iter(scored_models(winner))) == "handed over: weights of 3 trials"
    said, *others = sentences(winner)
    assert said.startswith("Handed over is one model whose weights are the mean of those of the trials 3, 5 and 1")
    assert "log loss is better than that of trial 3 by 0.030 (95% interval +0.010 to +0.050 of the gain)" in said
    assert not any("Handed over" in other for other in others)
    facts = winner_facts(winner)
    assert facts["soup"]["trials"] == [3, 5, 1] and facts["ensemble"] is None
    assert facts["scores"]["handed_over"]["test"]["macro_f1"] == 0.94
    card = model_card(winner)
    assert "the mean of the weights of the trials 3, 5 and 1" in card and "pipeline(" in card


def test_an_ensemble_has_a_mean_of_weights_beside_it() -> None:
    winner = replace(make_winner(), default_trial=PROBE, soup=make_soup(), ensemble=make_ensemble())
    assert list(scored_models(winner))[:2] == ["handed over: 2 models together", "best-single: weights of 3 trials"]
    soup, ensemble, *others = sentences(winner)
    assert soup.startswith("The best single model is one model whose weights")
    assert "better than that of the best single model by 0.030" in ensemble
    assert others[0].startswith(
        "The best single model, the mean of the weights of the trials 3, 5 and 1, lies beside it"
    )
    assert others[0].endswith("What follows is about trial 3.")
    assert winner_facts(winner)["scores"]["handed_over"]["test"]["macro_f1"] == 0.94


def test_an_ensemble_is_handed_over_and_the_best_model_alone_lies_beside_it() -> None:
    winner = replace(make_winner(), default_trial=PROBE, refit=Scores({}, {"macro_f1": 0.9}), ensemble=make_ensemble())
    assert list(scored_models(winner))[:2] == ["handed over: 2 models together", "best-single: trial 3, refitted"]
    said, *others = sentences(winner)
    assert "of the trials 3 (60%) and 1 (40%)" in said
    assert (
        "log loss is better than that of the best single model by 0.030 (95% interval +0.010 to +0.050 of the gain)"
        in said
    )
    assert not any("Handed over" in other for other in others)
    facts = winner_facts(winner)
    assert facts["ensemble"]["members"] == [{"trial": 3, "weight": 0.6}, {"trial": 1, "weight": 0.4}]
    assert facts["scores"]["handed_over"]["test"]["macro_f1"] == 0.94
    card = model_card(winner, "ensemble")
    assert "mean of 2 models" in card and "| trial 1 | 40.0% |" in card and "best-single" in card
