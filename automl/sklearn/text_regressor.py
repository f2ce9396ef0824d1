"""A regressor of scikit-learn whose `fit` is a search."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils import check_array, check_consistent_length, column_or_1d
from sklearn.utils.validation import check_is_fitted

from automl.api import SearchResult
from automl.sklearn.text_estimator import TextEstimator
from trials.tasks import REGRESSION


class TextRegressor(RegressorMixin, TextEstimator):
    """A regressor of scikit-learn for texts: `fit` searches with the task `regression`, `predict` uses the winner.

    It works in a `Pipeline`, `cross_val_score`, `GridSearchCV` and `clone`. Each `fit` is a study of its own in
    `workspace`. A fitted estimator names the folder of its model, which a pickle of it does not contain.

    Examples:
        >>> from automl.sklearn import TextRegressor
        >>> regressor = TextRegressor(time_budget="10m", also="year").fit(table, prices)  # doctest: +SKIP

    Args:
        time_budget: time after which a search ends: `"10m"`, `"1h30m"`, or seconds; None: no limit but `trials`.
        trials: number of trials after which a search ends.
        space: a search space, such as `auto`, `linear` or `finetune`.
        checkpoint: pretrained models to start from: `minilm`, folders or hub ids.
        metric: the metric to optimize on the validation split; None is `r2`.
        folds: number of folds that cross-validate each trial, or `off`; None: 5 where rows are few (at most 200).
        random_state: seed of sampler and trials; None is 0.
        text: the column of texts, if `X` is a table of several columns.
        also: columns of `X`, which is a table then, that are read beside the text: categories or numbers.
        slots: number of trials that run at the same time; None: one a core or GPU.
        workspace: folder for studies, runs and models.
        options: further arguments of `automl.search`, by name, such as `{"epochs": 2}`.
        verbose: whether messages and progress of a search are shown.

    Attributes:
        result_: the result of the search, an `automl.SearchResult`.
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Search for the best regressor of the texts.

        Args:
            X: the texts: a list, a column of a table, or a table of one column (or with the columns `text` and `also`).
            y: the number of each text.

        Returns:
            The estimator itself.

        Raises:
            ValueError: texts or numbers cannot be used; the message is that of `automl.search`.
            SearchFailed: no trial gave a model.
        """
        rows = self._rows(X)
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        numbers = check_array(column_or_1d(y, warn=True), ensure_2d=False, dtype=np.float64, input_name="y")
        check_consistent_length(rows.texts, numbers)
        self.result_: SearchResult = self._searched(rows, numbers.tolist(), task=REGRESSION.name)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Return the number of each text, shape (texts,).

        Args:
            X: the texts, in any form that `fit` takes.
        """
        check_is_fitted(self)
        return np.asarray(self.result_.model.predict(self._rows(X).asked()), dtype=np.float64)
