import time

import numpy as np

from trials.data.quality.near_copies import near_copies

WORDS = [f"word{number}" for number in range(2000)]


def text(seed: int, words: int = 30) -> list[str]:
    return np.random.default_rng(seed).choice(WORDS, words).tolist()


def test_a_text_with_one_other_word_is_a_near_copy_and_unlike_texts_are_not():
    first = text(1)
    second = [*first[:-1], "changed"]
    texts = [" ".join(words) for words in (first, text(2), second, text(3))]

    assert near_copies(texts) == [(0, 2)]


def test_case_punctuation_and_white_space_do_not_count():
    assert near_copies(["A fine film!", "other words here", "a  fine\nFILM"]) == [(0, 2)]


def test_texts_of_one_word_are_copies_only_of_the_same_word_and_texts_without_words_of_none():
    assert near_copies(["good", "bad", "Good.", "!!!", "!!!", ""]) == [(0, 2)]


def test_half_of_a_text_is_no_near_copy():
    first = text(1)

    assert near_copies([" ".join(first), " ".join([*first[:15], *text(2)[:15]])]) == []


def test_many_copies_of_one_text_are_each_found_and_take_no_quadratic_time():
    first = text(1)
    texts = [" ".join([*first[:-1], f"end{number}"]) for number in range(3000)]

    started = time.process_time()
    pairs = near_copies(texts)

    assert {row for pair in pairs for row in pair} == set(range(3000))
    assert len(pairs) < 100_000
    assert time.process_time() - started < 20


def test_nearly_all_near_copies_are_found():
    pairs = 300
    texts = []
    for number in range(pairs):
        words = text(number, 40)
        texts += [" ".join(words), " ".join([*words[:20], "other", *words[21:]])]

    assert len(near_copies(texts)) >= 0.98 * pairs
