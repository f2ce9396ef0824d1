from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from automl.core import DataProblem, UsageError
from automl.export.prediction import label_rows, predict
from automl.export.text_source import TextSource
from trials.data import RowForm
from trials.data.readers import READ_OPTIONS
from trials.metrics import Logits

NAMES = ("business", "film", "sport")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text("id,text\n" + "".join(f"{row},a good goal {row}\n" for row in range(7)))
    return path


def test_texts_come_in_their_order_so_many_at_a_time(table: Path) -> None:
    source = TextSource(table, NAMES, READ_OPTIONS, RowForm(("text",)))
    assert [len(texts) for texts in source.texts(3)] == [3, 3, 1]
    assert next(source.texts(2)) == ["a good goal 0", "a good goal 1"]


def test_rows_get_the_logits_that_are_computed_elsewhere(tiny_model: Path, table: Path, tmp_path: Path) -> None:
    def elsewhere(source: TextSource) -> Iterator[Logits]:
        for texts in source.texts(2):
            yield np.array([[0.0, 1.0, float(text[-1])] for text in texts])

    _, rows = label_rows(tiny_model, table, elsewhere=elsewhere)
    assert [(row["id"], row["label"]) for row in rows] == [
        (str(row), "film" if row < 2 else "sport") for row in range(7)
    ]


@pytest.mark.parametrize("rows", [6, 8])
def test_a_file_that_changes_meanwhile_is_told(tiny_model: Path, table: Path, rows: int) -> None:
    _, labelled = label_rows(tiny_model, table, elsewhere=lambda _: iter([np.zeros((rows, 3))]))
    with pytest.raises(DataProblem, match="must not change while it is read"):
        list(labelled)


def test_what_cannot_be_read_twice_is_refused(tiny_model: Path, table: Path) -> None:
    for source, sql in ((None, None), ("sqlite:///a.db", "select 1"), ("hf://a/b", None)):
        with pytest.raises(UsageError, match="a cluster labels a file or a folder"):
            predict(tiny_model, source, sql=sql, elsewhere=lambda _: iter(()))


def test_a_text_that_is_no_text_is_told_to_whoever_reads(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text('{"a": {"b": "text"}, "n": 1}\n' * 2)
    with pytest.raises(DataProblem, match=r"must lie at 'a\.c'"):
        list(TextSource(path, NAMES, READ_OPTIONS, RowForm(("a.c",))).texts(2))
