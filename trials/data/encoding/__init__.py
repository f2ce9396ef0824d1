"""Encoding of texts as batches of tokens: vocabulary, tokenization, and a cache of encoded data."""

from trials.data.encoding.batches import EVALUATION_TOKENS, Batch, TrainingBatches, collate, evaluation_rows
from trials.data.encoding.reading import APART, MOST_WINDOWS, PAIR, PARTS, WINDOWS, Reading, reading_of
from trials.data.encoding.tokenization import (
    LONGEST,
    choose_max_length,
    encode,
    mean_length,
    share_beyond,
    truncation,
    unlabelled,
)
from trials.data.encoding.vocabulary import learn_tokenizer

__all__ = [
    "APART",
    "EVALUATION_TOKENS",
    "LONGEST",
    "MOST_WINDOWS",
    "PAIR",
    "PARTS",
    "WINDOWS",
    "Batch",
    "Reading",
    "TrainingBatches",
    "choose_max_length",
    "collate",
    "encode",
    "evaluation_rows",
    "learn_tokenizer",
    "mean_length",
    "reading_of",
    "share_beyond",
    "truncation",
    "unlabelled",
]
