"""The entry point of MLflow's flavour `python_function`. It needs neither MLflow nor `automl`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trials.classifiers.loaders import load
from trials.data import RowForm, read_row_form
from trials.decision import Decision, decided_thresholds, read_decision
from trials.errors import ClassifierError
from trials.files import TextClassifier, read_thresholds
from trials.metrics import log_softmax
from trials.tasks import MULTI_LABEL, REGRESSION, Calibration, given_labels, task_of_model

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text"
"""The column of the input."""


class PyfuncClassifier:
    """A classifier with the method that MLflow calls.

    Args:
        classifier: the classifier.
        decision: the rule that chooses labels, as `automl decide` found it; None chooses the most probable ones.
        thresholds: the probability from which on a text gets each label; empty for one label a text.
        form: the form of the rows, if the classifier asks for columns beside the text; None if it reads texts alone.
    """

    def __init__(
        self,
        classifier: TextClassifier,
        decision: Decision | None = None,
        thresholds: tuple[float, ...] = (),
        form: RowForm | None = None,
    ) -> None:
        self._classifier = classifier
        self._decision = decision or Decision(classifier.label_names)
        self._thresholds = decided_thresholds(thresholds, decision)
        self._form = form

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> "pd.DataFrame":
        """Return `label`, `probability` and `probability_<label>` of each text, as `automl predict` does.

        With several labels a text, `labels` has the names of all, joined by `|`, in the place of the first two. A model
        of numbers gives one column, with the name of what it was trained on.

        Args:
            data: a table with the column `text`, or a sequence of texts; or a table with all columns of the form.
            params: ignored; MLflow passes it.
        """
        import pandas as pd  # noqa: PLC0415 - MLflow needs it, this package does not

        texts = self._texts(data)
        names = self._classifier.label_names
        logits = self._classifier.logits(texts)
        if task_of_model(names, self._thresholds) is REGRESSION:
            return pd.DataFrame({names[0]: logits[:, 0]})
        columns: dict[str, Any]
        if self._thresholds:
            probabilities = MULTI_LABEL.probabilities(logits)
            chosen = given_labels(Calibration(thresholds=self._thresholds).outputs(logits))
            columns = {"labels": ["|".join(names[label] for label in np.flatnonzero(row)) for row in chosen]}
        else:
            probabilities = np.exp(log_softmax(self._decision.scaled(logits)))
            best = self._decision.chosen(logits)
            columns = {
                "label": [names[index] for index in best],
                "probability": probabilities[np.arange(len(texts)), best],
            }
        columns |= {f"probability_{name}": probabilities[:, index] for index, name in enumerate(names)}
        return pd.DataFrame(columns)

    def _texts(self, data: Any) -> list[str]:
        import pandas as pd  # noqa: PLC0415 - the same

        if self._form is None:
            texts = data[TEXT].tolist() if isinstance(data, pd.DataFrame) else list(data)
            return [text if isinstance(text, str) else "" for text in texts]
        if not isinstance(data, pd.DataFrame):
            raise ClassifierError(f"the input must be a table with the columns {', '.join(self._form.columns)}")
        if missing := self._form.missing(data.columns):
            raise ClassifierError(f"the input must have the column {missing[0]!r}; its cells may be empty")
        rows = [{str(name): each for name, each in row.items()} for row in data.to_dict("records")]
        if nowhere := self._form.leading_nowhere(rows):
            raise ClassifierError(f"a row of the input must have a value at {nowhere[0]!r}, which may be empty")
        return [self._form.text_of(row) for row in rows]


def _load_pyfunc(path: str) -> PyfuncClassifier:
    """Load the classifier in the folder `path`, with its decision; MLflow finds this function by its name."""
    folder = Path(path)
    classifier = load(folder)
    names = classifier.label_names
    thresholds = read_thresholds(folder, len(names))
    return PyfuncClassifier(classifier, read_decision(folder, names), thresholds, read_row_form(folder))
