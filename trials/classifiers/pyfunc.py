"""The entry point of MLflow's flavour `python_function`. It needs neither MLflow nor `automl`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trials.classifiers.loaders import load
from trials.files import TextClassifier
from trials.metrics import log_softmax

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text"
"""The column of the input."""


class PyfuncClassifier:
    """A classifier with the method that MLflow calls."""

    def __init__(self, classifier: TextClassifier) -> None:
        self._classifier = classifier

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> "pd.DataFrame":
        """Return `label`, `probability` and `probability_<label>` of each text.

        Args:
            data: a table with the column `text`, or a sequence of texts.
            params: ignored; MLflow passes it.
        """
        import pandas as pd  # noqa: PLC0415 - MLflow needs it, this package does not

        texts = data[TEXT].tolist() if isinstance(data, pd.DataFrame) else list(data)
        names = self._classifier.label_names
        probabilities = np.exp(
            log_softmax(self._classifier.logits([text if isinstance(text, str) else "" for text in texts]))
        )
        best = probabilities.argmax(axis=1)
        columns: dict[str, Any] = {
            "label": [names[index] for index in best],
            "probability": probabilities[np.arange(len(texts)), best],
        }
        columns |= {f"probability_{name}": probabilities[:, index] for index, name in enumerate(names)}
        return pd.DataFrame(columns)


def _load_pyfunc(path: str) -> PyfuncClassifier:
    """Load the classifier in the folder `path`; MLflow finds this function by its name."""
    return PyfuncClassifier(load(Path(path)))
