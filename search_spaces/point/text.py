"""How a text becomes the input of a model."""

from dataclasses import dataclass, fields

from search_spaces.point.require import require

READINGS = ("head", "windows", "pair", "apart")
"""How a text becomes tokens: its beginning, if it is too long; several windows, whose features a probe averages; two
columns as a pair; or two columns each by itself, whose features a probe compares."""

WORD_READINGS = ("whole", "apart")
"""How a linear model reads a text: all of it at once; or two columns each by itself, which are compared."""

ANY_LENGTH = 8192
"""Tokens of a text beyond which no model reads; so that `data.max_length` alone is the limit."""


@dataclass(frozen=True, repr=False)
class Text:
    """A tokenizer that is trained on the training split.

    Attributes:
        vocabulary_size: number of word pieces.
        longest: maximum number of tokens of a text, special tokens included; at least 3. The default is no part of
            `repr`, by which training states are identified, so that those from before it existed are still used.
    """

    vocabulary_size: int
    longest: int = ANY_LENGTH

    def __post_init__(self) -> None:
        require(self.vocabulary_size >= 1, "the vocabulary size must be at least 1", self.vocabulary_size)
        require(self.longest >= 3, "the longest text must be at least 3 tokens", self.longest)

    def __repr__(self) -> str:
        return _without_defaults(self)


@dataclass(frozen=True, repr=False)
class PretrainedText:
    """The tokenizer of a pretrained checkpoint.

    Attributes:
        checkpoint: a built-in name, a folder, or an id on the Hugging Face hub.
        longest: maximum number of tokens of a text, special tokens included; at least 3.
        reading: how a text becomes tokens, one of `READINGS`. The default is no part of `repr`, by which training
            states are identified, so that those from before it existed are still used.
    """

    checkpoint: str
    longest: int
    reading: str = "head"

    def __post_init__(self) -> None:
        require(self.longest >= 3, "the longest text must be at least 3 tokens", self.longest)
        require(self.reading in READINGS, f"the reading must be one of {', '.join(READINGS)}", self.reading)

    def __repr__(self) -> str:
        return _without_defaults(self)


@dataclass(frozen=True)
class Words:
    """Counts of n-grams of words and characters.

    Attributes:
        words: largest number of words in an n-gram.
        characters: largest number of characters in an n-gram; 0 means no character n-grams.
        rarest: smallest number of training texts that an n-gram must occur in.
        sublinear: whether a count n is replaced by 1 + log(n).
        reading: how a text is read, one of `WORD_READINGS`.
    """

    words: int
    characters: int
    rarest: int
    sublinear: bool
    reading: str = "whole"

    def __post_init__(self) -> None:
        require(self.words >= 1, "runs of words must be of at least 1", self.words)
        require(self.characters >= 0, "runs of characters must be of at least 0", self.characters)
        require(self.rarest >= 1, "the texts that something must occur in must be at least 1", self.rarest)
        require(self.reading in WORD_READINGS, f"the reading must be one of {', '.join(WORD_READINGS)}", self.reading)


def _without_defaults(part: Text | PretrainedText) -> str:
    """Return the usual `repr` of a dataclass, without the fields that have their defaults."""
    shown = [each for each in fields(part) if getattr(part, each.name) != each.default]
    return f"{type(part).__name__}({', '.join(f'{each.name}={getattr(part, each.name)!r}' for each in shown)})"
