"""How a text becomes the tokens of an encoder: its beginning, several windows, or two columns, as a pair or apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from tokenizers import Tokenizer

from search_spaces import PretrainedText
from trials.data.columns import RowForm, pair_of

WINDOWS, PAIR, APART = "windows", "pair", "apart"

MOST_WINDOWS = 4
"""Windows of a text, which together have four times the tokens of its beginning, and take up to four times as long."""

PARTS = {WINDOWS: MOST_WINDOWS, APART: 2}
"""Most parts of a text that are encoded each by itself, by the reading; one part in any other."""

TEXTS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Reading:
    """How texts become tokens.

    Attributes:
        longest: maximum number of tokens of a text or a window, special tokens included.
        windows: most windows of a text; with more than one, a longer text is several windows one after the other, each
            of `longest` tokens, at even distances from its beginning to its end.
        pair: names of the two text columns that are the parts of a pair; None reads a text as it is.
        is_apart: whether each part of a pair has tokens of its own, of which `longest` are read, and not both together.
    """

    longest: int
    windows: int = 1
    pair: tuple[str, str] | None = None
    is_apart: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether any tool reads texts so: as they are, cut at their ends."""
        return self.windows == 1 and self.pair is None

    @property
    def window(self) -> int | None:
        """Tokens of a window; None if a text is read at once."""
        return self.longest if self.windows > 1 else None

    @property
    def of_a_part(self) -> "Reading":
        """How each of the texts that `parts` gives becomes tokens."""
        return replace(self, pair=None, is_apart=False) if self.is_apart else self

    def parts(self, texts: Sequence[str]) -> list[Sequence[str]]:
        """Return what is encoded by itself: the texts, or those of the first and of the second column.

        Args:
            texts: the texts.
        """
        if self.pair is None or not self.is_apart:
            return [texts]
        cells = [pair_of(self.pair, text) for text in texts]
        return [[first for first, _ in cells], [second for _, second in cells]]

    def encode(self, tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[list[int]]:
        """Yield the token ids of each text, special tokens included.

        The two parts of a pair are cut so that the longer one loses tokens first, as `truncation=True` does elsewhere.
        Columns that are read apart are encoded by `of_a_part`, each of `parts` by itself.

        Args:
            tokenizer: the tokenizer, of which truncation is changed.
            texts: the texts.
        """
        if self.windows > 1:
            tokenizer.no_truncation()
        else:
            tokenizer.enable_truncation(self.longest)
        before, after = _added(tokenizer)
        remaining = iter(texts) if self.pair is None else map(partial(_of_pair, self.pair), texts)
        while chunk := list(islice(remaining, TEXTS_AT_ONCE)):
            for encoding in tokenizer.encode_batch_fast(chunk):
                ids: list[int] = encoding.ids
                yield ids if len(ids) <= self.longest else self._in_windows(ids, before, after)

    def _in_windows(self, ids: list[int], before: int, after: int) -> list[int]:
        """Return the windows of a text, of whose tokens `before` and `after` are special ones at its ends."""
        start, text, end = ids[:before], ids[before : len(ids) - after], ids[len(ids) - after :]
        room = self.longest - before - after
        count = min(self.windows, -(-len(text) // room))
        firsts = (round(place * (len(text) - room) / (count - 1)) for place in range(count))
        return [token for first in firsts for token in (*start, *text[first : first + room], *end)]

    def facts(self) -> dict[str, Any]:
        """Return the reading as plain JSON; what is usual is left out."""
        found: dict[str, Any] = {"longest": self.longest}
        if self.windows > 1:
            found["windows"] = self.windows
        if self.pair is not None:
            found["pair"] = list(self.pair)
        if self.is_apart:
            found["apart"] = True
        return found

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Reading":
        """Return the reading that was written before.

        Args:
            facts: what `facts()` returned; other entries are ignored.

        Raises:
            LookupError: an entry is missing.
        """
        pair = facts.get("pair")
        names = None if pair is None else (pair[0], pair[1])
        return cls(int(facts["longest"]), int(facts.get("windows", 1)), names, bool(facts.get("apart", False)))


def reading_of(text: PretrainedText, form: RowForm, longest: int) -> Reading:
    """Return how texts of a form are read by a point.

    Args:
        text: the part of the point. Two columns are read as it asks for only if there are two text columns.
        form: the form of the rows.
        longest: maximum number of tokens.
    """
    pair = (form.text[0], form.text[1]) if text.reading in {PAIR, APART} and len(form.text) == 2 else None
    is_apart = text.reading == APART and pair is not None
    return Reading(longest, MOST_WINDOWS if text.reading == WINDOWS else 1, pair, is_apart)


def _of_pair(pair: tuple[str, str], text: str) -> tuple[str, str] | str:
    """Return the two parts of a pair; the first one alone if the second is empty, as transformers takes it."""
    first, second = pair_of(pair, text)
    return (first, second) if second else first


def _added(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return how many special tokens stand before and after a text."""
    added = tokenizer.encode("a").special_tokens_mask
    inner = added.index(0) if 0 in added else len(added)
    return inner, len(added) - inner - added.count(0)
