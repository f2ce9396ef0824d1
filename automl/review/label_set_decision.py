"""Finds from which probability on a text should get each label, where it may have several."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from automl.decisions import (
    METRICS_OF_SETS,
    Decision,
    best_cuts,
    cheapest_cuts,
    costs_of_rows,
    read_label_costs,
)
from automl.export import model_thresholds, score
from automl.review.decision_search import COST, Effect, FoundDecision, check_goal, effect_on_costs
from automl.review.held_out_logits import held_out_logits
from automl.review.reopened_study import ReopenedStudy
from automl.selection import compare
from trials.metrics import Logits
from trials.tasks import MULTI_LABEL, LabelMatrix, calibrated_logits, log_odds

LARGEST = 12.0
"""Limit of the log-odds of a threshold, in both directions."""


@dataclass(frozen=True)
class _Rule:
    """Thresholds, beside those of the model.

    Attributes:
        measure: a metric, or `COST`.
        own: log-odds of the thresholds of the model, shape (labels,).
        cuts: log-odds of the new ones.
        costs: costs of labels, shape (labels, 2); None for a metric.
    """

    measure: str
    own: NDArray[np.float64]
    cuts: NDArray[np.float64]
    costs: NDArray[np.float64] | None

    def effect(self, logits: Logits, labels: LabelMatrix) -> Effect:
        """Return what the new thresholds change.

        Args:
            logits: log-odds of rows, shape (n, labels).
            labels: whether each row has each label, same shape.
        """
        before, after = logits >= self.own, logits >= self.cuts
        changed = int((before != after).any(axis=1).sum())
        if self.costs is not None:
            paid, pays = (costs_of_rows(chosen, labels, self.costs) for chosen in (before, after))
            return effect_on_costs(paid, pays, changed)
        compared = compare(self.measure, logits - self.cuts, logits - self.own, labels)
        old, new = (MULTI_LABEL.score(self.measure, logits - cuts, labels) for cuts in (self.own, self.cuts))
        return Effect(len(labels), old, new, compared.low, compared.high, changed)


def find_set_decision(study: ReopenedStudy, metric: str | None, costs: Path | None) -> FoundDecision:
    """Find thresholds for a metric or for costs on rows that the model was not fitted to, and show them on the test.

    Without a metric and costs the decision is that the model's own thresholds hold.

    Args:
        study: the study, whose texts may have several labels, and whose model is in `best`.
        metric: one of `METRICS_OF_SETS`; None for none.
        costs: file with the cost of missing each label and of giving it wrongly; None for none.

    Raises:
        UsageError: both are given, the metric is none that thresholds can improve, or the study has no such rows.
        DataProblem: the costs cannot be used.
    """
    check_goal(metric, costs, METRICS_OF_SETS)
    dataset, folder = study.prepared.dataset, study.workspace.study(study.record.name).best
    names = dataset.label_names
    table = None if costs is None else read_label_costs(costs, names)
    held_out = held_out_logits(study)
    plain = Decision(names, source=held_out.source)
    own = log_odds(model_thresholds(folder, names))
    if metric is not None:
        goal, cuts = f"the best {metric}", best_cuts(metric, held_out.logits, held_out.labels, own)
    elif table is not None:
        temperature = MULTI_LABEL.calibrate(held_out.logits, held_out.labels).temperature
        goal, cuts = "the smallest expected cost", temperature * cheapest_cuts(table)
    else:
        return FoundDecision(plain, "", None, None)
    rule = _Rule(metric or COST, own, np.clip(cuts, -LARGEST, LARGEST), table)
    found = rule.effect(held_out.logits, held_out.labels)
    test = rule.effect(calibrated_logits(score(folder, dataset.test).logits), dataset.test.labels)
    decision = replace(
        plain,
        goal=goal,
        thresholds=tuple(MULTI_LABEL.probabilities(rule.cuts).tolist()),
        effects={"held_out": vars(found), "test": vars(test)},
    )
    return FoundDecision(decision, rule.measure, found, test)
