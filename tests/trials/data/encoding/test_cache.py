import threading
from dataclasses import replace

import numpy as np
import pytest

from search_spaces import Text
from tests.trials.data.texts import small_dataset
from trials.data.encoding import cache, tokenization
from trials.data.encoding.tokenization import encode


def same(one, other):
    return all(
        np.array_equal(getattr(getattr(one, split), part), getattr(getattr(other, split), part))
        for split in ("train", "validation")
        for part in ("tokens", "offsets", "labels")
    ) and (one.tokenizer, one.vocabulary_size, one.label_names, one.max_length) == (
        other.tokenizer,
        other.vocabulary_size,
        other.label_names,
        other.max_length,
    )


@pytest.fixture
def learnt(monkeypatch):
    """The vocabulary sizes that a tokenizer was learnt for, in order."""
    sizes = []
    real = tokenization.learn_tokenizer

    def counting(texts, vocabulary_size, max_length):
        sizes.append(vocabulary_size)
        return real(texts, vocabulary_size, max_length)

    monkeypatch.setattr(tokenization, "learn_tokenizer", counting)
    return sizes


def test_the_second_time_nothing_is_learnt_and_all_is_equal(tmp_path, learnt):
    first, second = (encode(small_dataset(), Text(300), 64, tmp_path / "cache") for _ in range(2))

    assert learnt == [300]
    assert same(first, second)
    assert second.train.tokens.dtype == np.int32


def test_other_text_vocabulary_length_or_format_is_made_anew(tmp_path, learnt, monkeypatch):
    encode(small_dataset(), Text(300), 64, tmp_path)
    encode(small_dataset(length=12), Text(300), 64, tmp_path)
    encode(small_dataset(), Text(200), 64, tmp_path)
    encode(small_dataset(), Text(300), 32, tmp_path)
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    encode(small_dataset(), Text(300), 64, tmp_path)

    assert learnt == [300, 300, 200, 300, 300]
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("damaged", ["arrays.npz", "rest.json", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_entry_is_made_again(tmp_path, learnt, damaged, damage):
    first = encode(small_dataset(), Text(300), 64, tmp_path)
    file = next(tmp_path.glob(f"*/{damaged}"))
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:20])

    again, kept = (encode(small_dataset(), Text(300), 64, tmp_path) for _ in range(2))

    assert learnt == [300, 300]
    assert same(first, again)
    assert same(first, kept)


def test_several_may_ask_at_once_and_leave_one_whole_entry(tmp_path):
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(encode(small_dataset(), Text(300), 64, tmp_path / "cache")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 6
    assert all(same(made[0], other) for other in made)
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_texts_without_labels_are_kept_too(tmp_path):
    dataset = replace(small_dataset(), unlabeled=small_dataset(20).train.texts)
    made, read = (encode(dataset, Text(300), 64, tmp_path / "cache") for _ in range(2))
    for part in ("tokens", "offsets", "labels"):
        np.testing.assert_array_equal(getattr(read.unlabeled, part), getattr(made.unlabeled, part))
    assert len(made.unlabeled) == 40
    assert encode(small_dataset(), Text(300), 64, tmp_path / "other").unlabeled is None
