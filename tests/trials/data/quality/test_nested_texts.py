"""Text columns that hold JSON."""

import json

import pytest

from tests.trials.data.rows import examples
from trials.data.options import DataOptions
from trials.data.quality.nested_texts import check_nested_texts
from trials.data.sources import read_source


def source(tmp_path, make, **options):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(make(text, label)) + "\n" for text, label in examples(10)))
    return read_source(DataOptions(str(path), **options))


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda text, label: {"text": {"body": text, "mood": label}, "label": label}, "--text text.body"),
        (lambda text, label: {"text": [{"content": text}], "label": label}, "--text text.0.content"),
        (lambda text, label: {"text": text.split(), "label": label}, "--text text.0"),
    ],
)
def test_objects_and_lists_block_and_their_fields_are_named(tmp_path, make, field):
    (finding,) = check_nested_texts(source(tmp_path, make))

    assert (finding.code, finding.blocking) == ("nested-texts", True)
    assert field in finding.message


def test_a_named_field_and_plain_text_pass(tmp_path):
    nested = source(tmp_path, lambda text, label: {"text": {"body": text}, "label": label}, text=("text.body",))
    assert check_nested_texts(nested) == []
    assert nested.rows["train"].texts[0] == "text number 0 says it is so"
    assert check_nested_texts(source(tmp_path, lambda text, label: {"text": f"[{text}]", "label": label})) == []
