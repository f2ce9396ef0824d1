"""The models of a report, by what they are called, with their scores: the same rows in the summary and on the card."""

from automl.report.linear_baseline import baseline_name
from automl.report.wording import default_name
from automl.selection import Scores, Winner

CHOSEN_BY = "*"
"""Mark of a validation score by which the trial was chosen."""


def scored_models(winner: Winner) -> dict[str, Scores | None]:
    """Return the scores of the models of a report by name, in the order of the rows; None for a missing one.

    Beside the trial that is handed over stand the one with the best validation score, the best untuned default and the
    linear baseline. A model that is two of these has one row.
    """
    models: dict[str, Scores | None] = {}
    place = "handed over"
    if winner.ensemble is not None:
        models[f"handed over: {len(winner.ensemble.choice.weights)} models together"] = winner.ensemble.scores
        place = "best-single"
    if winner.soup is not None:
        models[f"{place}: weights of {len(winner.soup.choice.members)} trials"] = winner.soup.scores
    if winner.refit is not None:
        models[f"{place}: trial {winner.trial.number}, refitted"] = winner.refit
    if winner.trial.number not in {winner.best_number, winner.default_number}:
        models[f"winner (trial {winner.trial.number})"] = winner.scores
    if winner.best_number != winner.default_number:
        models[_best_name(winner)] = winner.best_scores
    models[default_name(winner)] = winner.default
    models[baseline_name(winner.task.name, winner.baseline_reading)] = winner.baseline
    return models


def chosen_by_score(winner: Winner) -> str | None:
    """Return the name of the model whose validation score is marked; None if its optimism is unknown."""
    if winner.optimism is None:
        return None
    return default_name(winner) if winner.best_number == winner.default_number else _best_name(winner)


def _best_name(winner: Winner) -> str:
    is_changed = winner.confirmation is not None and winner.confirmation.has_changed
    by = "best in the mean" if is_changed else "best by validation"
    return f"{by if winner.passed_over else 'winner'} (trial {winner.best_number})"
