"""What every reader promises: all rows come back, splits are repeatable, and no text is in two of them."""

import csv
import json

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from tests.trials.data.readers.test_class_folders import write_class
from tests.trials.data.readers.test_saved_dataset import save_to_disk
from tests.trials.data.rows import examples, write_csv
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.data.readers import FOLDER_READERS, READERS

ROWS = [*examples(60, classes=("negative", "positive")), *examples(20, classes=("negative", "positive"))]


def write_tsv(path):
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([("text", "label"), *ROWS])


def write_json_lines(path):
    path.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in ROWS))


def write_parquet(path):
    pq.write_table(pa.table({"text": [text for text, _ in ROWS], "label": [label for _, label in ROWS]}), path)


def write_lines(path):
    path.write_text("".join(f"{label}\t{text}\n" for text, label in ROWS))


def write_split_files(folder):
    folder.mkdir()
    write_csv(folder / "train.csv", ROWS)
    write_csv(folder / "val.csv", ROWS[:8])


def write_class_folders(folder):
    for name in ("negative", "positive"):
        write_class(folder / name, *(text for text, label in ROWS if label == name))


def write_saved(folder):
    ids = {"negative": 0, "positive": 1}
    save_to_disk(folder, ([text for text, _ in ROWS], [ids[label] for _, label in ROWS]))


def write_arrow(path):
    feather.write_feather(pa.table({"text": [text for text, _ in ROWS], "label": [label for _, label in ROWS]}), path)


def write_workbook(path):
    if path.suffix not in {".xlsx", ".ods"}:
        pytest.skip("no library writes this format; all of them are read by the same function")
    frame = pd.DataFrame(ROWS, columns=["text", "label"])
    frame.to_excel(
        path, index=False, engine=pytest.importorskip({".xlsx": "openpyxl", ".ods": "odf"}[path.suffix]).__name__
    )


FILES = {
    ".csv": lambda path: write_csv(path, ROWS),
    ".tsv": write_tsv,
    ".json": write_json_lines,
    ".jsonl": write_json_lines,
    ".ndjson": write_json_lines,
    ".parquet": write_parquet,
    ".arrow": write_arrow,
    ".feather": write_arrow,
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), write_workbook),
    ".txt": write_lines,
}


def write_parts(folder):
    folder.mkdir()
    for number, part in enumerate((ROWS[:50], ROWS[50:])):
        write_csv(folder / f"part-{number:05}.csv", part)


FOLDERS = {
    "saved-dataset": write_saved,
    "split-files": write_split_files,
    "part-files": write_parts,
    "class-folders": write_class_folders,
}


def test_the_suite_knows_every_reader():
    assert FILES.keys() == READERS.keys()
    assert FOLDERS.keys() == FOLDER_READERS.keys()


@pytest.mark.parametrize("kind", [*FILES, *FOLDERS])
def test_a_reader_gives_repeatable_splits_without_a_leak(tmp_path, kind):
    source = tmp_path / (f"reviews{kind}" if kind in FILES else "reviews")
    {**FILES, **FOLDERS}[kind](source)

    first, second = (load_dataset(DataOptions(str(source))).dataset for _ in range(2))

    texts = [set(split.texts) for split in (first.train, first.validation, first.test)]
    assert set().union(*texts) == {text for text, _ in ROWS}
    assert sum(map(len, texts)) == 60
    assert first.label_names == ("negative", "positive")
    assert (first.fingerprint, first.train.texts) == (second.fingerprint, second.train.texts)
