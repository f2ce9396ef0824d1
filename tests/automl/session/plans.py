"""A plan of a search, without any data that would have to be read."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from automl.config.schema import Experiment
from automl.core.budgets import Budgets
from automl.core.workspace import Workspace
from automl.planning import Plan, PreparedData
from search_spaces import SPACES, Space
from trials.data.dataset import Split, TextDataset

SPLIT = Split(("a text of five words",) * 100, np.arange(100, dtype=np.int64) % 2)
DATA = TextDataset("toy", ("a", "b"), SPLIT, SPLIT, SPLIT, "f" * 64)


def make_plan(folder: Path, space: str = "encoder", **search: object) -> Plan:
    """A plan whose settings of the section `search` are `search`, with at most 9 trials."""
    experiment = Experiment(
        data={"source": "bbc-news"}, space={"name": space}, search={"trials": 9, **search}, workspace=folder
    )
    prepared = replace(PreparedData(DATA, 64, Budgets(100, 100)), folds=experiment.search.folds)
    limits = experiment.search.trials, experiment.search.time_budget
    return Plan(experiment, Workspace(folder), Space(space, SPACES[space]), prepared, *limits, 0.0)
