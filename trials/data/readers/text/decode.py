"""Decoding of the bytes of files: detects the encoding, and tells what it costs."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trials.data.readers.file_facts import Loss
from trials.data.readers.text.code_page import guess_code_page
from trials.data.readers.text.file_kind import check_is_text
from trials.data.readers.text.opening import DAMAGES, open_bytes, unreadable
from trials.errors import DataError

BYTE_ORDER_MARKS: dict[bytes, str] = {  # UTF-32 first: its mark begins with that of UTF-16
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
UTF8 = "utf-8"
_BLOCK_BYTES = 1 << 20
_MOST_BAD_LINES = 0.1
"""Largest share of lines with a damaged character in a text whose encoding is known."""
_CHANCE = 10
"""With this many times more lines that are not UTF-8 than lines that are, the latter are so by chance."""
_MOST_ZERO_BYTES = 0.001
_CONTROLS = bytes({*range(1, 32)} - set(b"\t\n\v\f\r\x1a\x1b"))
_WIDE_ZERO_BYTES = 0.3
"""Smallest share of zero bytes in UTF-16 text of a Western language."""


@dataclass(frozen=True)
class DecodedText:
    """A text, and how it was decoded.

    Attributes:
        text: the text, without its byte order mark.
        encoding: the encoding.
        confidence: how sure the encoding is, between 0 and 1; None if it was not guessed.
        losses: characters that could not be decoded, or were left out.
    """

    text: str
    encoding: str
    confidence: float | None = None
    losses: tuple[Loss, ...] = ()


def read_bytes(path: Path) -> bytes:
    """Return the content of the file at `path`, decompressed.

    Raises:
        DataError: the file cannot be read, or is empty.
    """
    with open_bytes(path) as file:
        try:
            data = file.read()
        except DAMAGES as error:
            raise unreadable(path, error) from error
    if not data:
        raise DataError(f"{path} must hold labelled text, but it is empty (0 bytes).")
    return data


def read_text(path: Path, encoding: str | None = None) -> DecodedText:
    """Return the text of the file at `path`.

    Args:
        path: the file.
        encoding: its encoding; None means detect it.

    Raises:
        DataError: the file cannot be read, is empty or no text, or its encoding cannot be detected.
    """
    decoded = decode(read_bytes(path), path, encoding)
    if not decoded.text.strip():
        raise DataError(f"{path} must hold labelled text, but it holds white space only.")
    return decoded


def is_utf8(source: Path) -> bool:
    """Return whether `source` can be read line by line: it is UTF-8 text without a zero byte."""
    decoder = codecs.getincrementaldecoder(UTF8)()
    is_first = True
    try:
        with open_bytes(source) as file:
            while block := file.read(_BLOCK_BYTES):
                if b"\0" in block:
                    return False
                if is_first:
                    check_is_text(block, source)
                decoder.decode(block)
                is_first = False
        decoder.decode(b"", final=True)
    except (*DAMAGES, DataError, UnicodeDecodeError):
        return False
    return True


def check_encoding(encoding: str) -> str:
    """Return `encoding` if Python knows an encoding of text of that name.

    Raises:
        DataError: it does not.
    """
    try:
        codecs.lookup(encoding)
        b" ".decode(encoding, "replace")
    except (LookupError, ValueError) as error:
        raise DataError(
            f"--encoding must be an encoding that Python knows, such as utf-8, cp1252, cp1250, cp1251, shift_jis or "
            f"gb18030, not {encoding!r}."
        ) from error
    return encoding


def decode(data: bytes, path: Path, encoding: str | None = None) -> DecodedText:
    """Decode bytes by their byte order mark, else by `encoding`, else as UTF-8, else by the most likely code page.

    In a text whose encoding is clear a damaged byte costs one character, which becomes U+FFFD.

    Args:
        data: content of a file.
        path: the file, for messages.
        encoding: the encoding that the user named; None means detect it.

    Raises:
        DataError: the data is no text, or its encoding cannot be detected.
    """
    return decode_together([(path, data)], encoding, path)[0]


def decode_together(files: Sequence[tuple[Path, bytes]], encoding: str | None, origin: Path) -> list[DecodedText]:
    """Decode files of one folder; the code page of those that are not UTF-8 is guessed over all of them.

    Args:
        files: paths and contents.
        encoding: the encoding that the user named; None means detect it.
        origin: the folder, for messages.

    Raises:
        DataError: a file is no text, or the encoding cannot be detected.
    """
    if encoding is not None:
        check_encoding(encoding)
    decoded = [_without_guess(data, path, encoding) for path, data in files]
    unclear = [_without_zeros(data) for (_, data), found in zip(files, decoded, strict=True) if found is None]
    if not unclear:
        return [found for found in decoded if found is not None]
    code_page, confidence = guess_code_page(b"\n".join(unclear), origin)
    return [
        found or _with_losses(data, path, code_page, confidence)
        for (path, data), found in zip(files, decoded, strict=True)
    ]


def _without_guess(data: bytes, path: Path, encoding: str | None) -> DecodedText | None:
    """Return the text; None if it must be in a code page, which is not known."""
    for mark, marked in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _wide(data, marked, path) if marked != "utf-8-sig" else _with_losses(data, path, marked)
    if encoding is not None and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        return _wide(data, encoding, path)
    check_is_text(data, path)
    if b"\0" in data:
        if wide := _unmarked_wide(data):
            return _wide(data, wide, path, confidence=0.9)
        _check_zeros(data, path)
    return _utf8(data, path) if encoding is None else _with_losses(data, path, encoding)


def _utf8(data: bytes, path: Path) -> DecodedText | None:
    """Return the text, in which damaged bytes are few; None if it is not UTF-8."""
    if b"\0" not in data:
        try:
            return DecodedText(data.decode(UTF8), UTF8)
        except UnicodeDecodeError:
            pass
    good, bad = _non_ascii_lines(_without_zeros(data))
    if len(bad) > _CHANCE * good:
        return None
    if len(bad) > good:
        raise DataError(
            f"{path} must be in one encoding, but {good} lines are UTF-8 and {len(bad)} are not, such as line {bad[0]}."
            " Save the file as UTF-8, or name its encoding (--encoding cp1252)."
        )
    return _with_losses(data, path, UTF8)


def _wide(data: bytes, encoding: str, path: Path, confidence: float | None = None) -> DecodedText:
    """Decode UTF-16 or UTF-32, in which a lost byte shifts all that follow."""
    try:
        return DecodedText(data.decode(encoding), encoding, confidence)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise DataError(f"{path}, line {line}: this is not {encoding} text. Save the file as UTF-8.") from error


def _unmarked_wide(data: bytes) -> str | None:
    """Return the kind of UTF-16 in which every other byte of Western text is zero; None for other data."""
    length = len(data)
    if length % 2 or data.count(0) < _WIDE_ZERO_BYTES * length:
        return None
    even, odd = data[::2].count(0), data[1::2].count(0)
    return ("utf-16-le" if odd > even else "utf-16-be") if min(even, odd) < _MOST_ZERO_BYTES * length else None


def _check_zeros(data: bytes, path: Path) -> None:
    zeros = data.count(0)
    others = len(data) - len(data.translate(None, _CONTROLS))
    if zeros > max(1, _MOST_ZERO_BYTES * len(data)) or others > _MOST_ZERO_BYTES * len(data):
        line = data.count(b"\n", 0, data.index(0)) + 1
        raise DataError(
            f"{path} must be a text file, but it is binary: it has {zeros} zero bytes (NUL), the first in line {line}."
            " Export it as CSV, JSON Lines or Parquet."
        )


def _without_zeros(data: bytes) -> bytes:
    return data.replace(b"\0", b"")


def _non_ascii_lines(data: bytes) -> tuple[int, list[int]]:
    """Return how many lines with characters beyond ASCII are UTF-8, and the numbers of those that are not."""
    good, bad = 0, []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.isascii():
            continue
        try:
            line.decode(UTF8)
            good += 1
        except UnicodeDecodeError:
            bad.append(number)
    return good, bad


def _with_losses(data: bytes, path: Path, encoding: str, confidence: float | None = None) -> DecodedText:
    """Decode line by line; what cannot be decoded becomes U+FFFD, and zero bytes are left out."""
    zeros: list[int] = []
    damaged: list[int] = []
    if b"\0" in data:
        zeros = [number for number, line in enumerate(data.splitlines(), start=1) if b"\0" in line]
        data = _without_zeros(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        lines = data.splitlines(keepends=True)
        text, damaged = _damaged_text(lines, encoding)
        if len(damaged) > max(1, _MOST_BAD_LINES * len(lines)):
            raise DataError(
                f"{path}, line {damaged[0]}: this is not {encoding} text, nor are {len(damaged)} of {len(lines)} lines."
                " Save the file as UTF-8, or name its encoding (--encoding cp1252)."
            ) from None
    kinds = {
        f"lines hold bytes that are not {encoding}, each of which became \ufffd": damaged,
        "lines held zero bytes (NUL), which were left out": zeros,
    }
    losses = tuple(Loss(what, len(numbers), tuple(numbers)) for what, numbers in kinds.items() if numbers)
    return DecodedText(text, encoding, confidence, losses)


def _damaged_text(lines: Sequence[bytes], encoding: str) -> tuple[str, list[int]]:
    parts, damaged = [], []
    for number, line in enumerate(lines, start=1):
        try:
            parts.append(line.decode(encoding if number == 1 else encoding.removesuffix("-sig")))
        except UnicodeDecodeError:
            parts.append(line.decode(encoding, "replace"))
            damaged.append(number)
    return "".join(parts), damaged
