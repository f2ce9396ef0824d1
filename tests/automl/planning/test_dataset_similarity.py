"""How like data sets are: real ones, and made-up ones."""

from dataclasses import replace

import pytest

from automl.planning.dataset_similarity import likeness
from tests.automl.corpora import corpus, part
from trials.data.dataset_traits import DatasetTraits, describe

PLAIN = DatasetTraits(2, 1000, 20.0, 1.0, {"LATIN": 1.0}, ["a", "b", "c", "d"])


@pytest.fixture(scope="module")
def reviews() -> DatasetTraits:
    return describe(part(corpus("rotten-tomatoes"), 0, 4))


@pytest.fixture(scope="module")
def movies() -> DatasetTraits:
    return describe(part(corpus("imdb"), 0, 8))


@pytest.fixture(scope="module")
def news() -> DatasetTraits:
    return describe(part(corpus("bbc-news"), 0, 2))


def test_other_texts_of_the_same_kind_are_likest_then_those_on_the_same_matter(reviews, movies, news):
    others = describe(part(corpus("rotten-tomatoes"), 1, 4))
    assert likeness(reviews, others) > 0.6
    assert likeness(reviews, others) > likeness(reviews, movies) > likeness(reviews, news)
    assert likeness(movies, reviews) > likeness(movies, news)


def test_the_same_data_are_alike_and_it_is_the_same_either_way_round(reviews, news):
    assert likeness(reviews, reviews) == 1.0
    assert likeness(reviews, news) == likeness(news, reviews)


@pytest.mark.parametrize(
    "change",
    [
        {"classes": 20},
        {"rows": 100_000},
        {"words": 400.0},
        {"balance": 0.3},
        {"scripts": {"CYRILLIC": 1.0}},
        {"vocabulary": ["a", "x", "y", "z"]},
    ],
)
def test_each_trait_tells(change):
    assert 0 < likeness(PLAIN, replace(PLAIN, **change)) < 0.9


def test_another_language_is_further_than_another_size():
    other = replace(PLAIN, scripts={"CYRILLIC": 1.0}, vocabulary=["e", "f"])
    assert likeness(PLAIN, other) < 0.01 < 0.5 < likeness(PLAIN, replace(PLAIN, rows=100_000, words=200.0))


def test_texts_without_words_are_no_trouble():
    empty = replace(PLAIN, words=0.0, scripts={}, vocabulary=[])
    assert likeness(empty, empty) == 1.0
    assert 0 < likeness(PLAIN, empty) < 0.5
