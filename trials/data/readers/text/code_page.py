"""Guesses the code page of text that is not UTF-8."""

import math
from itertools import islice
from pathlib import Path

from trials.errors import DataError

CODE_PAGES = (  # encodings of real data files, the most common first
    *("cp1252", "cp1250", "cp1251", "cp932", "gb18030", "big5", "cp949", "euc_jp", "koi8_r"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
)
_SAMPLE_LINES = 200
_MOST_BYTES = 1 << 20
_COMMON_BONUS = 0.03
_STEEPNESS = 12.0
_SUREST = 0.99
_MOST_UNDEFINED = 0.001
"""Largest share of the bytes beyond ASCII that a code page may leave undefined."""


def guess_code_page(data: bytes, origin: Path | str) -> tuple[str, float]:
    """Return the most likely code page of a text, and how sure it is, from 0.5 to 1.

    The score of a code page is how well its letters fit a language, less how odd they stand beside each other, both by
    charset-normalizer. How sure a guess is follows from its lead over the best code page that reads the text otherwise.

    Args:
        data: the text, or the texts of a whole folder.
        origin: the file or folder, for the message.

    Raises:
        DataError: no code page fits.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415  (needed for the rare file that is not UTF-8)

    telling = _telling_lines(data)
    scores: dict[str, float] = {}
    readings: dict[str, str] = {}
    for match in from_bytes(telling, cp_isolation=list(CODE_PAGES)):
        # The library alone takes a single pound sign for Japanese; so the score includes its language coherence.
        for encoding in match.could_be_from_charset:  # several, if all decode the sample alike
            if encoding in CODE_PAGES and _fits(data, encoding):
                scores[encoding] = match.coherence - match.chaos + _COMMON_BONUS * (encoding == CODE_PAGES[0])
                readings[encoding] = telling.decode(encoding, "replace")
    if not scores:
        raise DataError(
            f"{origin} must be text in a known encoding, but it is not UTF-8, and no other encoding fits. "
            "Name its encoding (--encoding cp1250), or save it as UTF-8."
        )
    best = max(scores, key=scores.__getitem__)
    others = [score for encoding, score in scores.items() if readings[encoding] != readings[best]]
    lead = scores[best] - max(others, default=-1.0)
    return best, min(_SUREST, 1 / (1 + math.exp(-_STEEPNESS * lead)))


def _telling_lines(data: bytes) -> bytes:
    """Return distinct lines with characters beyond ASCII, without those that have a byte which is hardly ever there."""
    beyond_ascii = data[:_MOST_BYTES].translate(None, bytes(range(128)))
    rare = {byte for byte in set(beyond_ascii) if beyond_ascii.count(byte) <= _MOST_UNDEFINED * len(beyond_ascii)}
    lines = dict.fromkeys(line for line in data.splitlines() if not line.isascii())
    usual = [line for line in lines if rare.isdisjoint(line)]
    return b"\n".join(islice(usual or lines, _SAMPLE_LINES))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        beyond_ascii = len(data) - len(data.decode("ascii", "ignore"))
        return data.decode(encoding, "replace").count("\ufffd") <= _MOST_UNDEFINED * beyond_ascii
    return True
