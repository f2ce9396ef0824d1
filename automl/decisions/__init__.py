"""How labels follow from the outputs of a model: offsets of classes, costs of errors, sets of labels."""

from automl.decisions.class_offsets import METRICS_OF_LABELS, best_offsets, one_hot
from automl.decisions.conformal import conformal_scores, label_sets
from automl.decisions.cost_matrix import read_costs
from automl.decisions.decision import read_decision, write_decision
from trials.decision import DECISION_FILE, Decision

__all__ = [
    "DECISION_FILE",
    "METRICS_OF_LABELS",
    "Decision",
    "best_offsets",
    "conformal_scores",
    "label_sets",
    "one_hot",
    "read_costs",
    "read_decision",
    "write_decision",
]
