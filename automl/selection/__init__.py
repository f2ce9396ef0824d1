"""Selects the winner of a study, and ranks trials by their objectives and constraints."""

from automl.selection.choose import best_first, choose_winner, closest_to_win
from automl.selection.confirmation import (
    ROUNDS,
    ConfirmationResult,
    Confirmed,
    confirmation_of,
    finalists,
    is_confirmed_by,
)
from automl.selection.cross_fitting import cross_fitted
from automl.selection.defaults import is_default, untuned_defaults
from automl.selection.ensemble import EnsembleChoice, choose_ensemble, combined
from automl.selection.ensemble_shares import best_shares
from automl.selection.handover import (
    Choice,
    Evidence,
    EvidenceOfRows,
    choose_model,
    evidence_of_confirmation,
    evidence_of_folds,
)
from automl.selection.learning_curve import LearningCurve
from automl.selection.optimism import optimism
from automl.selection.pareto_front import pareto_front, with_ensemble
from automl.selection.pbt_schedule import schedule_of
from automl.selection.ranking import Standing, in_order_of_worth, standing
from automl.selection.result import EnsembleResult, Scores, SoupResult, Winner
from automl.selection.soup import Members, SoupChoice, choose_soup
from automl.selection.uncertainty import Comparison, compare, score_interval, wilson_interval

__all__ = [
    "ROUNDS",
    "Choice",
    "Comparison",
    "ConfirmationResult",
    "Confirmed",
    "EnsembleChoice",
    "EnsembleResult",
    "Evidence",
    "EvidenceOfRows",
    "LearningCurve",
    "Members",
    "Scores",
    "SoupChoice",
    "SoupResult",
    "Standing",
    "Winner",
    "best_first",
    "best_shares",
    "choose_ensemble",
    "choose_model",
    "choose_soup",
    "choose_winner",
    "closest_to_win",
    "combined",
    "compare",
    "confirmation_of",
    "cross_fitted",
    "evidence_of_confirmation",
    "evidence_of_folds",
    "finalists",
    "in_order_of_worth",
    "is_confirmed_by",
    "is_default",
    "optimism",
    "pareto_front",
    "schedule_of",
    "score_interval",
    "standing",
    "untuned_defaults",
    "wilson_interval",
    "with_ensemble",
]
