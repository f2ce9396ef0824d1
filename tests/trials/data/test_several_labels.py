"""Data with several labels a text, from the file to arrays."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.errors import DataError


def several(count: int) -> list[tuple[str, list[str]]]:
    """Texts with one label, with two, and with none."""
    sets = (["bad"], ["bad", "new"], ["new"], [])
    return [(f"{text} {number}", sets[number % 4]) for number, (text, _) in enumerate(examples(count))]


def written_as_lists(path, rows):
    path.write_text("".join(json.dumps({"text": text, "labels": names}) + "\n" for text, names in rows))
    return DataOptions(str(path))


def test_lists_joined_names_and_columns_of_0_and_1_give_the_same_data(tmp_path):
    rows = several(80)
    joined = write_csv(tmp_path / "joined.csv", [(text, "; ".join(names)) for text, names in rows])
    bits = [(text, int("bad" in names), int("new" in names)) for text, names in rows]
    columns = write_csv(tmp_path / "columns.csv", bits, header=("text", "bad", "new"))

    lists, names, ones = (
        load_dataset(options).dataset
        for options in (
            written_as_lists(tmp_path / "lists.jsonl", rows),
            DataOptions(str(joined), task="multi-label"),
            DataOptions(str(columns), indicators=("bad", "new")),
        )
    )

    assert lists.label_names == ("bad", "new")
    assert (lists.train.labels.shape, lists.train.labels.dtype) == ((56, 2), bool)
    assert lists.fingerprint == names.fingerprint == ones.fingerprint
    assert [data.read.sets for data in (lists, names, ones)] == ["lists", "names joined by ';'", "columns of 0 and 1"]
    assert (lists.read.unlabelled, lists.read.classes) == (20, {"bad": 40, "new": 40})
    for split in (lists.train, lists.validation, lists.test):
        assert np.abs(split.labels.mean(axis=0) - 0.5).max() <= 0.1


def test_joined_names_stop_the_search_until_the_user_says_what_they_are(tmp_path):
    path = write_csv(tmp_path / "joined.csv", [(text, "|".join(names) or "none") for text, names in several(80)])
    options = DataOptions(str(path))

    with pytest.raises(DataError, match=r"--task multi-label --label-separator '\|'.*--task single-label"):
        load_dataset(options)

    assert load_dataset(replace(options, task="single-label")).dataset.label_names == ("bad", "bad|new", "new", "none")
    assert load_dataset(replace(options, label_separator="|")).dataset.label_names == ("bad", "new", "none")


def test_a_label_of_too_few_texts_is_left_out_but_not_its_texts(tmp_path):
    rows = several(80)
    rows[0] = (rows[0][0], ["bad", "rare"])
    options = written_as_lists(tmp_path / "lists.jsonl", rows)

    with pytest.raises(DataError, match=r"'rare'.*small-classes"):
        load_dataset(options)

    data = load_dataset(replace(options, allow=frozenset({"small-classes"}))).dataset
    assert data.label_names == ("bad", "new")
    assert sum(map(len, (data.train, data.validation, data.test))) == 80


def test_names_that_differ_in_form_are_merged_within_sets(tmp_path):
    rows = [(text, [name.title() if number % 8 == 1 else name for name in names])
            for number, (text, names) in enumerate(several(80))]  # fmt: skip
    options = written_as_lists(tmp_path / "lists.jsonl", rows)

    with pytest.raises(DataError, match=r"similar-labels"):
        load_dataset(options)

    assert load_dataset(replace(options, merge_labels=True)).dataset.label_names == ("bad", "new")


def test_groups_stay_together_with_several_labels(tmp_path):
    rows = [(text, "|".join(names), f"author {number // 4}") for number, (text, names) in enumerate(several(80))]
    path = write_csv(tmp_path / "all.csv", rows, header=("text", "labels", "author"))

    data = load_dataset(DataOptions(str(path), label="labels", group="author", task="multi-label")).dataset

    assert set(np.bincount(data.groups).tolist()) == {4}
    assert data.test.labels.any(axis=0).all()


def test_corrections_replace_all_labels_of_a_text(tmp_path):
    rows = several(80)
    names = sorted({name for _, own in rows for name in own})
    options = written_as_lists(tmp_path / "lists.jsonl", rows)
    write_csv(tmp_path / "c.csv", [(rows[0][0], "|".join(names))], header=("text", "correction"))

    data = load_dataset(replace(options, corrections=tmp_path / "c.csv")).dataset

    parts = (data.train, data.validation, data.test)
    labels = {text: row for part in parts for text, row in zip(part.texts, part.labels, strict=True)}
    assert labels[rows[0][0]].all()
    assert data.corrections == "1 row relabelled and 0 rows dropped by the corrections in c.csv."
