"""What was read, for people and programs."""

import json
from dataclasses import replace

from automl.report.data_read import WIDTH, data_card, data_facts, data_lines
from tests.automl.report.records import make_read
from trials.data.columns import Columns, RowForm
from trials.data.columns.also_columns import CategoryColumn, NumberColumn
from trials.data.readers import FileFacts
from trials.data.readers.file_facts import Loss


def test_the_block_names_files_columns_rows_and_classes():
    assert data_lines(make_read("title", "body")) == [
        "What was read",
        "  files    reviews.csv: CSV, comma, utf-8, 120 rows",
        "  text     title + body, joined with their names",
        "  label    label, 2 classes: sport 60, business 40",
        "  rows     100 of 120 used: train 70, validation 15, test 15",
        "           20 left out: duplicates 20",
        "  split    by chance (seed 0)",
        "  not used id",
    ]


def test_columns_beside_the_text_are_told_with_their_kinds():
    also = (CategoryColumn("kind", (("lamp", 40), ("sofa", 30))), NumberColumn("price", 1.5, 99, 20, 5))
    read = replace(make_read("body"), form=RowForm(("body",), also))
    assert data_lines(read)[3:5] == [
        "  also     kind: 2 categories (lamp 40, sofa 30)",
        "           price: numbers from 1.5 to 99",
    ]
    assert data_facts(read)["also"] == [
        {"name": "kind", "kind": "category", "categories": {"lamp": 40, "sofa": 30}},
        {"name": "price", "kind": "number", "low": 1.5, "high": 99, "mean": 20, "deviation": 5},
    ]
    assert "```\nkind: ... | price: ...\n```" in data_card(read)


def test_long_data_stay_a_short_block():
    classes = {f"class number {number} of the many": 10_000 for number in range(500)}
    columns = tuple(f"column_{number}" for number in range(100))
    facts = FileFacts("a" * 60 + ".csv", "CSV", 7, losses=(Loss("rows were skipped", 3, (1, 2, 3)),))
    read = replace(make_read("text"), classes=classes, unused=columns, texts=columns[:2], files=(facts,) * 30)

    lines = data_lines(read)

    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < 35
    said = " ".join(" ".join(lines).split())
    assert "500 classes: class number 0 of the many 10,000" in said and "and 492 more" in said
    assert "and 26 more files" in said and "3 rows were skipped (lines 1, 2, 3)" in said
    assert "--text text --text column_0 --text column_1 joins them" in said


def test_the_card_says_how_a_text_is_made_of_columns():
    assert data_card(make_read("review")).startswith("Texts are those of the column `review`.\n\nRows: 70 train, 15 v")
    several = data_card(make_read("title", "body"))
    assert "```\ntitle: ...\nbody: ...\n```" in several
    assert "20 left out: duplicates 20. Labels are those of `label`. Rows are split: by chance (seed 0)." in several


def test_programs_get_the_same_as_json():
    read = replace(make_read("text"), columns=Columns(("text",), "mood", "part", "author"))

    facts = json.loads(json.dumps(data_facts(read)))

    assert (facts["text"], facts["label"], facts["split"], facts["group"], facts["time"]) == (
        *("text", "mood", "part", "author"),
        None,
    )
    assert facts["files"][0]["encoding"] == "utf-8" and facts["files"][0]["delimiter"] == ","
    assert (facts["rows_read"], facts["rows"]["train"], facts["left_out"]) == (120, 70, {"duplicates": 20})
    assert data_facts(make_read("title", "body"))["text"] == ["title", "body"]


def test_several_labels_a_text_are_told_with_how_they_are_written():
    read = replace(make_read("text"), sets="names joined by '|'", unlabelled=7)
    told = " ".join(" ".join(data_lines(read)).split())
    assert "label, names joined by '|': several labels a text (multi-label), 1.00 on average, none for 7 texts" in told
    assert "2 labels: sport 60, business 40" in told
    assert "`label` (names joined by '|'), several a text or none" in data_card(read)
    columns = replace(read, columns=replace(read.columns, indicators=("sport", "business")))
    assert data_facts(columns)["label"] == ["sport", "business"]


def test_numbers_and_ordered_classes_are_told_as_what_they_are() -> None:
    read = make_read("text")
    numbers = " ".join(data_lines(replace(read, numbers=(1.0, 3.25, 5.0))))
    assert "label, numbers (regression) from 1 to 5, 3.25 on average" in numbers
    order = " ".join(" ".join(data_lines(replace(read, order=("business", "sport")))).split())
    assert "2 ordered classes (ordinal), from low to high: business 40, sport 60" in order
    assert data_facts(replace(read, numbers=(1.0, 3.25, 5.0)))["numbers"] == {"min": 1.0, "mean": 3.25, "max": 5.0}
