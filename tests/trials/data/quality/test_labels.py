"""Names of classes."""

import pytest

from trials.data.quality.labels import check_labels, label_key, merge_labels
from trials.data.sources import SourceRows


def rows(*labels):
    return {"train": SourceRows([f"text {number}" for number in range(len(labels))], list(labels))}


def codes(*labels):
    return [finding.code for finding in check_labels(rows(*labels))]


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("spam", "Spam"),
        ("TRUE", "true"),
        ("caf\u00e9", "cafe\u0301"),
        ("ham", "ham\u200b"),
        ("not  spam", "not\u00a0spam"),
        ("\uff11", "1"),
        ("1", "1.0"),
        ("0,50", "0.5"),
        ("100", "1e2"),
        ("don\u2019t know", "don't know"),
        ("pre\u2013war", "pre-war"),
        ("\u2764\ufe0f", "\u2764"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_labels_that_differ_in_form_only_are_alike(label, other):
    assert label_key(label) == label_key(other)
    assert codes(label, other, "quite another") == ["similar-labels"]


@pytest.mark.parametrize(
    ("label", "other"),
    [("1", "10"), ("1234567", "1234568"), ("12345678901234567", "12345678901234568"), ("us", "uk"), ("1_0", "10")],
)
def test_labels_that_differ_otherwise_are_not(label, other):
    assert label_key(label) != label_key(other)
    assert codes(label, other) == []


def test_the_characters_that_cannot_be_seen_are_told():
    (finding,) = check_labels(rows("cafe\u0301", "caf\u00e9", "ham\u200b", "ham"))

    assert r"'cafe\u0301'" in finding.message
    assert r"'ham\u200b'" in finding.message
    assert "--merge-labels" in finding.message


def test_merged_labels_take_the_most_frequent_name_in_all_splits():
    given = {**rows("Pos", "pos", "pos", "neg"), "test": SourceRows(["a", "b"], ["POS", "neg"])}

    merged, (finding,) = merge_labels(given)

    assert (merged["train"].labels, merged["test"].labels) == (["pos", "pos", "pos", "neg"], ["pos", "neg"])
    assert (finding.code, finding.blocking) == ("merged-labels", False)
    assert merge_labels(rows("a", "b")) == (rows("a", "b"), [])


@pytest.mark.parametrize("label", ['["pos"]', '["pos", "urgent"]', "['pos']", '{"pos": true}', "[]"])
def test_a_list_or_an_object_is_no_class(label):
    (finding,) = check_labels(rows("pos", label))

    assert (finding.code, finding.blocking) == ("listed-labels", True)
    assert "1 row has a list or an object" in finding.message


@pytest.mark.parametrize(
    "labels",
    [
        ("sport", "money", "sport|money"),
        ("sport", "money", "Money; Sport"),
        ("red", "green", "red + green"),
        ("a|b", "b|c", "a|c", "a|b|c"),
    ],
)
def test_labels_joined_in_one_cell_block(labels):
    assert codes(*labels) == ["joined-labels"]


@pytest.mark.parametrize(
    "labels",
    [
        ("rock & roll", "jazz"),
        ("World|Politics", "World|Sport", "Local|Politics", "Local|Sport"),
        ("movies, series", "news"),
        ("1,5", "1", "5"),
        ("C/C++", "C", "Java"),
    ],
)
def test_a_separator_within_names_is_none(labels):
    assert codes(*labels) == []
