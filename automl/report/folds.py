"""What scores of folds mean, and what each fold gave."""

from automl.report.parameters import format_score
from automl.winner.winner import Winner


def over_folds(winner: Winner) -> str:
    """One sentence: what the validation scores of a cross-validated winner are, and its score in each fold."""
    folds = winner.trial.folds
    scores = ", ".join(format_score(fold.metrics.get(winner.metric)) for fold in folds)
    return (
        f"Validation scores are means over {len(folds)} folds with their standard deviation; the winner's "
        f"{winner.metric} by fold: {scores}. Its model was trained on the rows of all folds."
    )
