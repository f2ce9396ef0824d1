"""What the estimators of scikit-learn have in common: their `fit` is a search."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from automl.api import SearchResult, search
from automl.core import DataProblem, UsageError
from automl.sklearn.rows import GivenRows, rows_of

LARGEST_SEED = 2**32 - 1


class TextEstimator(BaseEstimator):
    """An estimator that searches, with the arguments that all have."""

    def __init__(
        self,
        *,
        time_budget: str | float | None = "10m",
        trials: int | None = None,
        space: str = "auto",
        checkpoint: str | Sequence[str] | None = None,
        metric: str | None = None,
        folds: int | str | None = None,
        random_state: Any = None,
        text: str | None = None,
        also: str | Sequence[str] | None = None,
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
        self.also = also
        self.slots = slots
        self.workspace = workspace
        self.options = options
        self.verbose = verbose

    def _rows(self, given: Any) -> GivenRows:
        return rows_of(given, self.text, self.also)

    def _searched(self, rows: GivenRows, labels: Sequence[Any], **arguments: Any) -> SearchResult:
        """Return the result of a search.

        Args:
            rows: the texts.
            labels: their labels.
            arguments: arguments of the task.

        Raises:
            ValueError: texts or labels cannot be used.
        """
        table, columns = rows.searched(labels)
        try:
            return search(table, **{**self._arguments(), **columns, **arguments, **(self.options or {})})
        except (DataProblem, UsageError) as error:
            raise ValueError(str(error)) from error

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
        }

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.non_deterministic = True  # the time decides how many trials run
        return tags
