from dataclasses import replace

import numpy as np
from huggingface_hub import ModelCard

from automl.report.model_card import model_card
from automl.report.result_json import winner_facts
from automl.selection import Scores
from automl.selection.handover import Choice, Evidence
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment
from tests.automl.goals import goals_for
from tests.automl.report.records import make_confusion, make_ensemble, make_soup, make_winner
from trials.metrics import Confusion
from trials.tasks import REGRESSION, LabelCounts, RankConfusion


def test_the_hub_reads_the_front_matter() -> None:
    data = ModelCard(model_card(make_winner())).data
    assert data.pipeline_tag == "text-classification" and data.library_name == "transformers"
    assert data.license is None
    assert set(data.metrics) == {"accuracy", "f1"}
    assert data.eval_results is not None
    assert {(result.metric_type, result.metric_value) for result in data.eval_results} == {
        ("f1", 0.9),
        ("accuracy", 0.91),
    }


def test_all_three_models_stand_side_by_side() -> None:
    text = model_card(replace(make_winner(), optimism=0.01))
    assert "| macro_f1 | 0.910* | 0.900 | 0.860 | 0.850 | 0.930 | 0.920 |" in text
    assert "the linear baseline is better by 0.020" in text
    assert "| business | 40 | 2 |" in text
    assert "| architecture.depth | 4 |" in text
    assert "truncation=True" in text


def test_a_model_beside_an_ensemble_does_not_say_that_it_is_handed_over() -> None:
    choice = Choice(best=3, default=0, chosen=3, margin=1.0, evidence=Evidence(0.05, 0.01, 0.05, 0.01, 1.0))
    alone = replace(make_winner(), choice=choice)
    beside = model_card(replace(alone, beside=make_ensemble()))
    assert "Handed over is trial 3" in model_card(alone)
    assert "Handed over is trial 3" not in beside and "The best single model is trial 3" in beside
    assert "Handed over is not this model but the mean of the trials 3, 1" in beside


def test_a_default_without_a_model_has_no_column() -> None:
    assert "default configuration (trial 0), test" not in model_card(make_winner(default=None))


def test_labels_cannot_break_a_table_and_many_labels_have_none() -> None:
    assert "| a\\|b c | 40 | 2 |" in model_card(replace(make_winner(), label_names=("a|b\nc", "sport")))
    names = tuple(f"label {index}" for index in range(30))
    many = replace(make_winner(), label_names=names, confusion=make_confusion(((1,) * 30,) * 30))
    assert "too wide for a page" in model_card(many)


def test_a_model_of_several_trials_has_its_schedule() -> None:
    changed = {"optimizer.learning_rate": 8e-4, "training.batch_size": 32}
    winner = replace(make_winner(), schedule=(PbtSegment(1, 0, 27), PbtSegment(3, 27, 81, changed)))
    text = model_card(winner)
    assert "| 1 | 0% | 33% | - |" in text
    assert "| 3 | 33% | 100% | learning_rate 0.0008, batch_size 32 |" in text
    assert "## Schedule" not in model_card(make_winner())


def test_the_hub_s_brier_score_of_two_classes_counts_one_of_them() -> None:
    winner = make_winner()
    scores = replace(winner.scores, test={**winner.scores.test, "brier": 0.3})
    card = ModelCard(model_card(replace(winner, scores=scores)))
    [hub] = [each for each in card.data.eval_results or [] if each.metric_type == "brier_score"]
    assert hub.metric_value == 0.15
    names = ("a", "b", "c")
    three = replace(winner, scores=scores, label_names=names, confusion=make_confusion(((1, 0, 0),) * 3))
    [hub] = [each for each in ModelCard(model_card(three)).data.eval_results or [] if each.metric_type == "brier_score"]
    assert hub.metric_value == 0.3


def test_thousands_of_labels_leave_the_card_and_the_json_readable() -> None:
    count = 5000
    names = tuple(f"label {index}" for index in range(count))
    right = Confusion(count, (*((index, index, 2) for index in range(count - 1)), (count - 1, 0, 3)))
    many = replace(make_winner(), label_names=names, confusion=right)
    card = model_card(many)
    assert len(card.splitlines()) < 250 and f"and {count - 100} more" in card
    assert f"| label {count - 1} | 3 | - | 0.000 | 0.000 |" in card, "the label with the lowest F1 is among those shown"
    facts = winner_facts(many)
    assert "confusion" not in facts and len(facts["confusion_cells"]) == count
    assert len(facts["labels"]) == count


def test_a_model_that_was_fitted_once_more_is_told_apart_from_the_one_that_was_compared():
    winner = replace(make_winner(), refit=Scores({}, {"macro_f1": 0.987, "accuracy": 0.988}))
    text = model_card(winner)
    assert "fitted once more, to its training rows and the validation rows together" in text
    assert "handed over: trial 3, refitted, test" in text and "winner (trial 3), test" in text
    front = ModelCard(text).data.eval_results or []
    assert {each.metric_value for each in front if each.metric_name == "accuracy"} == {0.988}
    assert winner_facts(winner)["scores"]["handed_over"]["test"]["accuracy"] == 0.988
    assert winner_facts(winner)["is_refitted"]
    assert "fitted once more" not in model_card(make_winner())


def test_test_scores_have_their_intervals_in_brackets():
    winner = make_winner()
    known = replace(winner, scores=replace(winner.scores, intervals={"macro_f1": (0.87, 0.925)}))
    text = model_card(known)
    assert "0.900 (0.870 - 0.925)" in text and "Brackets hold 95% intervals." in text
    assert winner_facts(known)["scores"]["winner"]["test_intervals"] == {"macro_f1": [0.87, 0.925]}
    assert "Brackets" not in model_card(winner)


def test_the_code_of_a_model_that_transformers_cannot_load_gives_the_labels_of_the_commands():
    text = model_card(make_winner(), "linear")
    assert 'classifier.predict(["a text", "another text"])' in text and "argmax" not in text


def test_several_labels_have_a_table_for_each_label_and_no_confusion() -> None:
    counts = LabelCounts(90, np.array([40, 30]), np.array([50, 30]), np.array([36, 21]))
    winner = replace(make_winner(), confusion=counts)
    text = model_card(winner)
    assert "| business | 40 | 0.720 | 0.900 | 0.800 |" in text
    assert "predicted labels" not in text and "A text may have several labels, or none" in text
    assert "top_k=None" in text and "thresholds.json" in text
    assert "on the 90 test rows" in text
    facts = winner_facts(winner)
    assert facts["task"] == "multi-label" and "confusion" not in facts


def test_an_ensemble_is_the_member_of_the_front_that_is_handed_over():
    goals = goals_for("macro_f1", "latency_ms")
    front = (
        ParetoTrial(None, {"macro_f1": 0.93, "latency_ms": 50.0}, keeps_constraints=True),
        ParetoTrial(3, {"macro_f1": 0.91, "latency_ms": 40.0}, keeps_constraints=True),
    )
    card = model_card(replace(make_winner(goals=goals), ensemble=make_ensemble(), front=front))
    assert "| **mean of 3, 1, this model** | 0.930 |" in card and "\n| 3 | 0.910 |" in card


def test_a_mean_of_weights_is_the_member_of_the_front_that_is_handed_over_and_not_its_first_trial():
    goals = goals_for("macro_f1", constraints=["latency_ms<=9"])
    front = (
        ParetoTrial(None, {"macro_f1": 0.93, "latency_ms": 4.0}, keeps_constraints=True),
        ParetoTrial(3, {"macro_f1": 0.93, "latency_ms": 5.0}, keeps_constraints=True),
    )
    card = model_card(replace(make_winner(goals=goals), soup=make_soup(), front=front))
    assert "| **mean of the weights of 3, 5, 1, this model** | 0.930 |" in card and "\n| 3 | 0.930 |" in card


def test_numbers_have_their_errors_in_the_place_of_labels() -> None:
    true = np.arange(40.0)
    counts = REGRESSION.counts((true + 1.0)[:, None], true)
    text = model_card(replace(make_winner(), confusion=counts, label_names=("stars",)))
    assert "A model that gives texts a number: `stars`. It is trial 3" in text
    assert "+1 on average" in text and "| true value | rows |" in text
    assert "precision" not in text and "predicted labels" not in text
    facts = winner_facts(replace(make_winner(), confusion=counts, label_names=("stars",)))
    assert (facts["task"], facts["labels"], facts["residuals"]["bias"]) == ("regression", [], 1.0)


def test_ordered_classes_are_called_so() -> None:
    counts = RankConfusion(2, ((0, 0, 40), (1, 1, 60)))
    winner = replace(make_winner(), confusion=counts, label_names=("low", "high"))
    assert "with 2 labels, which have an order from low to high: `low`, `high`." in model_card(winner)
    assert (winner_facts(winner)["task"], winner_facts(winner)["confusion"]) == ("ordinal", [[40, 0], [0, 60]])
