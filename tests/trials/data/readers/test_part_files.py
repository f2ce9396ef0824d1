import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trials.data.readers.part_files import has_part_files, read_part_files
from trials.errors import DataError


def write(path, *texts):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"text": texts, "label": ["a"] * len(texts)}), path)


def texts(folder):
    return {split: table.columns["text"] for split, table in read_part_files(folder).items()}


def test_a_folder_of_parts_is_one_table(tmp_path):
    write(tmp_path / "part-00000-abc.snappy.parquet", "one")
    write(tmp_path / "part-00001-abc.snappy.parquet", "two")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / ".part-00000-abc.snappy.parquet.crc").write_bytes(b"crc")

    assert texts(tmp_path) == {"train": ["one", "two"]}


def test_sub_folders_may_be_named_for_splits(tmp_path):
    write(tmp_path / "train" / "0000.parquet", "one")
    write(tmp_path / "dev" / "0000.parquet", "two")

    assert texts(tmp_path) == {"train": ["one"], "validation": ["two"]}


def test_parts_with_other_columns_are_refused(tmp_path):
    write(tmp_path / "part-0.parquet", "one")
    (tmp_path / "part-1.csv").write_text("text,other\na,b\n")

    with pytest.raises(DataError, match="All parts must have the same columns"):
        read_part_files(tmp_path)


def test_other_files_are_no_parts(tmp_path):
    write(tmp_path / "reviews.parquet", "one")
    write(tmp_path / "party-2024.parquet", "two")
    assert not has_part_files(tmp_path)


def test_a_file_that_is_named_for_a_split_without_parts_is_refused(tmp_path):
    write(tmp_path / "train" / "part-0.parquet", "one")
    (tmp_path / "test.csv").write_text("text,label\na,b\n")

    with pytest.raises(DataError, match=r"all splits in one form, but test\.csv would not be read beside train\."):
        read_part_files(tmp_path)
