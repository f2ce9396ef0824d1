from pathlib import Path

import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.labels import NAME_SETS
from trials.data.labels.forms import Numbers
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.data.quality.corrections import corrected
from trials.data.sources import SourceRows
from trials.errors import DataError

ROWS = {"train": SourceRows(["good film", "=bad  film", "dull", "dull"], ["bad", "bad", "good", "good"])}


def corrections(folder: Path, *rows: tuple[str, str]) -> Path:
    return write_csv(folder / "errors.csv", rows, header=("text", "correction"))


def test_labels_change_rows_are_dropped_and_rows_without_a_correction_stay(tmp_path):
    path = corrections(tmp_path, ("good film", "good"), ("dull", " drop "), ("=bad film", ""))

    rows, findings = corrected(ROWS, path)

    assert (rows["train"].texts, rows["train"].labels) == (["good film", "=bad  film"], ["good", "bad"])
    assert [finding.message for finding in findings] == [
        "1 row relabelled and 2 rows dropped by the corrections in errors.csv."
    ]


def test_a_cell_that_was_made_safe_for_spreadsheets_still_fits_its_text(tmp_path):
    rows, _ = corrected(ROWS, corrections(tmp_path, ("'=bad film", "good")))

    assert rows["train"].labels[1] == "good"


def test_without_a_file_nothing_changes_and_nothing_is_told():
    assert corrected(ROWS, None) == (ROWS, [])


def test_corrections_that_fit_no_text_are_counted(tmp_path):
    _, findings = corrected(ROWS, corrections(tmp_path, ("dull", "bad"), ("gone", "bad")))

    assert "1 of 2 corrections in errors.csv fit no text" in findings[1].message


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("dull", "god")], "row 1 of .*'drop' or a label of the data, not 'god'. Did you mean 'good'"),
        ([("dull", "bad"), ("dull", "drop")], "row 2 of .*another correction, too"),
        ([("gone", "bad")], "has none of their texts"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_an_error(tmp_path, rows, says):
    with pytest.raises(DataError, match=says):
        corrected(ROWS, corrections(tmp_path, *rows))


def test_a_label_called_drop_is_no_order_to_drop(tmp_path):
    rows = {"train": SourceRows(["a", "b"], ["drop", "keep"])}

    with pytest.raises(DataError, match="also a label"):
        corrected(rows, corrections(tmp_path, ("b", "drop")))


def test_a_table_without_the_column_and_a_file_that_is_not_there_are_named(tmp_path):
    with pytest.raises(DataError, match="'correction' is missing"):
        corrected(ROWS, write_csv(tmp_path / "t.csv", [("dull", "bad")], header=("text", "label")))
    with pytest.raises(DataError, match="file that exists"):
        corrected(ROWS, tmp_path / "none.csv")


def test_corrections_are_part_of_the_fingerprint_and_of_the_data_set(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(60))
    text = examples(60)[0][0]
    plain = load_dataset(DataOptions(str(path))).dataset

    same = load_dataset(DataOptions(str(path), corrections=corrections(tmp_path, (text, "bad")))).dataset
    other = load_dataset(DataOptions(str(path), corrections=corrections(tmp_path, (text, "good")))).dataset

    assert (plain.corrections, same.fingerprint) == (None, plain.fingerprint)
    assert other.fingerprint != plain.fingerprint
    assert other.corrections == "1 row relabelled and 0 rows dropped by the corrections in errors.csv."


SETS = {"train": SourceRows(["good film", "dull", "fine"], ['["bad"]', '["good"]', "[]"])}


def test_several_labels_are_corrected_by_a_list_or_by_names_that_are_joined(tmp_path):
    path = corrections(tmp_path, ("good film", "good|bad"), ("dull", "[]"), ("fine", '["good"]'))

    rows, _ = corrected(SETS, path, NAME_SETS)

    assert rows["train"].labels == ['["bad", "good"]', "[]", '["good"]']


def test_an_unknown_one_of_several_labels_is_told(tmp_path):
    with pytest.raises(DataError, match=r"row 1 of .* not 'god'. Did you mean 'good'"):
        corrected(SETS, corrections(tmp_path, ("dull", "bad|god")), NAME_SETS)


RATED = {"train": SourceRows(["good film", "dull", "fine"], ["4.0", "2.5", "3.0"])}


def test_numbers_are_corrected_by_numbers_with_a_point_or_a_comma(tmp_path):
    path = corrections(tmp_path, ("good film", "4,5"), ("dull", "drop"), ("fine", "3"))

    rows, findings = corrected(RATED, path, Numbers("drop"))

    assert (rows["train"].texts, rows["train"].labels) == (["good film", "fine"], ["4.5", "3.0"])
    assert "1 row relabelled and 1 row dropped" in findings[0].message


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("good",), "row 1 of .*: a label must be one finite number here, not 'good'. Or write 'drop'"),
        (("nan",), "must be one finite number"),
        (("1,500",), "A comma in a number of errors.csv must stand for the decimal point"),
    ],
)
def test_a_correction_that_is_no_number_is_an_error_where_labels_are_numbers(tmp_path, given, says):
    with pytest.raises(DataError, match=says):
        corrected(RATED, corrections(tmp_path, ("dull", *given)), Numbers("stars"))


def test_corrected_numbers_are_those_that_models_learn(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", [(text, 2.5 * row) for row, (text, _) in enumerate(examples(60))])
    text = examples(60)[3][0]

    given = DataOptions(str(path), task="regression", corrections=corrections(tmp_path, (text, "99")))
    data = load_dataset(given).dataset

    parts = (data.train, data.validation, data.test)
    assert [part.labels[part.texts.index(text)] for part in parts if text in part.texts] == [99.0]
    assert data.corrections == "1 row relabelled and 0 rows dropped by the corrections in errors.csv."
