"""Folders in the layout that `datasets.Dataset.save_to_disk` writes, made by hand: that library is no dependency."""

import json

import pyarrow as pa
import pytest

from trials.data.readers import read_folder
from trials.errors import DataError

FEATURES = {
    "text": {"dtype": "string", "_type": "Value"},
    "label": {"names": ["negative", "positive"], "_type": "ClassLabel"},
}


def save_to_disk(folder, *shards):
    folder.mkdir(parents=True)
    names = [f"data-{number:05}-of-{len(shards):05}.arrow" for number in range(len(shards))]
    schema = pa.schema({"text": pa.string(), "label": pa.int64()})
    for name, (texts, labels) in zip(names, shards, strict=True):
        table = pa.table({"text": texts, "label": labels}, schema=schema)
        with pa.OSFile(str(folder / name), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
            writer.write_table(table)
    (folder / "state.json").write_text(
        json.dumps({"_data_files": [{"filename": name} for name in names], "_fingerprint": "f", "_split": None})
    )
    (folder / "dataset_info.json").write_text(json.dumps({"features": FEATURES}))


def test_the_shards_of_a_dataset_are_read_in_order_with_class_names(tmp_path):
    save_to_disk(tmp_path / "reviews", (["a", "b"], [1, 0]), (["c"], [-1]))

    tables = read_folder(tmp_path / "reviews")

    assert tables.keys() == {"train"}
    assert tables["train"].columns == {"text": ["a", "b", "c"], "label": ["positive", "negative", None]}


def test_a_dataset_dict_is_given_splits(tmp_path):
    for split in ("train", "validation", "unsupervised"):
        save_to_disk(tmp_path / split, ([split], [1]))
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "validation", "unsupervised"]}))

    tables = read_folder(tmp_path)

    assert {name: table.columns["text"] for name, table in tables.items()} == {
        "train": ["train"],
        "validation": ["validation"],
    }
    (said,) = tables["train"].found[0].warnings()
    assert "1 splits stand for neither training nor validation nor test, and were not read: unsupervised." in said


def test_a_dataset_dict_without_training_split_is_refused(tmp_path):
    save_to_disk(tmp_path / "test", (["a"], [1]))
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": ["test"]}))

    with pytest.raises(DataError, match="'train'; it has: test"):
        read_folder(tmp_path)


@pytest.mark.parametrize("damage", ["data-00000-of-00001.arrow", "dataset_info.json", "state.json"])
def test_a_damaged_dataset_is_told_by_its_folder(tmp_path, damage):
    save_to_disk(tmp_path / "reviews", (["a"], [1]))
    (tmp_path / "reviews" / damage).write_bytes(b"{}")

    with pytest.raises(DataError, match=r"reviews must be.*damaged"):
        read_folder(tmp_path / "reviews")


def test_two_names_for_one_split_are_refused(tmp_path):
    """One of them would be left out without a word."""
    names = ["train", "valid", "validation"]
    for split in names:
        save_to_disk(tmp_path / split, ([split], [1]))
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": names}))

    with pytest.raises(DataError, match=r"one validation split.*'valid' and 'validation'"):
        read_folder(tmp_path)
