"""Tokenization: the maximum length, and the encoding of a data set in one vocabulary."""

import hashlib
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from search_spaces import PretrainedText, Text
from trials.data.dataset import EncodedDataset, EncodedSplit, Split, TextDataset
from trials.data.encoding.cache import cached
from trials.data.encoding.reading import Reading, reading_of
from trials.data.encoding.vocabulary import CHUNK, learn_tokenizer
from trials.data.quality import DataIssue
from trials.data.special_tokens import END, PADDING_ID, SPECIAL_TOKENS, START
from trials.hub import PretrainedTokenizer, locate, read_tokenizer
from trials.tasks import LabelArray

LONGEST = 256
"""Usual limit of `choose_max_length`; attention over longer texts takes too long for most searches on a CPU."""

_COVERED = 95
_MULTIPLE = 8
_SAMPLE = 400
_TOKENS_PER_WORD = 1.2
"""Estimated tokens per word, from BBC News, Rotten Tomatoes and IMDB: 1.26, 1.26, 1.19 with 4000 pieces; 1.12, 1.12,
1.10 with 8000.
"""

_WORD = re.compile(r"\w+|[^\w\s]")


def encode(dataset: TextDataset, text: Text | PretrainedText, max_length: int, cache: Path | None) -> EncodedDataset:
    """Encode all texts except the test split, with a pretrained tokenizer or one that is trained on the training texts.

    The same arguments give the same ids. The result is stored in a folder of `cache` that is named after its content,
    so several processes may ask for it at the same time.

    Args:
        dataset: the texts; the test split is not read.
        text: the maximum number of word pieces to learn, or the checkpoint that has the tokenizer.
        max_length: maximum number of tokens of a text, special tokens included; longer texts are truncated.
        cache: folder to store results in; None stores nothing.

    Raises:
        PretrainedError: the checkpoint or its tokenizer cannot be used.
    """
    if isinstance(text, PretrainedText):
        encoded = _encode_pretrained(dataset, text, max_length, cache)
    else:
        encoded = _encode_learnt(dataset, text, min(text.longest, max_length), cache)
    if dataset.train.targets is not None:
        encoded = replace(encoded, train=replace(encoded.train, targets=dataset.train.targets))
    features = dataset.form.features((*dataset.train.texts, *dataset.validation.texts)) if dataset.form.also else None
    return replace(encoded, groups=dataset.groups, form=dataset.form, features=features)


def _encode_learnt(dataset: TextDataset, text: Text, max_length: int, cache: Path | None) -> EncodedDataset:
    def make() -> EncodedDataset:
        tokenizer = learn_tokenizer(dataset.train.texts, text.vocabulary_size, max_length)

        def encoded(split: Split) -> EncodedSplit:
            return concatenated(encode_texts(tokenizer, split.texts, max_length), split.labels, PADDING_ID)

        return EncodedDataset(
            train=encoded(dataset.train),
            validation=encoded(dataset.validation),
            label_names=dataset.label_names,
            tokenizer=tokenizer.to_str(),
            vocabulary_size=tokenizer.get_vocab_size(),
            max_length=max_length,
            unlabeled=encoded(_as_split(dataset.unlabeled)) if dataset.unlabeled else None,
        )

    return _cached(cache, (dataset.fingerprint, str(text.vocabulary_size), str(max_length)), make)


def _encode_pretrained(
    dataset: TextDataset, text: PretrainedText, max_length: int, cache: Path | None
) -> EncodedDataset:
    tokenizer = read_tokenizer(locate(text.checkpoint))
    longest = min(text.longest, max_length, tokenizer.longest)
    content = tokenizer.to_str()
    reading = reading_of(text, dataset.form, longest)

    def make(part: int = 0) -> EncodedDataset:
        def encoded(split: Split) -> EncodedSplit:
            tokens = reading.of_a_part.encode(tokenizer.tokenizer, reading.parts(split.texts)[part])
            return concatenated(tokens, split.labels, tokenizer.padding_id)

        return EncodedDataset(
            train=encoded(dataset.train),
            validation=encoded(dataset.validation),
            label_names=dataset.label_names,
            tokenizer=content,
            vocabulary_size=tokenizer.tokenizer.get_vocab_size(),
            max_length=longest,
            specials=tokenizer.specials,
            unlabeled=encoded(_as_split(dataset.unlabeled)) if dataset.unlabeled and not reading.is_apart else None,
        )

    digest = hashlib.sha256(f"{content}{sorted(tokenizer.specials.items())}".encode()).hexdigest()
    key = (dataset.fingerprint, digest, str(longest) if reading.is_plain else str(reading.facts()))
    second = _cached(cache, (*key, "second"), partial(make, 1)) if reading.is_apart else None
    return replace(_cached(cache, key, make), reading=reading, second=second)


def _as_split(texts: tuple[str, ...]) -> Split:
    """Return texts without labels as a split; all labels are 0, and are never read."""
    return Split(texts, np.zeros(len(texts), dtype=np.int64))


def _cached(cache: Path | None, key: Sequence[str], make: Callable[[], EncodedDataset]) -> EncodedDataset:
    return make() if cache is None else cached(cache, key, make)


def choose_max_length(dataset: TextDataset, most: int = LONGEST) -> int:
    """Return a maximum length, in tokens, that keeps 95% of the training texts of `dataset` whole.

    It is a multiple of 8. Lengths are estimated from words, before there is a tokenizer.

    Args:
        dataset: the data set.
        most: the largest result.
    """
    length = float(np.percentile(_estimated_lengths(dataset.train.texts), _COVERED))
    return min(most, _MULTIPLE * max(1, -int(-length // _MULTIPLE)))


def mean_length(texts: Sequence[str], max_length: int) -> float:
    """Estimate the mean number of tokens of a text.

    Args:
        texts: the texts, of which a sample is read.
        max_length: number of tokens at which texts are truncated.
    """
    return float(np.minimum(_estimated_lengths(texts), max_length).mean())


def share_beyond(texts: Sequence[str], max_length: int) -> float:
    """Estimate the share of texts that have more tokens than a limit.

    Args:
        texts: the texts, of which a sample is read.
        max_length: the limit.
    """
    return float((_estimated_lengths(texts) > max_length).mean())


def truncation(dataset: TextDataset, max_length: int) -> DataIssue | None:
    """Estimate how many texts and tokens are truncated; None if nothing is.

    Args:
        dataset: the data set, of whose training texts a sample is read.
        max_length: number of tokens at which texts are truncated.
    """
    lengths = _estimated_lengths(dataset.train.texts)
    lost = np.maximum(lengths - max_length, 0).sum() / lengths.sum()
    if lost == 0:
        return None
    texts = (lengths > max_length).mean()
    message = f"A length of {max_length} tokens cuts about {texts:.0%} of the texts and {lost:.0%} of all tokens."
    return DataIssue("truncation", message, blocking=False)


def _estimated_lengths(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the estimated tokens of evenly spaced texts, special tokens included, shape (at most `_SAMPLE`,)."""
    sample = (texts[round(position)] for position in np.linspace(0, len(texts) - 1, min(_SAMPLE, len(texts))))
    return np.array([_TOKENS_PER_WORD * len(_WORD.findall(text)) + 2 for text in sample])


def concatenated(texts: Iterable[list[int]], labels: LabelArray, padding_id: int) -> EncodedSplit:
    """Concatenate token ids into a split.

    Args:
        texts: token ids of each text.
        labels: as in `Split`.
        padding_id: token id that pads short texts in a batch.
    """
    ids, ends = array("i"), array("q", [0])  # an array for each text would take several times the memory
    for row in texts:
        ids.extend(row)
        ends.append(len(ids))
    return EncodedSplit(np.array(ids, dtype=np.int32), np.array(ends, dtype=np.int64), labels, padding_id)


def unlabelled(tokenizer: PretrainedTokenizer, texts: Sequence[str], reading: Reading) -> EncodedSplit:
    """Encode texts without labels; every label is 0.

    Args:
        tokenizer: the tokenizer.
        texts: the texts.
        reading: how they become tokens.
    """
    valid = [text.encode("utf-8", "replace").decode() for text in texts]  # JSON may hold half a surrogate pair
    tokens = reading.encode(tokenizer.tokenizer, valid)
    return concatenated(tokens, np.zeros(len(texts), dtype=np.int64), tokenizer.padding_id)


def encode_texts(tokenizer: Tokenizer, texts: Iterable[str], max_length: int) -> Iterator[list[int]]:
    """Yield the token ids of each text as `tokenizer` gives them, truncated with the special tokens kept.

    Each distinct chunk is tokenized once, and a text only as far as needed, which is twice as fast as whole texts.

    Args:
        tokenizer: the tokenizer.
        texts: the texts.
        max_length: maximum number of tokens of a text, special tokens included.
    """
    pieces = _Pieces(tokenizer)
    start, end = SPECIAL_TOKENS.index(START), SPECIAL_TOKENS.index(END)
    for text in texts:
        ids = chain.from_iterable(pieces[chunk] for chunk in CHUNK.findall(text))
        yield [start, *islice(ids, max_length - 2), end]


class _Pieces(dict[str, list[int]]):
    """Token ids by chunk, computed at the first access."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, chunk: str) -> list[int]:
        ids = self._tokenizer.encode(chunk, add_special_tokens=False).ids
        self[chunk] = ids
        return ids
