"""The text of a row of several columns."""

from trials.data.columns.joined_text import joined, text_of


def test_one_column_is_taken_as_it_is():
    assert joined(["title"], [" Lamp "]) == "Lamp"
    assert joined(["title"], [None]) == ""


def test_several_columns_stand_in_lines_with_their_names_but_empty_ones():
    assert joined(["title", "body"], ["Lamp", " It broke.\n"]) == "title: Lamp\nbody: It broke."
    assert joined(["title", "body"], ["", "It broke."]) == "body: It broke."
    assert joined(["title", "body"], [None, " "]) == ""


def test_a_row_to_predict_gives_the_same_text():
    row = {"title": "Lamp", "meta": {"body": "It broke."}, "stars": 2.0}

    assert text_of(row, ["title", "meta.body", "stars"]) == "title: Lamp\nmeta.body: It broke.\nstars: 2"
    assert text_of(row, ["gone"]) == ""
    assert text_of({"title": " Lamp\n"}, ["title"]) == joined(["title"], [" Lamp\n"]) == "Lamp"
