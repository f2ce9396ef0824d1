"""Values inside JSON cells."""

from pathlib import Path

import pytest

from trials.data.columns.nested import cells_of, field_names, field_of, has_column, lacks_field, nested
from trials.data.readers import Table


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (" [] ", []),
        ("['pos', 'new']", ["pos", "new"]),  # as pandas writes a list to CSV
        ("[Intro] and so on [end]", None),
        ('"text"', None),
        ("(1, 2)", None),
        ("[", None),
        ("{{1}}", None),  # a template; Python has no set of sets
        ("{[1]: 2}", None),
        pytest.param("[" * 5000 + "]" * 5000, None, id="deep"),
        ("", None),
        (None, None),
    ],
)
def test_lists_and_objects_are_told_from_text(cell, value):
    assert nested(cell) == value


CHAT = [
    '[{"role": "user", "content": "hello"}, {"role": "bot", "content": "hi"}]',
    '[{"role": "user", "content": "bye"}]',
    None,
]


def test_a_path_gives_the_cells_of_a_field():
    table = Table(Path("chat.jsonl"), {"messages": CHAT, "a.b": ["x", "y", "z"], "a": ['{"b": "inner"}', "no", ""]})

    assert cells_of(table, "messages.0.content") == ["hello", "bye", None]
    assert cells_of(table, "messages.-1.content") == ["hi", "bye", None]
    assert cells_of(table, "a.b") == ["x", "y", "z"]
    assert cells_of(table, "messages.0.text") is None
    assert cells_of(table, "gone.0") is None


def test_a_row_to_predict_may_hold_the_objects_themselves():
    assert field_of({"messages": [{"content": "hello"}]}, "messages.0.content") == "hello"
    assert field_of({"messages": CHAT[1]}, "messages.0.content") == "bye"
    assert field_of({"messages": None}, "messages.0.content") is None
    assert has_column(["messages"], "messages.0.content")
    assert not has_column(["messages"], "message")


@pytest.mark.parametrize(
    ("cells", "is_lacking"),
    [
        (["plain text"], True),
        (['{"a": "x"}', None], True),
        (['{"b": "x"}', '{"a": "x"}'], False),
        (['{"b": null}'], False),
        ([None, "", "[]", {}], False),
        ([], False),
    ],
)
def test_a_path_is_lacking_where_no_row_with_a_value_has_it(cells, is_lacking):
    assert lacks_field([{"a": value} for value in cells], "a.b") == is_lacking
    assert not lacks_field([{"a.b": value} for value in cells], "a.b")


def test_the_fields_that_can_be_named_are_listed():
    assert field_names("data", ['{"text": "a", "source": "web"}', '{"lang": "en"}']) == [
        "data.text",
        "data.source",
        "data.lang",
    ]
    assert field_names("messages", CHAT) == ["messages.0.role", "messages.0.content"]
    assert field_names("words", ['["a", "b"]']) == ["words.0"]
