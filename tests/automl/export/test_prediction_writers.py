import csv
import json
from pathlib import Path

import pytest

from automl.core.errors import UsageError
from automl.export.prediction_writers import check_target, harmless_cell, open_writer

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
    with pytest.raises(UsageError, match=r"--spreadsheet is for files that end in \.csv, \.tsv, not for"):
        check_target(tmp_path / "out.jsonl", spreadsheet=True)


@pytest.mark.parametrize("text", ["=1+1", "+1 for this", "-good", "@SUM(A1)", "\tx", "\r=1", "\n=1", "\uff1d1"])
def test_a_cell_that_would_be_a_formula_is_made_harmless(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["fine", "a = b", "", -0.5, -1e-05, "-3", "+4.5"])
def test_other_cells_stay_what_they_are(value: object) -> None:
    assert not str(harmless_cell(value)).startswith("'")


def test_only_a_spreadsheet_gets_changed_cells(tmp_path: Path) -> None:
    for spreadsheet, said in ((False, "=A1"), (True, "'=A1")):
        with open_writer(tmp_path / "out.tsv", ["=name"], spreadsheet=spreadsheet) as writer:
            writer.write({"=name": "=A1"})
        assert (tmp_path / "out.tsv").read_text().splitlines()[1] == said
    assert (tmp_path / "out.tsv").read_text().startswith("'=name")
