"""Texts to check an exported model with: those of a data set, or made of the words of its tokenizer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from automl.core import DataProblem
from trials.classifiers import Graph
from trials.data import DataOptions, load_dataset
from trials.errors import DataError

MADE_UP = 64
"""Number of texts that are made up."""

LONGEST_MADE_UP = 60
"""Words of the longest of them."""


@dataclass(frozen=True)
class CheckTexts:
    """Texts, and their labels as indices of the model's label names; None if there are none.

    Attributes:
        texts: the test split, or texts that are made up.
        labels: labels of `texts`.
        validation: texts and labels of the validation split, by which nodes that stay in fp32 are chosen.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.int64] | None = None
    validation: tuple[tuple[str, ...], NDArray[np.int64]] | None = None


def made_up(graph: Graph) -> CheckTexts:
    """Return texts of random words of the model's tokenizer, from none to many; they are the same each time."""
    words = sorted(word for word in Tokenizer.from_str(graph.tokenizer).get_vocab() if word.isalpha())
    draw = np.random.default_rng(0)
    lengths = (round(LONGEST_MADE_UP * index / MADE_UP) for index in range(MADE_UP))
    return CheckTexts(tuple(" ".join(draw.choice(words or ["text"], size=length)) for length in lengths))


def texts_of(options: DataOptions, label_names: tuple[str, ...]) -> CheckTexts:
    """Return the test and the validation split of a data set, split as a search splits it.

    Args:
        options: where the data lies, and how to split it.
        label_names: the model's labels.

    Raises:
        DataProblem: the data cannot be read, or have labels that the model does not know.
    """
    try:
        dataset = load_dataset(options).dataset
    except DataError as error:
        raise DataProblem(str(error)) from error
    if unknown := sorted(set(dataset.label_names) - set(label_names)):
        raise DataProblem(
            f"the labels of the data must be those of the model ({', '.join(label_names)}), not {', '.join(unknown)}"
        )
    index = np.array([label_names.index(name) for name in dataset.label_names])
    return CheckTexts(
        tuple(dataset.test.texts),
        index[dataset.test.labels],
        (tuple(dataset.validation.texts), index[dataset.validation.labels]),
    )
