"""A classifier of scikit-learn whose `fit` is a search."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from automl.api import Explanation, SearchResult, search
from automl.core import DataProblem, UsageError
from trials.data.readers import cell

LARGEST_SEED = 2**32 - 1


class TextClassifier(ClassifierMixin, BaseEstimator):
    """A text classifier of scikit-learn: `fit` searches, `predict` uses the winner.

    It works in a `Pipeline`, `cross_val_score`, `GridSearchCV` and `clone`. Each `fit` is a study of its own in
    `workspace`. A fitted estimator names the folder of its model, which a pickle of it does not contain.

    Examples:
        >>> from automl.sklearn import TextClassifier
        >>> classifier = TextClassifier(time_budget="10m").fit(texts, labels)  # doctest: +SKIP
        >>> classifier.predict(["A charming film"])  # doctest: +SKIP
        array(['positive'], dtype='<U8')

    Args:
        time_budget: time after which a search ends: `"10m"`, `"1h30m"`, or seconds; None: no limit but `trials`.
        trials: number of trials after which a search ends.
        space: a search space, such as `auto`, `linear` or `finetune`.
        checkpoint: pretrained models to start from: `minilm`, folders or hub ids.
        metric: the metric to optimize on the validation split.
        folds: number of folds that cross-validate each trial; None is none.
        random_state: seed of sampler and trials; None is 0.
        text: the column of texts, if `X` is a table of several columns.
        slots: number of trials that run at the same time; None: one a core or GPU.
        workspace: folder for studies, runs and models.
        options: further arguments of `automl.search`, by name, such as `{"epochs": 2}`.
        verbose: whether messages and progress of a search are shown.

    Attributes:
        classes_: the labels, sorted, as they stood in `y`.
        result_: the result of the search, an `automl.SearchResult`.
    """

    def __init__(
        self,
        *,
        time_budget: str | float | None = "10m",
        trials: int | None = None,
        space: str = "auto",
        checkpoint: str | Sequence[str] | None = None,
        metric: str = "macro_f1",
        folds: int | None = None,
        random_state: Any = None,
        text: str | None = None,
        slots: int | None = None,
        workspace: str | Path = "runs",
        options: Mapping[str, Any] | None = None,
        verbose: bool = False,
    ) -> None:
        self.time_budget = time_budget
        self.trials = trials
        self.space = space
        self.checkpoint = checkpoint
        self.metric = metric
        self.folds = folds
        self.random_state = random_state
        self.text = text
        self.slots = slots
        self.workspace = workspace
        self.options = options
        self.verbose = verbose

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Search for the best classifier of the texts.

        Args:
            X: the texts: a list, a column of a table, or a table of one column (or with the column `text`).
            y: the label of each text.

        Returns:
            The estimator itself.

        Raises:
            ValueError: texts or labels cannot be used; the message is that of `automl.search`.
            SearchFailed: no trial gave a model.
        """
        texts = texts_of(X, self.text)
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        labels = column_or_1d(y, warn=True)
        check_consistent_length(texts, labels)
        check_classification_targets(labels)
        classes, codes = np.unique(labels, return_inverse=True)
        names = label_names(classes)
        data = {"text": texts, "label": [names[code] for code in codes]}
        try:
            result = search(data, **self._arguments())
        except (DataProblem, UsageError) as error:
            raise ValueError(str(error)) from error
        self.classes_ = classes
        self.result_: SearchResult = result
        self._names = names
        return self

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """Return the most probable label of each text, shape (texts,).

        Args:
            X: the texts, in any form that `fit` takes.
        """
        check_is_fitted(self)
        best: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Return the probability of each label, in the order of `classes_`, shape (texts, labels).

        Args:
            X: the texts, in any form that `fit` takes.
        """
        check_is_fitted(self)
        model, texts = self.result_.model, texts_of(X, self.text)
        found = dict(zip(model.label_names, model.predict_proba(texts).T, strict=True))
        return np.stack([found.get(name, np.zeros(len(texts))) for name in self._names], axis=1)

    def explain(self, text: str, label: Any = None) -> Explanation:
        """Return what each word of `text` contributes to a label.

        Args:
            text: the text.
            label: one of `classes_`; the most probable one if it is None.
        """
        check_is_fitted(self)
        name = None if label is None else self._names[list(self.classes_).index(label)]
        return self.result_.model.explain(text, name)

    def _arguments(self) -> dict[str, Any]:
        """Return the arguments of `automl.search`; each study has a name of its own, as several may begin at once."""
        seed = self.random_state
        if seed is not None and not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(LARGEST_SEED, dtype=np.int64)
        return {
            "study": f"sklearn-{uuid4().hex[:12]}",
            "time_budget": self.time_budget,
            "trials": self.trials,
            "space": self.space,
            "checkpoint": self.checkpoint,
            "metric": self.metric,
            "folds": self.folds,
            "seed": None if seed is None else int(seed),
            "slots": self.slots,
            "workspace": self.workspace,
            "progress": self.verbose,
            **(self.options or {}),
        }

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.non_deterministic = True  # the time decides how many trials run
        return tags


def texts_of(texts: Any, column: str | None = None) -> list[str]:
    """Return the texts of a list, a column, or a table; a missing one is empty.

    Args:
        texts: a list, a column of a table, or a table.
        column: the column of texts in a table; None: its only one.

    Raises:
        ValueError: `texts` is none of these, or holds something else than texts.
    """
    if hasattr(texts, "columns"):
        names = list(texts.columns)
        if column is None and len(names) != 1:
            raise ValueError(f"X must be texts or a table of one column, or `text` must name one of: {names}")
        if column is not None and column not in names:
            raise ValueError(f"X must have the column {column!r}, but it has: {names}")
        texts = texts[names[0] if column is None else column]
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise ValueError(f"X must be a list of texts, not {type(texts).__name__}")
    rows = [row[0] if isinstance(row, list | np.ndarray) and len(row) == 1 else row for row in texts]
    if not rows:
        raise ValueError("X must hold texts, but it has 0 sample(s)")
    for number, row in enumerate(rows):
        if not isinstance(row, str) and not _is_missing(row):
            raise ValueError(f"X must hold texts, but row {number} is {type(row).__name__}: {str(row)[:60]}")
    return [str(row) if isinstance(row, str) else "" for row in rows]


def label_names(classes: NDArray[Any]) -> list[str]:
    """Return a name for each of `classes`: what a file would hold of it; or its number, if two were named alike."""
    plain = [each.item() if hasattr(each, "item") else each for each in classes]
    names = [(cell(each) or "").strip() for each in plain]
    is_clear = len(set(names)) == len(names) and all(names)
    return names if is_clear else [str(number) for number in range(len(names))]


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or str(value) == "<NA>"  # noqa: PLR0124
