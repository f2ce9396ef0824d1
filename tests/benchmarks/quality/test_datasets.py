import csv
from collections import Counter
from pathlib import Path

from benchmarks.quality.datasets import Kind, Table, split, write_texts

TABLE = Table([f"text {row}" for row in range(400)], ["ab"[row % 2] for row in range(400)])


def test_no_row_is_on_both_sides_and_another_split_has_others() -> None:
    kind = Kind(lambda: TABLE, train=100, test=80)
    learn, test = split(kind, TABLE, 0)
    assert (len(learn.texts), len(test.texts)) == (100, 80)
    assert not set(learn.texts) & set(test.texts)
    assert Counter(learn.labels) == {"a": 50, "b": 50}
    assert split(kind, TABLE, 0) == (learn, test)
    assert set(split(kind, TABLE, 1)[1].texts) != set(test.texts)


def test_an_unbalanced_data_set_is_unbalanced_where_it_is_learned_alone() -> None:
    learn, test = split(Kind(lambda: TABLE, train=90, test=80, shares=(1, 1 / 8)), TABLE, 0)
    assert Counter(learn.labels) == {"a": 80, "b": 10}
    assert Counter(test.labels) == {"a": 40, "b": 40}


def test_contenders_see_texts_without_labels(tmp_path: Path) -> None:
    write_texts(["one, with a comma", "two"], tmp_path / "test.csv")
    with (tmp_path / "test.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == [{"text": "one, with a comma"}, {"text": "two"}]
