"""Whether what stops trials early goes with cross-validation."""

from automl.experiment.document import Document, get_field
from automl.search.pruners import OVER_FOLDS, PRUNERS


def fold_problems(document: Document) -> list[str]:
    """Why the pruner that is asked for does not go with the folds, or with there being none, as one sentence."""
    folds, pruner = get_field(document, "search.folds"), get_field(document, "search.pruner")
    if not isinstance(pruner, str) or pruner not in PRUNERS:
        return []
    if folds is not None and pruner not in OVER_FOLDS:
        able = " or ".join(OVER_FOLDS)
        return [
            f"search.pruner must be {able} where there are folds, not {pruner!r}, which would take the scores of "
            "different rows for the progress of one model"
        ]
    if folds is None and OVER_FOLDS.get(pruner):
        others = ", ".join(name for name in PRUNERS if not OVER_FOLDS.get(name))
        return [
            f"search.pruner can be {pruner!r} only where there are folds, whose scores it compares: add --folds 5, or "
            f"choose another: {others}"
        ]
    return []
