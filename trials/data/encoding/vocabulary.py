"""A WordPiece tokenizer, learnt from text so that the same text always gives the same vocabulary.

Two things keep it quick and repeatable. Words are counted here, once for each distinct one, and only counts reach the
trainer. And the trainer of `tokenizers` (0.22, 0.23) numbers the characters inside words in the order of a hash map
with a random seed, which changes merges from run to run: it is given all characters beforehand, in order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer, WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer

from trials.data.special_tokens import END, SPECIAL_TOKENS, START, UNKNOWN

MOST_TEXTS = 100_000
MOST_WORDS = 1_000_000

CHUNK = re.compile(r"[^ \t\n\r]+")
"""What stands between plain white space: no token reaches over its edges."""


def learn_tokenizer(texts: Sequence[str], vocabulary_size: int, max_length: int) -> Tokenizer:
    """A tokenizer of at most `vocabulary_size` pieces, lower-cased and without accents, as `[CLS] text [SEP]`.

    It is learnt from the beginnings of texts, which is what a model of `max_length` tokens sees. A large corpus is
    thinned to every n-th text, and its word counts are scaled down, which drops the rarest words.
    """
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    words = _words(tokenizer, _chunks(texts, max_length))
    tokenizer.model = WordPiece(vocab=_pieces(words, vocabulary_size), unk_token=UNKNOWN)
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.decoder = WordPieceDecoder()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B:1 {END}:1",
        special_tokens=[(token, SPECIAL_TOKENS.index(token)) for token in (START, END)],
    )
    return tokenizer


def _chunks(texts: Sequence[str], limit: int) -> Counter[str]:
    chosen = texts[:: -(-len(texts) // MOST_TEXTS)]
    return Counter(chain.from_iterable(CHUNK.findall(text)[:limit] for text in chosen))


def _words(tokenizer: Tokenizer, chunks: Counter[str]) -> Counter[str]:
    """How often each word stands in the chunks, normalised and split as `tokenizer` does."""
    normalizer, pre_tokenizer = tokenizer.normalizer, tokenizer.pre_tokenizer
    words: Counter[str] = Counter()
    for chunk, count in chunks.items():
        if chunk.isascii() and chunk.isalnum():  # the short way for most words, with the same result
            words[chunk.lower()] += count
        else:
            for word, _ in pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(chunk)):
                words[word] += count
    return words


def _pieces(words: Counter[str], vocabulary_size: int) -> dict[str, int]:
    """Word pieces with their ids, special tokens first."""
    alphabet = _alphabet(words, (vocabulary_size - len(SPECIAL_TOKENS)) // 2)
    # Given as special tokens, characters get their ids before the trainer looks at words; they are plain pieces later.
    inside = set().union(*(word[1:] for word in words))
    first = [*SPECIAL_TOKENS, *alphabet, *(f"##{character}" for character in alphabet if character in inside)]
    trainer = WordPieceTrainer(
        vocab_size=vocabulary_size, special_tokens=first, limit_alphabet=len(alphabet), show_progress=False
    )
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.train_from_iterator(_repeated(words, set(alphabet)), trainer)
    return tokenizer.get_vocab()


def _alphabet(words: Counter[str], most: int) -> list[str]:
    """The characters that words are made of, in order; of very many (as in Chinese), the most frequent."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            counts[character] += count
    ranked = sorted(counts, key=lambda character: (-counts[character], character))
    return sorted(ranked[:most])


def _repeated(words: Counter[str], alphabet: set[str]) -> Iterator[str]:
    """Each word as often as it counts, for the trainer has no other way to be told."""
    scale = min(1.0, MOST_WORDS / max(1, words.total()))
    for word, count in words.items():
        if alphabet.issuperset(word):
            yield " ".join([word] * round(count * scale))
