"""Texts to check an exported model with: those of a data set, or made of the words of its tokenizer."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from automl.core import FACTS_FILE, DataProblem
from trials.classifiers import Graph
from trials.data import SPLITTING, DataOptions, TextDataset, load_dataset, sampled
from trials.errors import DataError
from trials.files import read_thresholds
from trials.tasks import MULTI_LABEL, ORDINAL, REGRESSION, LabelArray, task_of_model

MADE_UP = 64
"""Number of texts that are made up."""

LONGEST_MADE_UP = 60
"""Words of the longest of them."""

_DOUBT = (
    "No score is told: the data, or how they are split, are not those of the model's search (their fingerprint is "
    "another one than in automl.json), so the model may have been trained on rows of this test split."
)


@dataclass(frozen=True)
class CheckTexts:
    """Texts, and their labels in the order of the model's label names; None if there are none.

    Attributes:
        texts: the test split, or texts that are made up.
        labels: labels of `texts`.
        validation: texts and labels of the validation split, by which nodes that stay in fp32 are chosen; None if there
            are none.
        doubt: why there are no labels although the data have some, in words; empty if there is no reason.
    """

    texts: tuple[str, ...]
    labels: LabelArray | None = None
    validation: tuple[tuple[str, ...], LabelArray] | None = None
    doubt: str = ""


def made_up(graph: Graph) -> CheckTexts:
    """Return texts of random words of the model's tokenizer, from none to many; they are the same each time."""
    words = sorted(word for word in Tokenizer.from_str(graph.tokenizer).get_vocab() if word.isalpha())
    draw = np.random.default_rng(0)
    lengths = (round(LONGEST_MADE_UP * index / MADE_UP) for index in range(MADE_UP))
    return CheckTexts(tuple(" ".join(draw.choice(words or ["text"], size=length)) for length in lengths))


def texts_of(options: DataOptions, label_names: tuple[str, ...], folder: Path) -> CheckTexts:
    """Return the test and the validation split of a data set, split as the model's search has split it.

    If it cannot be split so, both may hold rows that the model was trained on: then there are no labels.

    Args:
        options: where the data lies, and how to split it.
        label_names: the model's labels.
        folder: the model folder, whose `automl.json` tells task, columns and fingerprint of the model's data.

    Raises:
        DataProblem: the data cannot be read, or have labels that the model does not know.
    """
    task, trained_on = _trained_on(folder)
    thresholds = read_thresholds(folder, len(label_names))
    has_sets, are_numbers = bool(thresholds), task_of_model(label_names, thresholds) is REGRESSION
    if has_sets:
        options = _with_sets(options, trained_on)
    elif are_numbers:
        options = replace(options, task=REGRESSION.name)
    elif task == ORDINAL.name:
        options = replace(options, task=task, order=label_names)
    dataset = _loaded(options, trained_on)
    if (dataset.task is MULTI_LABEL) != has_sets:
        raise DataProblem("the texts of the data must have one label each, as those of the model, but have several")
    if not are_numbers and (unknown := sorted(set(dataset.label_names) - set(label_names))):
        raise DataProblem(
            f"the labels of the data must be those of the model ({', '.join(label_names)}), not {', '.join(unknown)}"
        )

    def numbered(labels: LabelArray) -> LabelArray:
        """Return labels in the order of the model; numbers as they are."""
        if are_numbers:
            return labels
        if not has_sets:
            return np.array([label_names.index(name) for name in dataset.label_names], dtype=labels.dtype)[labels]
        found = np.zeros((len(labels), len(label_names)), dtype=bool)
        found[:, [label_names.index(name) for name in dataset.label_names]] = labels
        return found

    is_same = dataset.fingerprint == trained_on.get("fingerprint", dataset.fingerprint)
    return CheckTexts(
        tuple(dataset.test.texts),
        numbered(dataset.test.labels) if is_same else None,
        (tuple(dataset.validation.texts), numbered(dataset.validation.labels)) if is_same else None,
        "" if is_same else _DOUBT,
    )


def _trained_on(folder: Path) -> tuple[str | None, Mapping[str, object]]:
    """Return the task of the model's search and what is known of its data."""
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        task, data = facts.get("task"), facts["data"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, {}  # a model from elsewhere has no such file, or another one
    return (task if isinstance(task, str) else None), (data if isinstance(data, dict) else {})


def _with_sets(options: DataOptions, trained_on: Mapping[str, object]) -> DataOptions:
    """Return `options` for several labels a text, in columns or joined in a cell as in the model's search."""
    options = replace(options, task=MULTI_LABEL.name)
    if options.label is not None:
        return options
    label, separator = trained_on.get("label"), trained_on.get("label_separator")
    if isinstance(label, list):
        return replace(options, indicators=tuple(map(str, label)))
    return replace(options, label_separator=separator) if isinstance(separator, str) else options


def _loaded(options: DataOptions, trained_on: Mapping[str, object]) -> TextDataset:
    """Return the data as `options` tell; if their fingerprint is another one, as the model's search split them."""
    try:
        dataset = _dataset(options, trained_on)
    except DataError as error:
        raise DataProblem(str(error)) from error
    expected = trained_on.get("fingerprint", dataset.fingerprint)
    if dataset.fingerprint == expected:
        return dataset
    for other in _as_searched(options, trained_on):
        try:
            found = _dataset(other, trained_on)
        except DataError:  # other data, without these columns
            continue
        if found.fingerprint == expected:
            return found
    return dataset


def _dataset(options: DataOptions, trained_on: Mapping[str, object]) -> TextDataset:
    """Return the data, or the sample of them that the model's search used."""
    dataset, rows = load_dataset(options).dataset, trained_on.get("sample")
    return sampled(dataset, rows) if isinstance(rows, int) else dataset


def _as_searched(options: DataOptions, trained_on: Mapping[str, object]) -> Iterator[DataOptions]:
    """Yield `options` with the columns and the seed by which the model's search split its data, if they are known."""
    columns = {name: str(trained_on[name]) for name in ("split", "group", "time") if trained_on.get(name)}
    also = _names(trained_on.get("also"))
    splitting = _splitting(trained_on.get("splitting"))
    if columns or also:
        text = trained_on.get("text") or ()
        texts = (text,) if isinstance(text, str) else tuple(map(str, text)) if isinstance(text, list) else ()
        label = trained_on.get("label")
        options = replace(
            options,
            text=options.text or texts,
            also=also,
            label=options.label or (label if isinstance(label, str) else None),
            split=columns.get("split"),
            group=columns.get("group"),
            time=columns.get("time"),
        )
    if columns or also or splitting:
        yield replace(options, **splitting)


def _splitting(described: object) -> dict[str, Any]:
    """Return the options of `automl.json` by which rows are split and left out, without any that are not known."""
    known = described if isinstance(described, dict) else {}
    return {name: known[name] for name in SPLITTING if isinstance(known.get(name), int | float)}


def _names(columns: object) -> tuple[str, ...]:
    """Return the names of the columns beside the text, as `automl.json` describes them."""
    described = columns if isinstance(columns, list) else []
    return tuple(str(column["name"]) for column in described if isinstance(column, dict) and "name" in column)
