"""A classifier of texts, loaded from a folder: labels, probabilities and explanations."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from automl.api.tables import Data, rows_of
from automl.core import DataProblem, UsageError, unknown_name
from automl.decisions import Decision, decided_thresholds, read_decision
from automl.export import (
    MOST_SPANS,
    Explanation,
    LabelSets,
    explain,
    model_form,
    model_thresholds,
    require_columns,
)
from automl.export import load_classifier as load_format
from trials.data import PLAIN, RowForm
from trials.errors import DataError
from trials.files import TEXTS_AT_ONCE, TextClassifier
from trials.metrics import log_softmax
from trials.tasks import MULTI_LABEL, REGRESSION, task_of_model

Answers: TypeAlias = list[str] | list[list[str]] | list[float]
"""The label of each text, or its labels, or its number."""

Texts: TypeAlias = Iterable[str] | Data
"""Texts; or for a model that asks for columns beside the text, a table or rows that have them."""


class TextModel:
    """A classifier of texts.

    Args:
        classifier: gives the logits.
        decision: how labels follow from them, as `automl decide` found it; None gives the most probable label.
        thresholds: the probability from which on a text gets each label; empty for one label a text.
        form: the form of rows, if the classifier asks for columns beside the text; None if it reads texts alone.
    """

    def __init__(
        self,
        classifier: TextClassifier,
        decision: Decision | None = None,
        thresholds: tuple[float, ...] = (),
        form: RowForm | None = None,
    ) -> None:
        self._classifier = classifier
        self._decision = decision
        self._form = form
        thresholds = decided_thresholds(thresholds, decision)
        self._sets = LabelSets(classifier.label_names, thresholds) if thresholds else None
        self._gives_numbers = task_of_model(classifier.label_names, thresholds) is REGRESSION

    @property
    def label_names(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of `logits` and `predict_proba`."""
        return self._classifier.label_names

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that each row must have; empty if the model reads texts alone."""
        return () if self._form is None else self._form.columns

    def logits(self, texts: Texts, batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits, shape (texts, labels).

        Args:
            texts: the texts: a list, a column of a table; there may be none. Rows, if `columns` names any.
            batch_size: number of texts that are scored at a time.

        Raises:
            UsageError: `texts` is one text, or holds something else than texts.
            DataProblem: a column that the model asks for is missing.
        """
        return self._classifier.logits(self._texts(texts), batch_size)

    def predict_proba(self, texts: Texts, batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the probability of each label, shape (texts, labels); each row sums to 1.

        With several labels a text, each has a probability of its own, and rows need not sum to 1.

        If `automl decide` found a temperature, it calibrates them, as in `automl predict`.

        Args:
            texts: the texts: a list, a column of a table; there may be none. Rows, if `columns` names any.
            batch_size: number of texts that are scored at a time.

        Raises:
            UsageError: `texts` is one text, or holds something else than texts; or the model gives numbers.
            DataProblem: a column that the model asks for is missing.
        """
        self._require_classes("predict_proba")
        return self._probabilities(self._texts(texts), batch_size)

    def _probabilities(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        logits = self._classifier.logits(texts, batch_size)
        if self._sets is not None:
            return MULTI_LABEL.probabilities(logits)
        scaled = logits if self._decision is None else self._decision.scaled(logits)
        probabilities: NDArray[np.float64] = np.exp(log_softmax(scaled))
        return probabilities

    def predict(self, texts: Texts, batch_size: int = TEXTS_AT_ONCE) -> Answers:
        """Return the label of each text, as `automl predict` does: the most probable one, unless a decision was found.

        With several labels a text, return the list of labels of each: those whose probability reaches the threshold
        that was found for them. A model of numbers gives the number of each text.

        Args:
            texts: the texts: a list, a column of a table; there may be none. Rows, if `columns` names any.
            batch_size: number of texts that are scored at a time.

        Raises:
            UsageError: `texts` is one text, or holds something else than texts.
            DataProblem: a column that the model asks for is missing.
        """
        logits = self.logits(texts, batch_size)
        if self._sets is not None:
            return self._sets.names(logits)
        if self._gives_numbers:
            numbers: list[float] = logits[:, 0].tolist()
            return numbers
        chosen = logits.argmax(axis=1) if self._decision is None else self._decision.chosen(logits)
        return [self.label_names[each] for each in chosen]

    def explain(
        self, text: str | Mapping[str, object], label: str | None = None, most_spans: int = MOST_SPANS
    ) -> Explanation:
        """Return what each word of `text` contributes to a label: how much its log-odds drop without the word.

        Args:
            text: the text; or for a model that asks for columns beside the text, a row that has them.
            label: the label to explain; the one that `predict` gives if it is None.
            most_spans: most parts into which a long text is divided, each of which is left out once.

        Raises:
            UsageError: `text` is no text, there is no such label, or the model gives numbers.
        """
        self._require_classes("explain")
        if self._form is None and not isinstance(text, str):
            raise UsageError(f"text must be one text, not {type(text).__name__}")
        if label is not None and label not in self.label_names:
            raise UsageError(unknown_name("label", str(label), self.label_names))
        if label is None and self._decision is not None and self._sets is None:
            label = str(self.predict([text])[0])
        (written,) = self._texts([text])
        return explain(self._probabilities, self.label_names, written, label, most_spans, self._form or PLAIN)

    def _texts(self, given: Texts) -> list[str]:
        """Return the texts, made of the columns of rows if the model asks for them."""
        if self._form is None:
            return _checked(given)
        if isinstance(given, list | tuple) and not given:
            return []
        columns, rows = rows_of(given)
        require_columns(self._form, columns, rows)
        try:
            return [self._form.text_of(row) for row in rows]
        except DataError as error:
            raise DataProblem(str(error)) from error

    def _require_classes(self, what: str) -> None:
        if self._gives_numbers:
            raise UsageError(
                f"{what} needs a model of classes, but this one gives numbers ({self.label_names[0]}): use predict"
            )

    def __repr__(self) -> str:
        return f"TextModel(label_names={self.label_names!r})"


def load_classifier(folder: str | Path) -> TextModel:
    """Load the model in `folder`, such as `runs/STUDY/best`, onto the GPU if there is one and the model can use it.

    Raises:
        UsageError: `folder` does not exist, or holds no model that can be read.
    """
    classifier = load_format(folder)
    thresholds = model_thresholds(folder, classifier.label_names)
    decision = read_decision(Path(folder), classifier.label_names)
    return TextModel(classifier, decision, thresholds, model_form(folder))


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise UsageError(f"texts must be a list of texts, not {type(texts).__name__}; put one text into a list: [text]")
    if isinstance(texts, Mapping) or hasattr(texts, "columns") or hasattr(texts, "column_names"):
        raise UsageError(
            f"texts must be a list of texts or one column of a table, not a whole {type(texts).__name__}: "
            "choose the column, as in table['text']"
        )
    given = list(texts)
    strange = next((each for each in given if not isinstance(each, str)), None)
    if strange is not None or None in given:
        raise UsageError(f"each of the texts must be text, not {type(strange).__name__}")
    return [str(each) for each in given]
