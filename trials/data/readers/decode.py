"""Decoding of a file's bytes: detects the encoding, and rejects binary data."""

import codecs
from itertools import islice
from pathlib import Path

from trials.errors import DataError

BYTE_ORDER_MARKS: dict[bytes, str] = {  # UTF-32 first: its mark begins with that of UTF-16
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
OLDER_ENCODINGS = (  # encodings of real data files, the most common first
    *("cp1252", "cp1250", "cp1251", "cp932", "gb18030", "big5", "cp949", "euc_jp", "koi8_r"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
)
_SAMPLE_LINES = 200
_BLOCK_BYTES = 1 << 20
_COMMON_BONUS = 0.03


def read_bytes(path: Path) -> bytes:
    """Return the content of the file at `path`.

    Raises:
        DataError: the file cannot be read, or is empty.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}. Check its path and permissions.") from error
    if not data:
        raise DataError(f"{path} must hold labelled text, but it is empty (0 bytes).")
    return data


def read_text(path: Path) -> str:
    """Return the text of the file at `path`, without its byte order mark.

    Raises:
        DataError: the file cannot be read, is empty or binary, or its encoding cannot be detected.
    """
    text = decode(read_bytes(path), path)
    if not text.strip():
        raise DataError(f"{path} must hold labelled text, but it holds white space only.")
    return text


def is_utf8(source: Path) -> bool:
    """Return whether `source` can be read, and is UTF-8 without a zero byte, so that it can be read line by line."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with source.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if b"\0" in block:
                    return False
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (OSError, UnicodeDecodeError):
        return False
    return True


def decode(data: bytes, path: Path) -> str:
    """Decode bytes by their byte order mark, else as UTF-8, else by the most likely older encoding.

    Args:
        data: content of a file.
        path: the file, for messages.

    Raises:
        DataError: the data is binary, or its encoding cannot be detected.
    """
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _decoded(data, encoding, path)
    if b"\0" in data:
        raise DataError(f"{path} must be a text file, but it is binary ({data[:8]!r} ...). {_ADVICE}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, _likely_encoding(data, path), path)


_ADVICE = "Give a CSV, TSV, JSONL, Parquet or text file, and export a spreadsheet or archive to one of these."


def _decoded(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = error.object[error.start : error.end]
        raise DataError(f"{path}, line {line}: {found!r} is not {encoding} text. Save the file as UTF-8.") from error


def _likely_encoding(data: bytes, path: Path) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (needed for the rare file that is not UTF-8)

    lines = dict.fromkeys(line for line in data.splitlines() if not line.isascii())
    telling = b"\n".join(islice(lines, _SAMPLE_LINES))
    scores: dict[str, float] = {}
    for match in from_bytes(telling, cp_isolation=list(OLDER_ENCODINGS)):
        # The library alone takes a single pound sign for Japanese; so the score includes its language coherence.
        for encoding in match.could_be_from_charset:  # several, if all decode the sample alike
            if encoding in OLDER_ENCODINGS and _decodes(data, encoding):
                scores[encoding] = match.coherence - match.chaos + _COMMON_BONUS * (encoding == OLDER_ENCODINGS[0])
    if not scores:
        raise DataError(f"{path} must be text in a known encoding, but no encoding fits. {_ADVICE}")
    return max(scores, key=scores.__getitem__)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
