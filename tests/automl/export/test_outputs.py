import csv
import json
from pathlib import Path

import pytest

from automl.errors import UsageError
from automl.export.outputs import check_target, open_writer

COLUMNS = ["text", "tags", "probability"]
ROWS = [{"text": 'a "b",\nc\td', "tags": ["x"], "probability": 0.25}, {"text": "é", "probability": 1.0}]


def write(path: Path) -> None:
    with open_writer(path, COLUMNS) as writer:
        for row in ROWS:
            writer.write(row)


@pytest.mark.parametrize(("suffix", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited(tmp_path: Path, suffix: str, delimiter: str) -> None:
    path = tmp_path / f"out.{suffix}"
    write(path)
    with path.open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file, delimiter=delimiter))
    assert read == [COLUMNS, ['a "b",\nc\td', '["x"]', "0.25"], ["é", "", "1"]]


def test_json_lines(tmp_path: Path) -> None:
    write(tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_a_run_that_fails_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("older")
    with pytest.raises(ZeroDivisionError), open_writer(path, COLUMNS) as writer:
        writer.write(ROWS[0])
        raise ZeroDivisionError
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_target_that_cannot_be_written_is_said_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.csv, \.tsv, \.jsonl, \.ndjson, not"):
        check_target(tmp_path / "out.xlsx")
    with pytest.raises(UsageError, match="folder that exists"):
        check_target(tmp_path / "nowhere" / "out.csv")
