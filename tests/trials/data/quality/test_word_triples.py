"""Hashes of word triples."""

import subprocess
import sys

import pytest

from trials.data.quality import word_triples as module
from trials.data.quality.word_triples import word_triples


def triples(*texts):
    return [found.tolist() for found in word_triples(texts)]


def test_each_text_has_its_different_triples():
    one, two = triples("a b c d a b c", "b c d and more")

    assert len(one) == 4 + 1 - 1  # abc, bcd, cda, dab; abc again
    assert len(two) == 3
    assert len(set(one) & set(two)) == 1


def test_case_and_punctuation_do_not_count():
    assert triples("The Cat, sat -- there!") == triples("the cat sat there")


def test_short_texts_are_one_triple_and_texts_without_words_none():
    one, two, none, empty = triples("good", "very good", "?!", "")

    assert (len(one), len(two), none, empty) == (1, 1, [], [])
    assert one != two


def test_a_character_is_a_word_where_there_are_no_spaces():
    assert len(triples("今天天气很好")[0]) == 4
    assert len(triples("좋은 하루 되세요")[0]) == 1


def test_chunks_make_no_difference(monkeypatch):
    texts = ["some words of a text", "", "x", "others of 日本語 and déjà vu", "half \ud83d of a pair"]
    whole = triples(*texts)
    monkeypatch.setattr(module, "_CHUNK_CHARACTERS", 1)

    assert triples(*texts) == whole


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hashes_are_the_same_in_every_process(seed):
    program = "from trials.data.quality.word_triples import word_triples; print(next(word_triples(['a b c'])).tolist())"
    said = subprocess.check_output([sys.executable, "-c", program], text=True, env={"PYTHONHASHSEED": seed})

    assert said.strip() == str(triples("a b c")[0])
