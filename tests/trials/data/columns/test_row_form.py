import pytest

from trials.data.columns.also_columns import CategoryColumn, NumberColumn
from trials.data.columns.row_form import PLAIN, RowForm
from trials.errors import DataError

FORM = RowForm(
    ("title", "body"), (CategoryColumn("kind", (("lamp", 2), ("sofa", 1))), NumberColumn("price", 1, 9, 5, 2))
)


def test_columns_beside_the_text_are_a_line_before_it_without_empty_cells():
    row = {"title": "New", "body": "It is bright.", "kind": " table\nlamp | old ", "price": 12.50}
    assert FORM.text_of(row) == "kind: table lamp / old | price: 12.5\ntitle: New\nbody: It is bright."
    assert FORM.text_of({**row, "kind": None, "price": ""}) == "title: New\nbody: It is bright."
    assert FORM.text_of({"title": "", "body": "", "kind": "lamp", "price": None}) == "kind: lamp"


def test_a_value_of_a_row_may_lie_inside_another():
    form = RowForm(("text",), (CategoryColumn("meta.kind"),))
    assert form.text_of({"text": "It broke.", "meta": {"kind": "lamp"}}) == "meta.kind: lamp\nIt broke."
    assert form.missing(["text", "meta"]) == []
    assert form.missing(["texts"]) == ["text", "meta.kind"]


def test_the_text_alone_tells_the_columns_again():
    row = {"title": "price: 3", "body": "a | b", "kind": "lamp", "price": "7"}
    assert FORM.parts(FORM.text_of(row)) == ({"kind": "lamp", "price": "7"}, "title: price: 3\nbody: a | b")
    assert FORM.parts("a plain text\nof two lines") == ({}, "a plain text\nof two lines")
    assert PLAIN.parts("kind: lamp\nIt broke.") == ({}, "kind: lamp\nIt broke.")


def test_a_text_whose_own_first_line_has_words_after_the_name_of_a_column_of_numbers_is_kept_whole():
    text = "price: negotiable\nIt is bright."
    form = RowForm(("text",), (NumberColumn("price"),))
    assert form.parts(text) == ({}, text)
    learnt = form.learnt([text, "price: 2\nb", "price: 1,5\nc"]).also[0]
    assert (learnt.low, learnt.high) == (1.5, 2)


def test_the_names_of_columns_are_found_where_they_stand():
    text = "kind: a kind: b | price: 7\ntitle: kind: x\nbody: title: y"
    assert [text[start:end] for start, end in FORM.name_spans(text)] == ["kind:", "price:", "title: ", "body: "]
    assert FORM.name_spans(text)[0] == (0, 5)
    assert RowForm(("title",)).name_spans("title: a") == []


def test_features_are_those_of_all_columns_side_by_side():
    texts = ["kind: sofa | price: 9\nIt broke.", "price: 1\nIt broke.", "kind: desk\nIt broke.", "It broke."]
    assert FORM.features(texts).tolist() == [[0, 1, 2], [0, 0, -2], [0, 0, 0], [0, 0, 0]]
    assert FORM.width == 3
    assert PLAIN.features(texts).shape == (4, 0)
    assert FORM.bodies(texts) == ["It broke."] * 4


def test_what_the_columns_hold_is_learnt_from_the_training_texts():
    form = RowForm(("text",), (CategoryColumn("kind"), NumberColumn("price")))
    learnt = form.learnt(["kind: lamp | price: 2\na", "kind: lamp\nb", "price: 4\nc"])
    assert learnt.also == (CategoryColumn("kind", (("lamp", 2),)), NumberColumn("price", 2, 4, 3, 1))
    assert RowForm.of_facts(learnt.text, learnt.facts()) == learnt


def test_a_column_of_numbers_refuses_words():
    with pytest.raises(DataError, match="not 'cheap'"):
        FORM.text_of({"title": "a", "body": "b", "kind": "lamp", "price": "cheap"})


def test_text_columns_of_a_row_to_predict_are_joined_as_those_of_a_table():
    row = {"title": "Lamp", "meta": {"body": "It broke."}, "stars": 2.0}
    assert RowForm(("title", "meta.body", "stars")).text_of(row) == "title: Lamp\nmeta.body: It broke.\nstars: 2"
    assert RowForm(("gone",)).text_of(row) == ""
    assert RowForm(("title",)).text_of({"title": " Lamp\n"}) == RowForm(("title",)).texts([["Lamp "]])[0] == "Lamp"
