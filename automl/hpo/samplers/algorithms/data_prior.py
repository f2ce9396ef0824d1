"""What a data set says of algorithms before any trial: an expectation of their order, and the noise of their values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from search_spaces import Value
from trials.data import DatasetTraits

WORDS, ROWS = 50.0, 200.0
"""Words of a text and rows of a class at which a data set is neither short nor long, neither small nor large."""

SHARE_METRICS = frozenset(
    (
        *("accuracy", "top3_accuracy", "balanced_accuracy", "subset_accuracy"),
        *("macro_f1", "micro_f1", "worst_f1", "auroc", "map", "lrap"),
    )
)
"""Metrics that lie between 0 and 1 and vary about as a share of the validation rows does."""


@dataclass(frozen=True)
class _Expectation:
    """An expected standing: `even` on ordinary data, and its change with each power of ten of words and rows."""

    even: float
    words: float
    rows: float


EXPECTED: Mapping[Value, _Expectation] = MappingProxyType(
    {
        "linear": _Expectation(0.0, 0.0, 0.0),
        "probe": _Expectation(0.0, -0.8, -0.1),
        "large_probe": _Expectation(0.4, -0.8, -0.1),
        "subnet": _Expectation(-0.2, -1.3, 0.15),
        "finetune": _Expectation(0.3, -1.3, 0.15),
        "trimmed": _Expectation(0.3, -1.3, 0.15),
        "lora": _Expectation(0.1, -1.3, 0.15),
        "encoder": _Expectation(-1.0, -0.4, 0.3),
    }
)
"""Chosen by hand so that the orders on Rotten Tomatoes (20 words, 3 000 rows a class: finetune, probe, linear, encoder)
and BBC News (390 words, 300 rows a class: linear, finetune and probe, encoder) come out."""


def expected_standings(traits: DatasetTraits | None) -> dict[Value, float]:
    """Return how good each algorithm is expected to be, in multiples of the typical difference between algorithms.

    Texts of few words leave little to count, so that pretrained encoders gain on linear models; the fewer rows a class
    has, the more a model that is fitted on frozen features gains on one that is trained as a whole. The standing counts
    only until an algorithm has its first value. Its weights are rough: they order what is tried late.

    Args:
        traits: the traits of the data; None: no standing is known.
    """
    if traits is None:
        return {}
    words = _powers(traits.words, WORDS)
    rows = _powers(traits.rows / max(1, traits.classes), ROWS)
    return {each: found.even + found.words * words + found.rows * rows for each, found in EXPECTED.items()}


def standard_error(value: float, rows: int) -> float:
    """Return the standard error of a value that is the mean of a score from 0 to 1 over the rows of a split.

    The variance of such a score is at most v (1 - v), and equals it for a share such as accuracy.

    Args:
        value: the value v.
        rows: number of rows, at least 1.

    Returns:
        0 if the value is not between 0 and 1.
    """
    return math.sqrt(value * (1 - value) / rows) if 0 < value < 1 else 0.0


def _powers(value: float, reference: float) -> float:
    """Return the power of ten by which a value exceeds a reference, from -1.5 to 1.5."""
    return min(max(math.log10(max(value, 1e-9) / reference), -1.5), 1.5)
