"""What is remembered of a data set."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from tests.trials.data.texts import small_dataset
from trials.data.dataset import Split, TextDataset
from trials.data.dataset_traits import FREQUENT, DatasetTraits, describe


def dataset(texts: list[str], labels: list[int], names: tuple[str, ...] = ("a", "b")) -> TextDataset:
    none = Split((), np.empty(0, dtype=np.int64))
    return TextDataset("made up", names, Split(tuple(texts), np.array(labels, dtype=np.int64)), none, none, "f")


def test_counts_lengths_and_balance():
    traits = describe(dataset(["a fine film", "a dull film, and a long one", "so so"], [0, 1, 1]))
    assert (traits.classes, traits.rows, traits.words) == (2, 3, 3.0)
    assert traits.balance == pytest.approx(0.918, abs=1e-3)
    assert describe(dataset(["one", "two"], [0, 1])).balance == 1.0


@pytest.mark.parametrize(
    ("text", "script", "words"),
    [
        ("一部好电影", "CJK", 5),
        ("хороший фильм", "CYRILLIC", 2),
        ("ภาพยนตร์ดี", "THAI", 10),
        ("좋은 영화", "HANGUL", 2),
        ("a good film", "LATIN", 3),
    ],
)
def test_the_script_and_the_words_of_scripts_without_spaces(text, script, words):
    traits = describe(dataset([text] * 4, [0, 1, 0, 1]))
    assert max(traits.scripts, key=traits.scripts.__getitem__) == script
    assert traits.words == words


def test_texts_without_a_letter_have_no_script():
    assert describe(dataset(["🙂 12", "!!"], [0, 1])).scripts == {}


def test_a_long_text_is_measured_by_its_beginning():
    traits = describe(dataset(["word " * 10_000] * 2, [0, 1]))
    assert traits.words == pytest.approx(10_000, rel=0.01)


def test_no_word_can_be_read_and_all_of_it_is_small():
    texts = [" ".join(f"word{number}" for number in range(row, row + 300)) for row in range(600)]
    written = json.dumps(asdict(describe(dataset(texts, [0, 1] * 300))))
    assert "word" not in written.replace('"words"', "")
    assert len(written) < 20 * FREQUENT


def test_it_is_the_same_again_and_after_a_visit_to_the_database():
    traits = describe(small_dataset())
    assert describe(small_dataset()) == traits
    assert DatasetTraits(**json.loads(json.dumps(asdict(traits)))) == traits


def test_the_order_of_rows_does_not_matter():
    data = small_dataset()
    turned = Split(data.train.texts[::-1], data.train.labels[::-1].copy())
    assert describe(replace(data, train=turned)) == describe(data)
