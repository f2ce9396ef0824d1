"""Texts that nearly repeat others."""

import random

from trials.data.quality import near_duplicates as module
from trials.data.quality.near_duplicates import check_near_duplicates, near_duplicates
from trials.data.sources import SourceRows

GENERATOR = random.Random(0)
WORDS = [f"word{number}" for number in range(500)]


def text(length=60):
    return " ".join(GENERATOR.choices(WORDS, k=length))


def test_all_texts_of_which_a_few_words_changed_are_found():
    others = [text() for _ in range(200)]
    changed = [f"{other.title()}, and one more!" for other in others]
    fresh = [text() for _ in range(200)]

    assert near_duplicates([*fresh, *changed], others) == list(range(200, 400))


def test_texts_of_which_half_is_alike_are_not():
    other = text()
    assert near_duplicates([f"{other[: len(other) // 2]} {text(30)}"], [other]) == []


def test_a_word_changes_a_short_text():
    assert near_duplicates(["the lamp was good at 12"], ["the lamp was good at 13"]) == []
    assert near_duplicates(["The lamp was good!"], ["the lamp was good"]) == [0]


def given():
    long = text()
    train = SourceRows([text(), f"{long} again", text()], ["a", "b", "a"])
    return {"train": train, "validation": SourceRows([text()], ["a"]), "test": SourceRows([long], ["b"])}


def test_they_are_told_and_leave_training_on_demand():
    rows = given()

    kept, (told,) = check_near_duplicates(rows, drop=False)
    assert kept == rows
    assert "1 of 3 training rows" in told.message and "--drop-near-duplicates" in told.message

    kept, (told,) = check_near_duplicates(rows, drop=True)
    assert kept["train"].labels == ["a", "a"]
    assert (told.left_out, told.blocking) == (1, False)


def test_large_data_are_compared_when_asked(monkeypatch):
    monkeypatch.setattr(module, "MOST_CHARACTERS", 10)

    assert check_near_duplicates(given(), drop=False)[1] == []
    assert len(check_near_duplicates(given(), drop=True)[1]) == 1
