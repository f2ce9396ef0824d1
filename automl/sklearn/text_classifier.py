"""A classifier of scikit-learn whose `fit` is a search."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from automl.api import Explanation, SearchResult
from automl.sklearn.text_estimator import TextEstimator
from trials.data.readers import cell


class TextClassifier(ClassifierMixin, TextEstimator):
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
        metric: the metric to optimize on the validation split; None is `macro_f1`.
        folds: number of folds that cross-validate each trial, or `off`; None: 5 where rows are few (at most 200).
        random_state: seed of sampler and trials; None is 0.
        text: the column of texts, if `X` is a table of several columns.
        also: columns of `X`, which is a table then, that are read beside the text: categories or numbers.
        slots: number of trials that run at the same time; None: one a core or GPU.
        workspace: folder for studies, runs and models.
        options: further arguments of `automl.search`, by name, such as `{"epochs": 2}`.
        verbose: whether messages and progress of a search are shown.

    Attributes:
        classes_: the labels, sorted, as they stood in `y`.
        result_: the result of the search, an `automl.SearchResult`.
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Search for the best classifier of the texts.

        Args:
            X: the texts: a list, a column of a table, or a table of one column (or with the columns `text` and `also`).
            y: the label of each text.

        Returns:
            The estimator itself.

        Raises:
            ValueError: texts or labels cannot be used; the message is that of `automl.search`.
            SearchFailed: no trial gave a model.
        """
        rows = self._rows(X)
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        labels = column_or_1d(y, warn=True)
        check_consistent_length(rows.texts, labels)
        check_classification_targets(labels)
        classes, codes = np.unique(labels, return_inverse=True)
        names = label_names(classes)
        result = self._searched(rows, [names[code] for code in codes])
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
        model, asked = self.result_.model, self._rows(X).asked()
        found = dict(zip(model.label_names, model.predict_proba(asked).T, strict=True))
        return np.stack([found.get(name, np.zeros(len(asked))) for name in self._names], axis=1)

    def explain(self, text: str | Mapping[str, object], label: Any = None) -> Explanation:
        """Return what each word of `text` contributes to a label.

        Args:
            text: the text; with `also`, a row that has its columns.
            label: one of `classes_`; the most probable one if it is None.
        """
        check_is_fitted(self)
        name = None if label is None else self._names[list(self.classes_).index(label)]
        return self.result_.model.explain(text, name)


def label_names(classes: NDArray[Any]) -> list[str]:
    """Return a name for each of `classes`: what a file would hold of it; or its number, if two were named alike."""
    plain = [each.item() if hasattr(each, "item") else each for each in classes]
    names = [(cell(each) or "").strip() for each in plain]
    is_clear = len(set(names)) == len(names) and all(names)
    return names if is_clear else [str(number) for number in range(len(names))]
