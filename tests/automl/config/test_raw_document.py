"""Experiment files and settings, before they are checked."""

import pytest

from automl.config.raw_document import get_field, parse_setting, read_document, set_field
from automl.core.errors import UsageError


def test_data_lies_beside_the_file(tmp_path):
    file = tmp_path / "experiment.yaml"
    told = "source: reviews.csv, validation: more/v.csv, unlabeled: more/texts.txt, text: body"
    file.write_text(f"data: {{{told}}}\nworkspace: runs\n")
    assert read_document(file) == {
        "data": {
            "source": str(tmp_path / "reviews.csv"),
            "validation": str(tmp_path / "more/v.csv"),
            "unlabeled": str(tmp_path / "more/texts.txt"),
            "text": "body",
        },
        "workspace": "runs",
    }


@pytest.mark.parametrize("source", ["bbc-news", "/data/reviews.csv"])
def test_a_corpus_and_an_absolute_path_stay_as_they_are(tmp_path, source):
    file = tmp_path / "experiment.yaml"
    file.write_text(f"data: {{source: {source}, unlabeled: {source}}}\n")
    assert read_document(file)["data"] == {"source": source, "unlabeled": source}


def test_an_empty_section_is_none(tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_text("\ufeffsearch:\n#  trials: 3\n", encoding="utf-8")
    assert read_document(file) == {"data": {}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"data:\n  source: a.csv\n search: 1\n", "must be YAML: line 3, column 2"),
        (b"search: {metric: [\n", "must be YAML: line 2"),
        (b"a: \x07b\n", "must be YAML"),
        (b"", "must be a mapping of fields, but it is empty"),
        (b"- a\n- b\n", "must be a mapping of fields, but it is list"),
        (b"data: caf\xe9\n", "cannot be read as UTF-8 text"),
    ],
)
def test_files_that_are_none(tmp_path, content, words):
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        read_document(file)
    assert words in str(raised.value)
    assert "broken.yaml" in str(raised.value)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(UsageError, match=r"no experiment file .*gone\.yaml"):
        read_document(tmp_path / "gone.yaml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_document(tmp_path)


@pytest.mark.parametrize(
    ("setting", "parsed"),
    [
        ("search.trials=5", ("search.trials", 5)),
        (" data.text = body ", ("data.text", "body")),
        ("data.text=a=b", ("data.text", "a=b")),
        ("storage=", ("storage", None)),
        (
            "space.overrides.architecture.depth={low: 1, high: 2}",
            ("space.overrides.architecture.depth", {"low": 1, "high": 2}),
        ),
    ],
)
def test_settings(setting, parsed):
    assert parse_setting(setting) == parsed


@pytest.mark.parametrize(
    ("setting", "words"), [("trials", "key=value"), ("=5", "key=value"), ("a={", "YAML value, not '{'")]
)
def test_settings_that_are_none(setting, words):
    with pytest.raises(ValueError, match=r"^--set .*") as raised:
        parse_setting(setting)
    assert words in str(raised.value)


def test_fields_are_reached_by_dotted_keys():
    document = {"search": {"trials": 5, "seed": 1}, "space": "encoder"}
    set_field(document, "search.trials", 7)
    set_field(document, "space.overrides.optimizer.learning_rate", 0.1)
    set_field(document, "study", "a")
    assert document == {
        "search": {"trials": 7, "seed": 1},
        "space": {"overrides": {"optimizer.learning_rate": 0.1}},
        "study": "a",
    }
    assert get_field(document, "space.overrides.optimizer.learning_rate") == 0.1
    assert get_field(document, "space.overrides.optimizer") is None
    assert get_field(document, "study.name") is None
