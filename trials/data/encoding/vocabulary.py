"""Trains a WordPiece tokenizer reproducibly: the same text always gives the same vocabulary.

Words are counted here, once for each distinct one, and the trainer gets the counts only, which is fast. The trainer of
`tokenizers` (0.22, 0.23) numbers the characters inside words in the order of a hash map with a random seed, which
changes merges from run to run; so it gets all characters beforehand, in order.
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

LONGEST_WORD = 10_000
"""Characters of the longest word that is learned from: the trainer's time grows with their square, and the model gives
words of more than 100 characters the unknown token anyway.
"""

CHUNK = re.compile(r"[^ \t\n\r]+")
"""Text between plain white space; no token crosses its ends."""


def learn_tokenizer(texts: Sequence[str], vocabulary_size: int, max_length: int) -> Tokenizer:
    """Train a tokenizer that lower-cases, strips accents, and encodes a text as `[CLS] text [SEP]`.

    A large corpus is reduced to every n-th text, and its word counts are scaled down, which drops the rarest words.

    Args:
        texts: the training texts.
        vocabulary_size: maximum number of word pieces; little text gives fewer.
        max_length: maximum number of tokens of a text; only the beginnings that a model can read are used.
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
    """Return how often each word occurs in the chunks, normalized and split as `tokenizer` does."""
    normalizer, pre_tokenizer = tokenizer.normalizer, tokenizer.pre_tokenizer
    words: Counter[str] = Counter()
    for chunk, count in chunks.items():
        if chunk.isascii() and chunk.isalnum():  # a shortcut for most words, with the same result
            words[chunk.lower()] += count
        else:
            for word, _ in pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(chunk)):
                words[word] += count
    return words


def _pieces(words: Counter[str], vocabulary_size: int) -> dict[str, int]:
    """Return word pieces with their ids, special tokens first."""
    alphabet = _alphabet(words, (vocabulary_size - len(SPECIAL_TOKENS)) // 2)
    # As special tokens, characters get their ids before the trainer reads words; later they are plain pieces.
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
    """Return the characters of all words, sorted; if there are more than `most`, the most frequent ones."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            counts[character] += count
    ranked = sorted(counts, key=lambda character: (-counts[character], character))
    return sorted(ranked[:most])


def _repeated(words: Counter[str], alphabet: set[str]) -> Iterator[str]:
    """Yield each word as often as its count, because the trainer does not take counts."""
    scale = min(1.0, MOST_WORDS / max(1, words.total()))
    for word, count in words.items():
        if len(word) <= LONGEST_WORD and alphabet.issuperset(word):
            yield " ".join([word] * round(count * scale))
