"""What was read from a source."""

from tests.trials.data.rows import examples, write_csv
from trials.data.load import load_dataset
from trials.data.options import DataOptions


def read(source, **options):
    return load_dataset(DataOptions(str(source), **options)).dataset.read


def test_rows_columns_and_classes_are_told(tmp_path):
    rows = [(str(n), text, label, f"a title of several words, {n}") for n, (text, label) in enumerate(examples(40))]
    repeated = ("40", rows[0][1], rows[0][2], "")
    path = write_csv(tmp_path / "reviews.csv", [*rows, repeated], ("id", "text", "label", "title"))

    found = read(path)

    assert (found.columns.text, found.columns.label) == (("text",), "label")
    assert (found.unused, found.texts) == (("id", "title"), ("title",))
    assert (found.given, sum(found.rows.values()), found.left_out) == (41, 40, {"duplicates": 1})
    assert found.classes == {"bad": 20, "good": 20}
    assert found.split_by == "by chance (seed 0)"


def test_a_column_of_which_a_field_is_used_is_used(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"data": {{"text": "{t}"}}, "label": "{k}"}}\n' for t, k in examples(40)))

    assert read(path, text=("data.text",)).unused == ()


def test_where_the_splits_come_from_is_told(tmp_path):
    parts = ("train", "train", "train", "dev", "2")
    rows = [(text, label, parts[number % 4]) for number, (text, label) in enumerate(examples(100))]
    column = write_csv(tmp_path / "all.csv", rows, header=("text", "label", "split"))
    assert read(column).split_by == "by the column 'split' ('dev' is validation); test by chance (seed 0)"

    folder = tmp_path / "files"
    folder.mkdir()
    for number, name in enumerate(("train", "val", "test")):
        write_csv(folder / f"{name}.csv", examples(40, prefix=f"{number} "))
    assert read(folder).split_by == "as given"
    assert len(read(folder).files) == 3
