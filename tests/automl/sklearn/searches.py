"""A search that takes no time, for estimators; `tests/integration/test_python_api.py` has real ones."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

from automl import DataProblem
from automl.sklearn.rows import texts_of


def written(rows):
    """Each text, or a row as one text."""
    return [row if isinstance(row, str) else " ".join(f"{name}={value}" for name, value in row.items()) for row in rows]


class LinearModel:
    """As quick a model as there is, with the methods of `automl.TextModel` that the estimators use."""

    def __init__(self, rows, labels, *, is_number=False):
        self.asked = []
        model = Ridge(alpha=0.01) if is_number else LogisticRegression(C=100.0)
        self._pipeline = make_pipeline(TfidfVectorizer(token_pattern=r"\S+"), model)
        self._pipeline.fit(written(rows), labels)

    @property
    def label_names(self):
        return tuple(self._pipeline.classes_)

    def predict_proba(self, rows):
        self.asked.append(rows)
        return self._pipeline.predict_proba(written(rows))

    def predict(self, rows):
        self.asked.append(rows)
        return self._pipeline.predict(written(rows)).tolist()


@dataclass(frozen=True)
class Result:
    """What a search gives, as far as the estimators use it."""

    model: LinearModel


@dataclass
class Searches:
    """Stands in for `automl.search`, and remembers its tables and its arguments."""

    tables: list[dict] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)

    def __call__(self, data, **arguments):
        self.tables.append(data)
        self.asked.append(arguments)
        *columns, label = data
        if len(set(data[label])) < 2:
            raise DataProblem("There must be at least two labels, but there is 1 class.")
        rows = data["text"] if columns == ["text"] else [
            dict(zip(columns, row, strict=True)) for row in zip(*(data[name] for name in columns), strict=True)
        ]  # fmt: skip
        return Result(LinearModel(rows, data[label], is_number=arguments.get("task") == "regression"))


def words_of(table, column=None):
    """Reads each row of numbers as a text of one word a number, so that scikit-learn's checks have something to fit."""
    rows = np.asarray(table)
    if rows.ndim != 2:
        raise ValueError("Expected 2D array. Reshape your data.")
    return texts_of([" ".join(f"{place}_{value:.0f}" for place, value in enumerate(row)) for row in rows.tolist()])


NO_FEATURES = "a text has no number of features"
NO_SPARSE = "there is no sparse matrix of texts"
DO_NOT_APPLY = {
    "check_n_features_in": NO_FEATURES,
    "check_n_features_in_after_fitting": NO_FEATURES,
    "check_estimators_empty_data_messages": f"it ends with a table of no columns: {NO_FEATURES}",
    "check_estimators_nan_inf": "a missing text counts as an empty one",
    "check_estimator_sparse_tag": NO_SPARSE,
    "check_estimator_sparse_array": NO_SPARSE,
    "check_estimator_sparse_matrix": NO_SPARSE,
}
"""Checks of scikit-learn that are about tables of numbers."""
