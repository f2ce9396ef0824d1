import gzip
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.export.inputs import Row, open_folder
from trials.data.readers import ReadOptions
from trials.errors import DataError

LABELS = ("bad", "good")


def read(folder: Path) -> tuple[tuple[str, ...], list[Row]]:
    rows = open_folder(folder, LABELS)
    first, second = list(rows.stream()), list(rows.stream())
    assert first == second  # each stream begins anew
    return rows.columns, first


def test_parts_come_by_name_with_the_types_of_their_cells(tmp_path: Path) -> None:
    for number, texts in ((1, ["c", None]), (0, ["a", "b"])):
        table = pa.table({"id": [10 * number, 10 * number + 1], "text": texts})
        pq.write_table(table, tmp_path / f"part-0000{number}.parquet")
    columns, rows = read(tmp_path)
    assert columns == ("id", "text")
    assert rows == [{"id": 0, "text": "a"}, {"id": 1, "text": "b"}, {"id": 10, "text": "c"}, {"id": 11, "text": None}]


def test_splits_come_one_after_the_other_with_all_their_columns(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text('{"text": "c", "more": [1]}\n')
    (tmp_path / "train.csv").write_text("text,label\na,good\n,\n")
    with gzip.open(tmp_path / "dev.csv.gz", "wt") as file:
        file.write("label;text\nbad;b\n")
    columns, rows = read(tmp_path)
    assert columns == ("text", "label", "more")
    assert rows == [
        {"text": "a", "label": "good"},
        {"text": "", "label": ""},
        {"text": "b", "label": "bad"},
        {"text": "c", "more": [1]},
    ]


def test_folders_of_classes_and_saved_data_are_read_as_in_training(tmp_path: Path) -> None:
    for name, text in (("good", "a"), ("bad", "b")):
        (tmp_path / "classes" / name).mkdir(parents=True)
        (tmp_path / "classes" / name / "1.txt").write_text(text)
    assert read(tmp_path / "classes")[1] == [{"text": "b", "label": "bad"}, {"text": "a", "label": "good"}]
    datasets.Dataset.from_dict({"text": ["a", "b"]}).save_to_disk(tmp_path / "saved")
    assert read(tmp_path / "saved") == (("text",), [{"text": "a"}, {"text": "b"}])


def test_text_files_alone_are_rows_with_the_names_of_their_files(tmp_path: Path) -> None:
    for name, text in (("b.txt", "two\nlines\n"), ("a.txt", ""), (".hidden.txt", "no")):
        (tmp_path / name).write_text(text)
    columns, rows = read(tmp_path)
    assert columns == ("file", "text")
    assert rows == [{"file": "a.txt", "text": ""}, {"file": "b.txt", "text": "two\nlines\n"}]


def test_what_was_found_in_each_file_is_kept(tmp_path: Path) -> None:
    for number, content in enumerate(
        (b"text,id\na\0b,1\n", "text,id\nd\xe9j\xe0 vu \xe0 c\xf4t\xe9,2\n".encode("cp1252"))
    ):
        (tmp_path / f"part-{number}.csv").write_bytes(content)
    first, second = open_folder(tmp_path, LABELS, ReadOptions()).found
    assert "zero bytes" in first.warnings()[0]
    assert second.confidence is not None  # its encoding was guessed


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["one.csv", "two.csv"], "must be one of these, but it holds one.csv, two.csv"),
        (["train-00000-of-00002.csv"], "must hold all 2 parts of the train split, but it has 1"),
        (["train.csv", "train.jsonl"], "must hold one train file"),
        (["train.csv", "test/part-0.csv"], "must hold all splits in one form"),
    ],
)
def test_what_a_search_refuses_is_refused(tmp_path: Path, names: list[str], words: str) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text,label\na,good\n")
    with pytest.raises(DataError) as raised:
        open_folder(tmp_path, LABELS)
    assert words in str(raised.value)


def test_files_of_no_split_and_of_one_read_elsewhere_are_told(tmp_path: Path) -> None:
    for name in ("train.csv", "test.csv", "more.csv", "train/raw.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\na\n")
    rows = open_folder(tmp_path, LABELS)
    assert len(list(rows.stream())) == 2
    others, elsewhere = (warning for facts in rows.found for warning in facts.warnings())
    assert "1 files beside it are named for no split of their own and were not read: more.csv" in others
    assert "were not read: train." in elsewhere


@pytest.mark.parametrize(
    ("other", "named"),
    [("more.csv", "more.csv"), ("b.jsonl.gz", "b.jsonl.gz"), ("b.txt.gz", "b.txt.gz"), ("more/b.txt.gz", "more")],
)
def test_text_files_beside_something_else_are_refused(tmp_path: Path, other: str, named: str) -> None:
    (tmp_path / "README.txt").write_text("what this is")
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).write_text("text\na\n")
    with pytest.raises(DataError, match=f"must hold text files alone, a text each, but {named} would"):
        open_folder(tmp_path, LABELS)
