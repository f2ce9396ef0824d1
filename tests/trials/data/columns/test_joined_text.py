"""The text of a row of several columns."""

from trials.data.columns.joined_text import joined


def test_one_column_is_taken_as_it_is():
    assert joined(["title"], [" Lamp "]) == "Lamp"
    assert joined(["title"], [None]) == ""


def test_several_columns_stand_in_lines_with_their_names_but_empty_ones():
    assert joined(["title", "body"], ["Lamp", " It broke.\n"]) == "title: Lamp\nbody: It broke."
    assert joined(["title", "body"], ["", "It broke."]) == "body: It broke."
    assert joined(["title", "body"], [None, " "]) == ""
