import subprocess
import sys
from collections import Counter

from tokenizers import Tokenizer

from tests.trials.data.texts import WORDS, small_dataset
from trials.data.encoding import vocabulary
from trials.data.encoding.vocabulary import learn_tokenizer
from trials.data.special_tokens import SPECIAL_TOKENS

TEXTS = small_dataset().train.texts


def test_special_tokens_come_first_and_stand_around_a_text():
    tokenizer = learn_tokenizer(TEXTS, 300, 64)

    assert [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]
    assert tokenizer.encode("The FILM was").tokens == ["[CLS]", "the", "film", "was", "[SEP]"]
    assert tokenizer.decode(tokenizer.encode("unbelievably good").ids) == "unbelievably good"


def test_characters_are_plain_pieces_not_special_tokens():
    tokenizer = learn_tokenizer(TEXTS, 300, 64)

    assert tokenizer.get_added_tokens_decoder().keys() == {0, 1, 2, 3, 4}
    spelt = Tokenizer.from_str(tokenizer.to_str()).encode("unbelievableness").tokens[1:-1]
    assert "".join(piece.removeprefix("##") for piece in spelt) == "unbelievableness"


def test_the_vocabulary_is_no_larger_than_asked_and_ids_have_no_gaps():
    for size in (40, 100, 5000):
        ids = sorted(learn_tokenizer(TEXTS, size, 64).get_vocab().values())
        assert len(ids) <= size
        assert ids == list(range(len(ids)))


def test_other_processes_learn_the_same_tokenizer():
    program = (
        "from tests.trials.data.encoding.test_vocabulary import TEXTS;"
        "from trials.data.encoding.vocabulary import learn_tokenizer; "
        "print(ascii(learn_tokenizer(TEXTS, 120, 64).to_str()))"
    )
    made = {
        subprocess.check_output([sys.executable, "-c", program], text=True, env={"PYTHONHASHSEED": seed}).strip()
        for seed in ("1", "2", "3")
    }

    assert made == {ascii(learn_tokenizer(TEXTS, 120, 64).to_str())}


def test_words_are_counted_as_the_tokenizer_splits_them():
    tokenizer = learn_tokenizer(TEXTS, 300, 64)
    split = tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(" ".join(WORDS)))

    assert vocabulary._words(tokenizer, Counter(WORDS)) == Counter(word for word, _ in split)


def test_a_large_corpus_is_thinned(monkeypatch):
    monkeypatch.setattr(vocabulary, "MOST_TEXTS", 7)
    monkeypatch.setattr(vocabulary, "MOST_WORDS", 50)

    assert learn_tokenizer(TEXTS, 300, 64).encode("the film").tokens[0] == "[CLS]"


def test_a_word_of_millions_of_characters_is_not_learned_from(monkeypatch):
    """The trainer would take hours over it, and the model reads it as unknown."""
    monkeypatch.setattr(vocabulary, "LONGEST_WORD", 8)
    texts = ["abababababab " * 9, "cd cd cd"]
    pieces = learn_tokenizer(texts, 200, 64).get_vocab()
    assert "cd" in pieces
    assert not any(len(piece.lstrip("#")) > 1 and "a" in piece for piece in pieces)
