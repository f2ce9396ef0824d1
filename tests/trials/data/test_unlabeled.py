"""Texts without labels: read in every format, and never such as are held out."""

import gzip
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.columns import PLAIN, RowForm
from trials.data.columns.also_columns import CategoryColumn
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.data.quality.cleaning import text_key
from trials.data.readers import ReadOptions
from trials.data.unlabeled import read_unlabeled
from trials.errors import DataError

TEXTS = ["one text, with a comma", 'another "quoted" one', "a third; and last"]


def as_lines(folder):
    (folder / "texts.txt").write_text("\n".join([*TEXTS, ""]))
    return folder / "texts.txt"


def as_one_column(folder):
    return write_csv(folder / "texts.csv", [[text] for text in TEXTS], header=("review",))


def as_several_columns(folder):
    return write_csv(folder / "texts.csv", [[n, text] for n, text in enumerate(TEXTS)], header=("id", "body"))


def as_compressed(write):
    def compressed(folder):
        path = write(folder)
        packed = path.with_name(f"{path.name}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        return packed

    return compressed


def as_json(folder):
    (folder / "texts.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in TEXTS))
    return folder / "texts.jsonl"


def as_parquet(folder):
    pq.write_table(pa.table({"text": TEXTS}), folder / "texts.parquet")
    return folder / "texts.parquet"


def as_files(folder):
    for number, text in enumerate(TEXTS):
        (folder / f"{number}.txt").write_text(text)
    return folder


def as_classes(folder):
    for number, text in enumerate(TEXTS):
        (folder / f"class{number}").mkdir()
        (folder / f"class{number}" / "a.txt").write_text(text)
    return folder


FORMATS = [
    as_compressed(as_lines),
    as_compressed(as_one_column),
    as_lines,
    as_one_column,
    as_several_columns,
    as_json,
    as_parquet,
    as_files,
    as_classes,
]


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_gives_its_texts(tmp_path, write):
    assert [text for text in read_unlabeled(str(write(tmp_path)), PLAIN) if text] == TEXTS


def test_a_column_is_named_as_in_the_labelled_data_or_asked_for(tmp_path):
    path = write_csv(tmp_path / "texts.csv", [["a", "b"]] * 2, header=("this", "that"))
    assert read_unlabeled(str(path), RowForm(("that",))) == ["b", "b"]
    with pytest.raises(DataError, match="which column holds the text is not clear"):
        read_unlabeled(str(path), RowForm(("other",)))


def test_files_are_read_as_the_user_said(tmp_path):
    labelled = write_csv(tmp_path / "labelled.csv", examples(100))
    table, lines, folder = tmp_path / "texts.csv", tmp_path / "texts.txt", tmp_path / "folder"
    folder.mkdir()
    table.write_text("žluť; a kůň\nkůň; a žluť\n", encoding="cp1250")
    for path in (lines, folder / "a.txt"):
        path.write_text("žluť; a kůň", encoding="cp1250")
    read = ReadOptions(encoding="cp1250", delimiter="|", header=False)

    assert read_unlabeled(str(table), PLAIN, read) == ["žluť; a kůň", "kůň; a žluť"]
    assert read_unlabeled(str(lines), PLAIN, read) == read_unlabeled(str(folder), PLAIN, read) == ["žluť; a kůň"]
    options = DataOptions(str(labelled), unlabeled=str(lines), read=ReadOptions(encoding="cp1250"))
    assert load_dataset(options).dataset.unlabeled == ("žluť; a kůň",)


@pytest.mark.parametrize(("source", "said"), [("bbc-newz", "Did you mean 'bbc-news'"), ("gone.txt", "none of them")])
def test_what_is_not_there_is_told(source, said):
    with pytest.raises(DataError, match=said):
        read_unlabeled(source, PLAIN)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"png")
    with pytest.raises(DataError, match="must be one of these"):
        read_unlabeled(str(tmp_path), PLAIN)


def test_what_stands_in_validation_or_test_is_left_out_and_told(tmp_path):
    """Whichever rows the split puts there, and whatever white space is around them."""
    labelled = examples(100)
    path = write_csv(tmp_path / "labelled.csv", labelled)
    other = [f"only here, number {number}" for number in range(5)]
    unlabeled = tmp_path / "texts.txt"
    unlabeled.write_text("\n".join([*(text.replace(" ", "  ") for text, _ in labelled), *other, other[0], "", " "]))
    loaded = load_dataset(DataOptions(str(path), unlabeled=str(unlabeled)))
    assert loaded.dataset.unlabeled == tuple(other)
    held_out = {*map(text_key, (*loaded.dataset.validation.texts, *loaded.dataset.test.texts))}
    found = {finding.code: finding.message for finding in loaded.findings}
    assert (
        f"{len(held_out)} of 108 unlabelled texts also occur in the validation or test split"
        in (found["unlabeled-overlap"])
    )
    assert f"{len(loaded.dataset.train) + 1} of 108" in found["unlabeled-duplicates"]


def test_texts_none_of_which_is_left_are_refused(tmp_path):
    path = write_csv(tmp_path / "labelled.csv", examples(100))
    with pytest.raises(DataError, match="none of its 100 texts remains"):
        load_dataset(DataOptions(str(path), unlabeled=str(path)))


def test_they_have_a_say_in_the_fingerprint_and_none_in_the_splits(tmp_path):
    path = write_csv(tmp_path / "labelled.csv", examples(100))
    options = DataOptions(str(path))
    unlabeled = as_lines(tmp_path)
    without, given = (load_dataset(replace(options, unlabeled=name)).dataset for name in (None, str(unlabeled)))
    unlabeled.write_text("\n".join(TEXTS[:2]))
    changed = load_dataset(replace(options, unlabeled=str(unlabeled))).dataset
    assert len({without.fingerprint, given.fingerprint, changed.fingerprint}) == 3
    assert without.train.texts == given.train.texts == changed.train.texts


def test_columns_beside_the_text_come_before_it_where_the_texts_have_them(tmp_path):
    form = RowForm((), (CategoryColumn("kind"), CategoryColumn("size")))
    path = tmp_path / "more.csv"
    path.write_text("text,kind\nIt broke.,lamp\nFine.,\n")
    assert read_unlabeled(str(path), form) == ["kind: lamp\nIt broke.", "Fine."]
