from dataclasses import replace

from automl.report.wording.combined import combined_sentences, handed_over_name, single_name
from automl.selection import Comparison
from tests.automl.report.records import make_ensemble, make_soup, make_winner


def test_what_is_handed_over_is_called_by_its_trials():
    alone = make_winner()
    soup, ensemble = replace(alone, soup=make_soup()), replace(alone, ensemble=make_ensemble())
    assert (handed_over_name(alone), combined_sentences(alone)) == ("trial 3", [])
    assert handed_over_name(soup) == single_name(soup) == "the mean of the weights of the trials 3, 5 and 1"
    assert (handed_over_name(ensemble), single_name(ensemble)) == ("the mean of the trials 3 and 1", "trial 3")


def test_a_mean_of_weights_beside_an_ensemble_does_not_say_that_it_is_handed_over():
    beside = replace(make_winner(), soup=make_soup(), beside=make_ensemble())
    (said,) = combined_sentences(beside)
    assert said.startswith("The best single model is one model whose weights")


def test_a_mean_that_is_not_shown_to_be_better_says_why_it_is_handed_over():
    ensemble = make_ensemble()
    lag = Comparison(-0.004, -0.02, 0.012, 3, 4, 0.008)
    winner = replace(
        make_winner(), ensemble=replace(ensemble, choice=replace(ensemble.choice, gain=lag, log_loss_gain=lag))
    )
    said, why, beside = combined_sentences(winner)
    assert beside == "The best single model, trial 3, lies beside it, in best-single. What follows is about trial 3."
    assert (
        "its log loss is worse than that of the best single model by 0.004 (95% interval -0.020 to +0.012 of the gain)"
        in said
    )
    assert "and its macro_f1 worse by 0.004" in said
    assert why.startswith(
        "These rows show neither that the mean is better in both nor that it is worse in one of them."
    )
    shown, _ = combined_sentences(replace(winner, ensemble=ensemble))
    assert "and its macro_f1 better by 0.020" in shown
    nothing = Comparison(0.0, -0.01, 0.01, 3, 3)
    unsure = Comparison(0.01, -0.01, 0.03, 5, 3)
    for changed in ({"gain": lag}, {"log_loss_gain": unsure}, {"log_loss_gain": nothing}):
        made = replace(winner, ensemble=replace(ensemble, choice=replace(ensemble.choice, **changed)))
        assert len(combined_sentences(made)) == 3
    assert "its log loss is the same as that of the best single model" in combined_sentences(made)[0]


def test_an_ensemble_of_cross_validated_trials_is_compared_by_the_models_of_their_folds():
    winner = replace(make_winner(), ensemble=make_ensemble())
    (last,) = winner.trial.evaluations[-1:]
    folded = replace(winner, trial=replace(winner.trial, evaluations=(replace(last, fold=0), last)))
    assert "On validation rows by which its members were not chosen, its log loss" in combined_sentences(winner)[0]
    assert (
        "By the models of the folds, on rows that they did not see and by which the members were not chosen, its log "
        "loss is better" in combined_sentences(folded)[0]
    )
