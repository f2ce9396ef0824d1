"""Content of a page that tests share."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, create_trial

from automl.core import StudyRecord
from automl.page.content import Mistake, ModelContent, PageContent
from automl.report import winner_facts
from tests.automl.report.records import make_study, make_trial, make_winner

LABELS = np.array([0, 0, 0, 1, 1, 1])
PROBABILITIES = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9], [0.4, 0.6], [0.2, 0.8]])


def tried(count: int) -> tuple[StudyRecord, list[FrozenTrial]]:
    """A study of completed trials, whose score rises with `depth`, and the same trials as Optuna's."""
    distributions = {"depth": IntDistribution(1, 9), "rate": FloatDistribution(0.0, 1.0)}
    params = [{"depth": 1 + number % 9, "rate": number / count} for number in range(count)]
    scores = [0.5 + each["depth"] / 20 for each in params]
    begun = [datetime(2026, 1, 2, 3, number, tzinfo=UTC) for number in range(count + 1)]
    records = [
        replace(
            make_trial(number, (0.5, scores[number]), params=params[number]),
            started=begun[number],
            ended=begun[number + 1],
        )
        for number in range(count)
    ]
    frozen = [
        create_trial(params=own, distributions=distributions, value=score)
        for own, score in zip(params, scores, strict=True)
    ]
    return make_study(*records), frozen


def model(*mistakes: Mistake) -> ModelContent:
    """A model of two labels that is wrong on one of six test rows."""
    facts = json.loads(json.dumps(winner_facts(make_winner())))
    return ModelContent(facts, ("business", "sport"), LABELS, PROBABILITIES, mistakes, 1)


def page(*mistakes: Mistake) -> PageContent:
    """All of a page, with a model."""
    study, trials = tried(12)
    return PageContent(study, trials, {"train": 70, "validation": 15, "test": 6}, model(*mistakes))
