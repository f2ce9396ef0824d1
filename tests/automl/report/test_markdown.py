"""Tables in Markdown."""

from automl.report.markdown import markdown_table


def test_cells_stay_in_their_columns_whatever_they_hold() -> None:
    table = markdown_table(["name", "rows"], [["a|b", "1"], ["two\nlines", "20"]])
    assert table.splitlines() == ["| name | rows |", "| --- | ---: |", "| a\\|b | 1 |", "| two lines | 20 |"]
