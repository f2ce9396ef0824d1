"""Encoded data sets on disk, each in a folder that is named after its key."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import tokenizers

from trials.data.dataset import EncodedDataset, EncodedSplit

FORMAT = 2
"""Version of the cache; raise it when the same key gives other content (tokenizer training, layout)."""

_ARRAYS, _TOKENIZER, _REST = "arrays.npz", "tokenizer.json", "rest.json"
_PARTS = ("tokens", "offsets", "labels")


def cached(folder: Path, key: Sequence[str], make: Callable[[], EncodedDataset]) -> EncodedDataset:
    """Return the data set that is stored under `key`; if there is none, make and store it.

    A folder appears completely or not at all, so processes may race: the first one wins, and all have equal content.
    A damaged folder is replaced.

    Args:
        folder: the folder of the cache.
        key: all that decides the content.
        make: makes the data set.
    """
    parts = [str(FORMAT), tokenizers.__version__, *key]
    target = folder / hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    if target.is_dir():
        try:
            return _read(target)
        except (OSError, ValueError, LookupError, zipfile.BadZipFile):
            shutil.rmtree(target, ignore_errors=True)
    created = make()
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        _write(created, staging)
        with suppress(OSError):  # another process was faster
            staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return created


def _write(data: EncodedDataset, folder: Path) -> None:
    splits = {"train": data.train, "validation": data.validation, "unlabeled": data.unlabeled}
    arrays = {
        f"{name}_{part}": getattr(split, part) for name, split in splits.items() if split is not None for part in _PARTS
    }
    np.savez(folder / _ARRAYS, **arrays)
    (folder / _TOKENIZER).write_text(data.tokenizer, encoding="utf-8")
    rest = {
        "label_names": data.label_names,
        "vocabulary_size": data.vocabulary_size,
        "max_length": data.max_length,
        "specials": dict(data.specials),
        "padding_id": data.train.padding_id,
    }
    (folder / _REST).write_text(json.dumps(rest), encoding="utf-8")


def _read(folder: Path) -> EncodedDataset:
    rest = json.loads((folder / _REST).read_text(encoding="utf-8"))
    tokenizer = (folder / _TOKENIZER).read_text(encoding="utf-8")
    json.loads(tokenizer)  # it is returned as text, but a truncated file must fail
    with np.load(folder / _ARRAYS) as arrays:
        splits = {
            name: EncodedSplit(**{part: arrays[f"{name}_{part}"] for part in _PARTS}, padding_id=rest["padding_id"])
            for name in ("train", "validation", "unlabeled")
            if f"{name}_{_PARTS[0]}" in arrays
        }
    return EncodedDataset(
        train=splits["train"],
        validation=splits["validation"],
        unlabeled=splits.get("unlabeled"),
        label_names=tuple(rest["label_names"]),
        tokenizer=tokenizer,
        vocabulary_size=int(rest["vocabulary_size"]),
        max_length=int(rest["max_length"]),
        specials=rest["specials"],
    )
