import csv

import pytest

from automl.core import UsageError
from automl.review.data_errors import ErrorKind, SuspectRow
from automl.review.earlier_corrections import Correction
from automl.review.error_table import require_uncorrected, write_errors
from trials.data.quality import RowOrigin


def test_the_table_has_a_rank_the_places_and_an_empty_correction(tmp_path):
    rows = [
        SuspectRow(
            kinds=(ErrorKind.LABEL, ErrorKind.COPY_OTHER_LABEL),
            split="train",
            text="=A, text",
            label="bad",
            suggested="good",
            given_probability=0.0123456,
            suggested_probability=0.98,
            origins=(RowOrigin("a.csv", 4, "bad"), RowOrigin("a.csv", 8, "bad")),
            copies=(RowOrigin("b.csv", 2, "good"),),
        ),
        SuspectRow((ErrorKind.CONTRADICTION,), "", "text", "bad | good"),
    ]

    write_errors(rows, tmp_path / "errors.csv", spreadsheet=True)

    with (tmp_path / "errors.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "rank": "1",
        "kind": "label copy-other-label",
        "file": "a.csv",
        "row": "4",
        "split": "train",
        "label": "bad",
        "suggested_label": "good",
        "probability_of_label": "0.0123",
        "probability_of_suggested": "0.98",
        "copies": "a.csv 8 (bad); b.csv 2 (good)",
        "text": "'=A, text",
        "correction": "",
    }
    assert (second["split"], second["suggested_label"], second["file"]) == ("", "", "")


def test_earlier_corrections_stay_in_the_row_of_their_text_or_in_rows_of_their_own(tmp_path):
    rows = [SuspectRow((ErrorKind.LABEL,), "train", "a  text", "bad"), SuspectRow((ErrorKind.LABEL,), "", "new", "bad")]

    write_errors(rows, tmp_path / "e.csv", earlier=[Correction("a text", "bad"), Correction("gone", "drop")])

    with (tmp_path / "e.csv").open(newline="") as file:
        written = [(row["rank"], row["kind"], row["text"], row["correction"]) for row in csv.DictReader(file)]
    assert written == [("1", "label", "a  text", "bad"), ("2", "label", "new", ""), ("", "corrected", "gone", "drop")]


def test_corrections_of_a_person_are_never_overwritten(tmp_path):
    target = tmp_path / "errors.csv"
    require_uncorrected(target)
    target.write_text("text,correction\na,\n")
    require_uncorrected(target)
    target.write_text("text,correction\na,bad\nb,\n")

    with pytest.raises(UsageError, match="has corrections of 1 rows, which would be lost"):
        require_uncorrected(target)


def test_a_table_that_cannot_be_read_is_never_overwritten_but_one_without_rows_is(tmp_path):
    damaged, blank = tmp_path / "errors.jsonl", tmp_path / "errors.csv"
    damaged.write_text('{"text": "a", "correction": "bad"}\n{"text": "b", "corr')
    blank.write_text("text,correction\n")

    require_uncorrected(blank)
    blank.write_bytes(b"text,correction\ra,bad\r")
    with pytest.raises(UsageError):
        require_uncorrected(blank)
    with pytest.raises(UsageError, match=r"errors\.jsonl' may have corrections.*Name another file \(--output\)"):
        require_uncorrected(damaged)


def test_labels_with_an_order_have_a_column_for_the_distance(tmp_path):
    rows = [SuspectRow((ErrorKind.LABEL,), "train", "a", "7", suggested="60", distance=52.123456)]

    write_errors(rows, tmp_path / "errors.csv", earlier=[Correction("gone", "3")])

    with (tmp_path / "errors.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["label"], first["suggested_label"], first["distance"]) == ("7", "60", "52.1235")
    assert (second["distance"], second["correction"]) == ("", "3")
