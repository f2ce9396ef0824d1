import numpy as np
import pytest

from automl.review.data_errors import ErrorKind, suspect_rows
from trials.data import Split, TextDataset
from trials.data.quality import RowOrigin

SURE = {0: (0.95, 0.05), 1: (0.05, 0.95)}


def dataset(train, validation, test) -> TextDataset:
    parts = (Split(tuple(t for t, _ in part), np.array([n for _, n in part])) for part in (train, validation, test))
    return TextDataset("d", ("bad", "good"), *parts, fingerprint="")


DATA = dataset(
    [("a dull film that drags on", 0), ("the fine music of a poet", 1), ("wrongly called good", 1), ("so so", 1)],
    [("the fine music of a poet", 1), ("no faults at all here", 1), ("bland", 0)],
    [("A dull film, that drags on!", 1)],
)
PROBABILITIES = np.array([SURE[0], SURE[1], SURE[0], (0.6, 0.4), SURE[1], SURE[1], SURE[0]])


def test_rows_come_by_their_strongest_kind_with_what_the_models_say():
    origins = {"wrongly called good": [RowOrigin("a.csv", 7, "good")], "two": [RowOrigin("a.csv", 1, "bad")]}

    rows = suspect_rows(DATA, PROBABILITIES, origins)

    first = rows[0]
    assert (first.kinds, first.text, first.label, first.suggested) == (
        (ErrorKind.LABEL,),
        "wrongly called good",
        "good",
        "bad",
    )
    assert (first.given_probability, first.suggested_probability) == (0.05, 0.95)
    assert first.origins == (RowOrigin("a.csv", 7, "good"),)
    kinds = [row.kinds[0] for row in rows]
    assert kinds == sorted(kinds, key=list(ErrorKind).index)
    assert {row.text for row in rows if row.kinds[0] is ErrorKind.COPY_OTHER_SPLIT} == {"the fine music of a poet"}
    assert [row.text for row in rows if ErrorKind.MISTAKE in row.kinds] == ["so so"]


def test_a_copy_with_another_label_is_shown_from_both_sides_and_an_unjudged_row_has_no_probabilities():
    origins = {"A dull film, that drags on!": [RowOrigin("test.csv", 1, "good")]}
    rows = suspect_rows(DATA, PROBABILITIES, origins)

    by_split = {row.split: row for row in rows if ErrorKind.COPY_OTHER_LABEL in row.kinds}

    assert by_split.keys() == {"train", "test"}
    assert by_split["test"].given_probability is None
    assert by_split["train"].copies == (RowOrigin("test.csv", 1, "good"),)


def test_a_text_that_was_left_out_for_its_several_labels_is_listed_with_all_places():
    places = [RowOrigin("a.csv", 3, "good"), RowOrigin("a.csv", 9, "bad")]

    rows = suspect_rows(DATA, PROBABILITIES, {"left out": places})

    found = next(row for row in rows if row.kinds == (ErrorKind.CONTRADICTION,))
    assert (found.text, found.label, found.origins) == ("left out", "bad | good", tuple(places))


def test_of_several_labels_all_are_shown_and_suggested_as_a_correction_is_written():
    splits = (
        Split(texts, np.array(labels, dtype=bool))
        for texts, labels in [
            (("dull and bland", "bright", "dull, yet bright"), [[1, 0], [0, 1], [1, 0]]),
            (("bland, dull", "dull and bland!"), [[1, 0], [0, 1]]),
            (("fine",), [[0, 1]]),
        ]
    )
    data = TextDataset("d", ("bad", "good"), *splits, fingerprint="")
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]])

    rows = suspect_rows(data, probabilities, {})

    first = rows[0]
    assert (first.kinds, first.label, first.suggested) == ((ErrorKind.LABEL,), '["bad"]', '["bad", "good"]')
    copies = [row for row in rows if ErrorKind.COPY_OTHER_LABEL in row.kinds]
    assert {row.text for row in copies} == {"dull and bland", "dull and bland!"}


def test_numbers_are_compared_by_the_usual_error_of_the_models_also_between_copies():
    texts = tuple(f"film number {row} of a long series" for row in range(20))
    numbers = np.arange(20.0)
    splits = (
        Split(texts, numbers),
        Split(("a dull film that drags on", "the fine music of a poet"), np.array([2.0, 8.0])),
        Split(("A dull film, that drags on!", "the fine music of a poet!"), np.array([9.0, 8.1])),
    )
    data = TextDataset("d", ("stars",), *splits, fingerprint="")
    predicted = np.concatenate([numbers + np.tile([-0.5, 0.5], 10), [2.0, 8.0]])
    predicted[7] = 60.0
    twice = [RowOrigin("a.csv", 4, "0,5"), RowOrigin("a.csv", 9, "5.5")]
    origins = {texts[3]: twice, texts[4]: [RowOrigin("a.csv", 5, "4")]}

    rows = suspect_rows(data, predicted[:, None], origins)

    by_kind = {kind: {row.text for row in rows if kind in row.kinds} for kind in ErrorKind}
    assert by_kind[ErrorKind.LABEL] == {texts[7]}
    assert (rows[0].label, rows[0].suggested, rows[0].given_probability) == ("7", "60", None)
    assert rows[0].distance > 50
    assert by_kind[ErrorKind.CONTRADICTION] == {texts[3]}
    again = suspect_rows(data, predicted[:, None], origins, {texts[3]})
    assert not any(ErrorKind.CONTRADICTION in row.kinds for row in again), "it was corrected"
    assert by_kind[ErrorKind.COPY_OTHER_LABEL] == {"a dull film that drags on", "A dull film, that drags on!"}
    assert "the fine music of a poet" in by_kind[ErrorKind.COPY_OTHER_SPLIT]


def test_of_ranks_the_table_says_how_far_the_suggestion_lies():
    parts = [
        Split(("a film", "a play", "a song"), np.array([2, 0, 1], dtype=np.int32)),
        Split(("a book",), np.array([0], dtype=np.int32)),
        Split(("an opera",), np.array([2], dtype=np.int32)),
    ]
    data = TextDataset("d", ("low", "fair", "high"), *parts, fingerprint="")
    probabilities = np.array([[0.9, 0.08, 0.02], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.7, 0.2, 0.1]])

    first = suspect_rows(data, probabilities, {})[0]

    assert (first.text, first.label, first.suggested) == ("a film", "high", "low")
    assert first.distance == pytest.approx((0.9 * 2 + 0.08) - (0.08 + 0.02 * 2))
