import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.options import DataOptions
from trials.data.sources import read_source, source_name
from trials.errors import DataError


def test_given_files_are_the_splits_they_are_given_for(tmp_path):
    train = write_csv(tmp_path / "a.csv", examples(4))
    validation = write_csv(tmp_path / "b.csv", [("b", "good")])
    test = write_csv(tmp_path / "c.csv", [("c", "bad")])

    rows = read_source(DataOptions(str(train), validation=validation, test=test))

    assert [(split, len(part)) for split, part in rows.items()] == [("train", 4), ("validation", 1), ("test", 1)]
    assert (rows["validation"].texts, rows["test"].labels) == (["b"], ["bad"])


def test_a_split_column_divides_the_rows_whatever_the_case(tmp_path):
    rows = [("a", "x", "Train"), ("b", "y", "TEST "), ("c", "y", "val"), ("d", "x", "train")]
    path = write_csv(tmp_path / "all.csv", rows, header=("text", "label", "part"))

    given = read_source(DataOptions(str(path), split="part"))

    assert {split: part.texts for split, part in given.items()} == {
        "train": ["a", "d"],
        "test": ["b"],
        "validation": ["c"],
    }


@pytest.mark.parametrize(
    ("parts", "said"), [(("train", "holdout"), "not 'holdout'.*row 2"), (("test", "dev"), "must name training rows")]
)
def test_a_split_column_with_other_values_is_refused(tmp_path, parts, said):
    path = write_csv(tmp_path / "all.csv", [("a", "x", parts[0]), ("b", "y", parts[1])], header=("text", "label", "p"))

    with pytest.raises(DataError, match=said):
        read_source(DataOptions(str(path), split="p"))


def test_a_split_that_is_given_twice_is_refused(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("train", "test"):
        write_csv(folder / f"{name}.csv", [*examples(4)])
    other = write_csv(tmp_path / "other.csv", examples(2))

    with pytest.raises(DataError, match="test split must be given once"):
        read_source(DataOptions(str(folder), test=other))
    with pytest.raises(DataError, match="Leave out --split"):
        read_source(DataOptions(str(folder), text="text", label="label", split="label"))


def test_a_given_file_must_have_the_columns_of_the_training_data(tmp_path):
    train = write_csv(tmp_path / "a.csv", examples(4), header=("review", "stars"))
    test = write_csv(tmp_path / "b.csv", examples(4), header=("review", "rating"))

    with pytest.raises(DataError, match=r"b\.csv must have .* no 'stars'.*review, rating"):
        read_source(DataOptions(str(train), test=test))


def test_a_missing_file_is_told_with_the_near_miss_beside_it(tmp_path):
    train = write_csv(tmp_path / "reviews.csv", examples(4))

    with pytest.raises(DataError, match=r"Did you mean 'reviews\.csv'\?"):
        read_source(DataOptions(str(tmp_path / "review.csv")))
    with pytest.raises(DataError, match=r"Did you mean 'reviews\.csv'\?"):
        read_source(DataOptions(str(train), test=tmp_path / "rewiews.csv"))
    with pytest.raises(DataError, match="The folder does not exist either"):
        read_source(DataOptions(str(tmp_path / "nowhere" / "x.csv")))


def test_a_corpus_that_does_not_exist_is_told_with_the_near_miss():
    with pytest.raises(DataError, match=r"bbc-news, rotten-tomatoes, imdb.*Did you mean 'bbc-news'\?"):
        read_source(DataOptions("bbc_news"))


def test_a_file_of_an_unknown_kind_is_told_with_the_known_ones(tmp_path):
    path = tmp_path / "book.docx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(DataError, match=r"\.csv, \.tsv.*not '\.docx'"):
        read_source(DataOptions(str(path)))


def test_a_data_set_is_named_for_its_corpus_file_or_folder(tmp_path):
    assert source_name("bbc-news") == "bbc-news"
    assert source_name(str(tmp_path / "reviews.csv")) == "reviews"
