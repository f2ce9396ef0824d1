"""How a text becomes the tokens of a pretrained encoder: its beginning, beginning and end, or two parts of a pair."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from tokenizers import Tokenizer

from search_spaces import PretrainedText
from trials.data.columns import RowForm, pair_of

HEAD, HEAD_TAIL, PAIR = "head", "head_tail", "pair"

TEXTS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Reading:
    """How texts become tokens.

    Attributes:
        longest: maximum number of tokens of a text, special tokens included.
        has_tail: whether the end of a longer text is read, too: as many tokens as of its beginning, or one less.
        pair: names of the two text columns that are the parts of a pair; None reads a text as it is.
    """

    longest: int
    has_tail: bool = False
    pair: tuple[str, str] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether any tool reads texts so: as they are, cut at their ends."""
        return not self.has_tail and self.pair is None

    def encode(self, tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[list[int]]:
        """Yield the token ids of each text, special tokens included.

        The two parts of a pair are cut so that the longer one loses tokens first, as `truncation=True` does elsewhere.

        Args:
            tokenizer: the tokenizer, of which truncation is changed.
            texts: the texts.
        """
        if self.has_tail:
            tokenizer.no_truncation()
            before, after = _added(tokenizer)
        else:
            tokenizer.enable_truncation(self.longest)
        remaining = iter(texts) if self.pair is None else map(partial(_parts, self.pair), texts)
        while chunk := list(islice(remaining, TEXTS_AT_ONCE)):
            for encoding in tokenizer.encode_batch_fast(chunk):
                ids: list[int] = encoding.ids
                yield _head_and_tail(ids, self.longest, before, after) if self.has_tail else ids

    def facts(self) -> dict[str, Any]:
        """Return the reading as plain JSON; what is usual is left out."""
        found: dict[str, Any] = {"longest": self.longest}
        if self.has_tail:
            found["has_tail"] = True
        if self.pair is not None:
            found["pair"] = list(self.pair)
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
        return cls(int(facts["longest"]), bool(facts.get("has_tail")), None if pair is None else (pair[0], pair[1]))


def reading_of(text: PretrainedText, form: RowForm, longest: int) -> Reading:
    """Return how texts of a form are read by a point.

    Args:
        text: the part of the point. A pair that it asks for is read so only if there are two text columns.
        form: the form of the rows.
        longest: maximum number of tokens.
    """
    pair = (form.text[0], form.text[1]) if text.reading == PAIR and len(form.text) == 2 else None
    return Reading(longest, text.reading == HEAD_TAIL, pair)


def _parts(pair: tuple[str, str], text: str) -> tuple[str, str] | str:
    """Return the two parts of a pair; the first one alone if the second is empty, as transformers takes it."""
    first, second = pair_of(pair, text)
    return (first, second) if second else first


def _added(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return how many special tokens stand before and after a text."""
    added = tokenizer.encode("a").special_tokens_mask
    inner = added.index(0) if 0 in added else len(added)
    return inner, len(added) - inner - added.count(0)


def _head_and_tail(ids: list[int], longest: int, before: int, after: int) -> list[int]:
    if len(ids) <= longest:
        return ids
    room = longest - before - after
    tail = room // 2
    start, end = before + room - tail, len(ids) - after - tail
    return ids[:start] + ids[end:]
