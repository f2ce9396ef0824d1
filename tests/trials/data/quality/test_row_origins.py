from tests.trials.data.rows import write_csv
from trials.data.options import DataOptions
from trials.data.quality.row_origins import RowOrigin, row_origins


def test_each_row_of_each_file_is_found_by_its_text(tmp_path):
    source = write_csv(
        tmp_path / "a.csv", [("one  text", "x"), ("two", "y"), ("one text", "y"), ("", "x"), ("none", "")]
    )
    test = write_csv(tmp_path / "b.csv", [("three", "x")])

    assert row_origins(DataOptions(str(source), test=test)) == {
        "one text": [RowOrigin("a.csv", 1, "x"), RowOrigin("a.csv", 3, "y")],
        "two": [RowOrigin("a.csv", 2, "y")],
        "three": [RowOrigin("b.csv", 1, "x")],
    }


def test_a_row_of_a_file_with_a_split_column_keeps_its_number_in_the_file(tmp_path):
    rows = [("one", "x", "train"), ("two", "y", "test"), ("three", "x", "train")]
    source = write_csv(tmp_path / "a.csv", rows, header=("text", "label", "split"))

    assert [origins[0].row for origins in row_origins(DataOptions(str(source))).values()] == [1, 2, 3]
