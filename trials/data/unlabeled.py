"""Texts without labels, which the self-supervised stage uses besides the labelled ones."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from trials.data.columns import RowForm, cells_of, find_text_columns
from trials.data.corpora import CORPORA, read_corpus
from trials.data.quality import DataIssue, text_key
from trials.data.readers import (
    FOLDER_READERS,
    READ_OPTIONS,
    ReadOptions,
    Table,
    decode_together,
    read_delimited,
    read_file,
    read_folder,
    read_text,
    table_suffix,
    unix_lines,
)
from trials.data.sources import near_path
from trials.errors import DataError


def read_unlabeled(source: str, form: RowForm, options: ReadOptions = READ_OPTIONS) -> list[str]:
    """Return the texts of a corpus, a file or a folder; labels are ignored.

    The formats are those of labelled text, and two more: a text file with one text a line, and a folder of text files.

    Args:
        source: a named corpus, a file or a folder.
        form: the form of the labelled rows; columns that the source lacks are left out, and without a text column it is
            found.
        options: what the user said about how files are read.

    Raises:
        DataError: the source cannot be found or read, or its text column is ambiguous.
    """
    if source in CORPORA:
        return _texts(read_corpus(source), form)
    path = Path(source).expanduser()
    if not os.path.lexists(path):
        raise DataError(
            f"The unlabelled data must be a file, a folder or a corpus ({', '.join(CORPORA)}), but {source!r} is none "
            f"of them.{near_path(path, CORPORA)}"
        )
    if path.is_dir():
        return _read_folder(path, form, options)
    return _read_file(path, form, options)


def without_known(
    texts: Sequence[str], train: Iterable[str], held_out: Iterable[str]
) -> tuple[tuple[str, ...], list[DataIssue]]:
    """Return the distinct texts that are in no split, and findings about those that are left out.

    Texts that differ in white space only are equal.

    Args:
        texts: the unlabelled texts.
        train: texts of the training split.
        held_out: texts of the validation and test splits.

    Raises:
        DataError: no text is left.
    """
    held_out_keys, seen = set(map(text_key, held_out)), set(map(text_key, train))
    kept, overlap, repeated = [], 0, 0
    for text in texts:
        key = text_key(text)
        if key in held_out_keys:
            overlap += 1
        elif key in seen:
            repeated += 1
        elif key:
            seen.add(key)
            kept.append(text)
    if not kept:
        raise DataError(
            "data.unlabeled must hold texts that the labelled data lacks, but none of its "
            f"{len(texts)} texts remains. Leave the option out, or name other texts."
        )
    reasons = {
        "unlabeled-overlap": (overlap, "also occur in the validation or test split"),
        "unlabeled-duplicates": (repeated, "repeat an earlier text or one of the training split"),
    }
    found = [
        DataIssue(code, f"{count} of {len(texts)} unlabelled texts {what}: left out.", blocking=False)
        for code, (count, what) in reasons.items()
        if count
    ]
    return tuple(kept), found


def _read_file(path: Path, form: RowForm, options: ReadOptions) -> list[str]:
    match table_suffix(path):
        case ".txt":
            return [line.strip() for line in unix_lines(read_text(path, options.encoding).text)]
        case ".csv" | ".tsv":
            return _texts(read_delimited(path, options, fewest=1), form)
    return _texts(read_file(path, options), form)


def _read_folder(folder: Path, form: RowForm, options: ReadOptions) -> list[str]:
    """Read a folder in a layout of labelled data as such; else each text file is one text."""
    try:
        has_layout = any(reader.fits(folder) for reader in FOLDER_READERS.values())
        files = sorted(folder.glob("*.txt"))
        if files and not has_layout:
            contents = [(file, file.read_bytes()) for file in files]
            return [found.text for found in decode_together(contents, options.encoding, folder)]
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror} ({error.filename}).") from error
    return [found for table in read_folder(folder, options).values() for found in _texts(table, form)]


def _texts(table: Table, form: RowForm) -> list[str]:
    also = tuple(column for column in form.also if cells_of(table, column.name) is not None)
    own = RowForm(find_text_columns(table, form.text), also)
    return own.texts([cells_of(table, name) or () for name in own.columns])
