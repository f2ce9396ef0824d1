"""How labels follow from the outputs of a model: offsets, costs, thresholds, sets. Names are imported lazily."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.decisions.class_offsets import METRICS_OF_LABELS, METRICS_OF_RANKS, best_offsets, one_hot
    from automl.decisions.conformal import conformal_scores, interval_reach, label_sets, residual_scores
    from automl.decisions.cost_matrix import read_costs, read_label_costs
    from automl.decisions.decision import read_decision, write_decision
    from automl.decisions.label_thresholds import METRICS_OF_SETS, best_cuts, cheapest_cuts, costs_of_rows
    from trials.decision import DECISION_FILE, Decision, decided_thresholds

__all__ = [
    "DECISION_FILE",
    "METRICS_OF_LABELS",
    "METRICS_OF_RANKS",
    "METRICS_OF_SETS",
    "Decision",
    "best_cuts",
    "best_offsets",
    "cheapest_cuts",
    "conformal_scores",
    "costs_of_rows",
    "decided_thresholds",
    "interval_reach",
    "label_sets",
    "one_hot",
    "read_costs",
    "read_decision",
    "read_label_costs",
    "residual_scores",
    "write_decision",
]

__getattr__ = lazy_window(__name__)
