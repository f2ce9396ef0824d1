"""Explains one prediction by occlusion: each word is left out once, and the label's log-odds are computed again.

It works for every model, whatever it is inside. Words that say the same hide each other: without one of them, the other
still decides, so both get little.

References:
    Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014 (occlusion).
    Li, Monroe and Jurafsky, Understanding Neural Networks through Representation Erasure, arXiv:1612.08220.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from trials.data import PLAIN, RowForm

MOST_SPANS = 256
"""Most parts of a text, each of which costs a forward pass."""

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+(?:['\u2019-]\w+)*")
"""A word; of scripts that put no spaces between words, a character."""

SMALLEST = 1e-12
"""Bound of probabilities, so that log-odds are finite."""


@dataclass(frozen=True)
class WordWeight:
    """A part of the text, usually a word.

    Attributes:
        text: the part as it stands in the text.
        start: index of its first character.
        end: index behind its last character.
        weight: by how much the label's log-odds are larger with it than without it.
    """

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """What the words of a text contribute to a label. In a notebook it is the text in colours.

    Attributes:
        text: the text.
        label: the label that is explained.
        probability: its probability.
        words: the words, in the order of the text.
    """

    text: str
    label: str
    probability: float
    words: tuple[WordWeight, ...]

    def top(self, count: int = 10) -> list[WordWeight]:
        """Return the `count` words with the largest weights, for or against the label."""
        return sorted(self.words, key=lambda word: -abs(word.weight))[:count]

    def __str__(self) -> str:
        lines = [f"{word.weight:+8.3f}  {word.text}" for word in self.top()]
        return "\n".join([f"{self.label} ({self.probability:.1%})", *lines])

    def _repr_html_(self) -> str:
        largest = max((abs(word.weight) for word in self.words), default=0.0) or 1.0
        parts, done = [], 0
        for word in self.words:
            hue = "34, 139, 84" if word.weight > 0 else "200, 60, 60"
            style = f"background: rgba({hue}, {abs(word.weight) / largest:.2f}); border-radius: 3px"
            parts.append(escape(self.text[done : word.start]))
            parts.append(f'<span style="{style}" title="{word.weight:+.3f}">{escape(word.text)}</span>')
            done = word.end
        body = "".join([*parts, escape(self.text[done:])])
        return f"<p><b>{escape(self.label)}</b> ({self.probability:.1%})</p><p>{body}</p>"


def explain(
    probabilities: Callable[[Sequence[str]], NDArray[np.float64]],
    label_names: Sequence[str],
    text: str,
    label: str | None = None,
    most_spans: int = MOST_SPANS,
    form: RowForm = PLAIN,
) -> Explanation:
    """Return what the words of `text` contribute to a label.

    Args:
        probabilities: returns the probabilities of texts, shape (texts, labels).
        label_names: the labels, in the order of the columns.
        text: the text.
        label: the label to explain; the most probable one if it is None.
        most_spans: most parts into which a long text is divided: if it has more words, each part is several.
        form: how the text was made of the cells of a row. Names of columns stay, as by them a model tells its columns.
    """
    spans = _spans(text, most_spans, form.name_spans(text))
    found = probabilities([text, *(text[:start] + text[end:] for start, end in spans)])
    column = int(found[0].argmax()) if label is None else list(label_names).index(label)
    bounded = np.clip(found[:, column], SMALLEST, 1 - SMALLEST)
    odds = np.log(bounded) - np.log1p(-bounded)
    words = tuple(
        WordWeight(text[start:end], start, end, float(odds[0] - without))
        for (start, end), without in zip(spans, odds[1:], strict=True)
    )
    return Explanation(text, str(label_names[column]), float(found[0, column]), words)


def _spans(text: str, most: int, names: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found = (word.span() for word in WORD.finditer(text))
    words = [word for word in found if not any(start <= word[0] < end for start, end in names)]
    size = max(1, -(-len(words) // max(1, most)))
    groups: list[list[tuple[int, int]]] = []
    for word in words:
        before = groups[-1] if groups else []
        if 0 < len(before) < size and not any(before[-1][1] <= start < word[0] for start, _ in names):
            before.append(word)
        else:
            groups.append([word])
    return [(group[0][0], group[-1][1]) for group in groups]
