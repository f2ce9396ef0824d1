"""A folder that Hugging Face `datasets` wrote with `save_to_disk`, read without that library.

Layout (datasets 2 to 4): a Dataset has `state.json`, which lists its `*.arrow` stream files, and `dataset_info.json`,
which has the features; a DatasetDict has `dataset_dict.json`, which lists its splits, and a Dataset folder for each.
"""

import json
from pathlib import Path

from trials.data.readers.arrow import arrow_table
from trials.data.readers.other_splits import unused_splits, with_losses
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.split_names import TRAIN, names_by_split
from trials.errors import DataError

_DICT, _STATE, _INFO = "dataset_dict.json", "state.json", "dataset_info.json"


def is_saved_dataset(folder: Path) -> bool:
    """Return whether `folder` is a saved Dataset or DatasetDict."""
    return (folder / _DICT).is_file() or (folder / _STATE).is_file()


def read_saved_dataset(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return the splits of a DatasetDict whose names are known, or a Dataset as `train`; other splits are told.

    Raises:
        DataError: a file is missing or damaged, there is no training split, or two names stand for the same split.
    """
    if not (folder / _DICT).is_file():
        return {TRAIN: _dataset(folder)}
    names = _json(folder / _DICT).get("splits")
    names = [str(name) for name in names] if isinstance(names, list) else []
    splits = names_by_split(names, folder)
    if TRAIN not in splits:
        raise DataError(f"{folder} must have a split named 'train'; it has: {', '.join(names) or 'none'}.")
    tables = {split: _dataset(folder / name) for split, name in splits.items()}
    return with_losses(tables, unused_splits(names, splits.values()))


def _dataset(folder: Path) -> Table:
    import pyarrow as pa  # noqa: PLC0415  (needed for two formats only)

    files = _json(folder / _STATE).get("_data_files")
    features = _json(folder / _INFO).get("features")
    try:
        if not isinstance(files, list) or not isinstance(features, dict):
            raise TypeError(f"{_STATE} must list '_data_files' and {_INFO} must have 'features'")
        parts = []
        for file in files:
            with pa.memory_map(str(folder / file["filename"])) as source, pa.ipc.open_stream(source) as stream:
                parts.append(stream.read_all())
        return arrow_table(folder, pa.concat_tables(parts), features, "saved Dataset")
    except (pa.ArrowException, OSError, LookupError, TypeError) as error:
        raise DataError(f"{folder} must be a data set saved by `save_to_disk`, but it is damaged: {error}") from error


def _json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{path} of a saved data set cannot be read: {error}. Save the data set again.") from error
    return content if isinstance(content, dict) else {}
