from dataclasses import replace

from automl.report.wording.combined import combined_sentences, handed_over_name, single_name
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
