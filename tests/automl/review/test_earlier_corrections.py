from automl.review.earlier_corrections import Correction, correction_key, read_corrections
from tests.trials.data.rows import write_csv


def test_rows_without_a_correction_are_left_out(tmp_path):
    path = write_csv(tmp_path / "e.csv", [("a", " bad "), ("b", ""), ("c", "drop")], header=("text", "correction"))

    assert read_corrections(path) == [Correction("a", "bad"), Correction("c", "drop")]
    assert read_corrections(None) == []


def test_a_text_is_the_same_with_other_white_space_and_with_the_apostrophe_of_a_spreadsheet():
    assert correction_key("'=a  text") == correction_key("=a text ")
