import pytest

from trials.data.quality.checks import check
from trials.data.sources import SourceRows

NOTHING = frozenset()


def rows(counts, prefix="", numbers=False):
    pairs = [
        (f"{prefix}{n if numbers else f'text {label} {n}'}", label) for label, c in counts.items() for n in range(c)
    ]
    return SourceRows([text for text, _ in pairs], [label for _, label in pairs])


def found(given, allow=NOTHING):
    return {finding.code: finding for finding in check(given, allow)[1]}


def test_sound_rows_pass_without_a_finding():
    given = {"train": rows({"a": 20, "b": 30})}

    assert check(given, NOTHING) == (given, [])


def test_a_class_that_cannot_be_in_every_split_blocks_and_is_dropped_if_allowed():
    given = {"train": rows({"a": 20, "b": 20, "rare": 2})}

    assert found(given)["small-classes"].blocking
    assert "'rare'" in found(given)["small-classes"].message
    kept, _ = check(given, frozenset({"small-classes"}))
    assert set(kept["train"].labels) == {"a", "b"}


def test_how_many_rows_a_class_needs_depends_on_the_splits_that_are_still_to_be_made():
    given = {"train": rows({"a": 20, "rare": 2}), "test": rows({"a": 5, "rare": 5}, prefix="test ")}

    assert "small-classes" not in found(given)
    assert "small-classes" in found({"train": given["train"]})


def test_a_label_column_of_ids_is_doubted():
    assert "right label column" in found({"train": rows({f"id {n}": 1 for n in range(50)})})["small-classes"].message


@pytest.mark.parametrize("counts", [{"only": 30}, {"a": 28, "rare": 1}, {}])
def test_less_than_two_classes_block(counts):
    assert found({"train": rows(counts)}, allow=frozenset({"small-classes"}))["one-class"].blocking


@pytest.mark.parametrize(
    ("labels", "regression"),
    [
        ([f"{n / 7:.2f}" for n in range(100)], True),
        ([f"{n},5" for n in range(40) for _ in range(20)], True),
        ([str(n) for n in range(77) for _ in range(12)], False),  # class ids
        ([str(n) for n in range(100)], True),
        ([str(n) for n in range(1, 6) for _ in range(5)], False),  # stars
        ([f"class {n}" for n in range(50) for _ in range(3)], False),
    ],
)
def test_labels_that_are_a_quantity_block(labels, regression):
    given = {"train": SourceRows([f"text {n}" for n in range(len(labels))], labels)}

    assert ("numeric-labels" in found(given)) == regression


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (["0", "1"] * 20, None),
        (["-1", "0", "1"] * 20, "number-classes"),
        (["1", "2", "3", "4", "5"] * 20, "number-classes"),
        (["1", "2", "3", "4", "7", "8", "9", "10"] * 20, "numeric-labels"),
        (["0.0", "0.4", "0.8"] * 20, "numeric-labels"),
        (["1", "2", "many"] * 20, None),
    ],
)
def test_few_numbers_are_classes_or_scores_and_either_is_told(labels, code):
    given = {"train": SourceRows([f"text {n}" for n in range(len(labels))], labels)}

    assert list(found(given)) == ([] if code is None else [code])


def test_a_text_column_of_numbers_blocks():
    finding = found({"train": rows({"a": 30, "b": 30}, numbers=True)})["numeric-texts"]

    assert finding.blocking
    assert "--text" in finding.message


def test_too_few_rows_block():
    assert found({"train": rows({"a": 5, "b": 5})})["too-few-rows"].blocking


def test_a_class_that_was_never_trained_blocks_and_is_dropped_if_allowed():
    given = {"train": rows({"a": 20, "b": 20}), "test": rows({"a": 5, "b": 5, "new": 3}, prefix="test ")}

    assert "test: 'new'" in found(given)["unseen-classes"].message
    kept, findings = check(given, frozenset({"unseen-classes"}))
    assert len(kept["test"]) == 10
    assert [finding.code for finding in findings] == ["unseen-classes"]


def test_absent_classes_and_imbalance_are_told_without_blocking():
    given = {"train": rows({"a": 100, "b": 4}), "validation": rows({"a": 5}, prefix="validation ")}

    assert {code: finding.blocking for code, finding in found(given).items()} == {
        "absent-classes": False,
        "imbalance": False,
    }
