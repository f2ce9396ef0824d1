"""Studies whose models have validation logits that a test has made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from automl.core import TrialRecord
from automl.planning import Plan
from search_spaces import SPACES, Defaults
from tests.automl.report.records import make_trial
from tests.automl.session.plans import make_plan
from tests.trials.toy import LABELS, toy_texts
from trials.data.dataset import Split, TextDataset
from trials.files import save_classifier
from trials.linear import fit_linear

ROWS = 300


def split(rows: int, seed: int) -> Split:
    texts, labels = toy_texts(rows, seed)
    return Split(tuple(texts), np.array(labels, dtype=np.int64))


DATA = TextDataset("toy", LABELS, split(40, 0), split(ROWS, 1), split(30, 2), "f" * 64)


def logits(seed: int, skill: float = 1.0, labels: np.ndarray = DATA.validation.labels) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(len(labels), len(LABELS)))
    return skill * (skill * np.eye(len(LABELS))[labels] + noise)


def trial(number: int, **metrics: float) -> TrialRecord:
    made = make_trial(number, (0.5, 0.9), **metrics)
    return replace(made, evaluations=made.evaluations[1:], ended=datetime(2026, 1, 2, tzinfo=UTC))


def plans_in(folder: Path) -> Callable[..., Plan]:
    """Makes plans with a model for each trial, whose validation logits are `of[number]`."""
    model = fit_linear(SPACES["linear"](Defaults()), DATA.train, LABELS)

    def made(of: dict[int, np.ndarray | None], **search: object) -> Plan:
        plan = make_plan(folder, **search)
        for number, rows in of.items():
            save_classifier(model, plan.workspace.study("news").model(number), rows)
        return replace(plan, prepared=replace(plan.prepared, dataset=DATA))

    return made
