"""The scores of each label."""

from dataclasses import replace

import pytest

from automl.report.class_scores import class_scores
from automl.report.model_card import model_card
from automl.report.result_json import winner_facts
from tests.automl.report.records import make_confusion, make_winner


def test_each_label_has_its_scores():
    business, sport = class_scores(make_winner())
    assert (business.name, business.rows, sport.rows) == ("business", 42, 63)
    assert business.recall == pytest.approx(40 / 42)
    assert business.precision == pytest.approx(40 / 43)
    assert business.f1 == pytest.approx(2 * 40 / (42 + 43))


def test_what_cannot_be_told_is_not_told():
    winner = replace(
        make_winner(), label_names=("a", "b", "c"), confusion=make_confusion(((3, 0, 0), (2, 0, 0), (0, 0, 0)))
    )
    _, never_said, never_seen = class_scores(winner)
    assert (never_said.precision, never_said.recall, never_said.f1) == (None, 0.0, 0.0)
    assert (never_seen.rows, never_seen.precision, never_seen.recall, never_seen.f1) == (0, None, None, None)
    assert "| c | 0 | - | - | - |" in model_card(winner)


def test_card_and_facts_have_them():
    winner = make_winner()
    assert "| business | 42 | 0.930 | 0.952 | 0.941 |" in model_card(winner)
    assert winner_facts(winner)["labels"][1]["name"] == "sport"
