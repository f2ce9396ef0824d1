"""The sentence about trials that were trained again before one was handed over."""

from automl.report.formatting import format_score
from automl.selection import ConfirmationResult


def confirmation_sentence(found: ConfirmationResult | None, metric: str) -> str:
    """Return what the confirmation did: the means, of how many trainings, and whether the winner changed.

    Args:
        found: what came of training the best trials again; None: nothing did, and the sentence is empty.
        metric: the first objective.
    """
    if found is None:
        return ""
    first, *others = (f"trial {each.trial} has {format_score(each.mean)}" for each in found.finalists)
    failed = [f"trial {number} could not be trained again" for number in found.failed]
    what = "once more" if found.rounds == 1 else f"{found.rounds} times more"
    if found.has_changed:
        end = f"So trial {found.winner} is preferred to trial {found.leader}, whose score in the search was the best."
    else:
        end = f"So trial {found.winner}, whose score in the search was the best, is confirmed."
    return (
        f"The best trials were trained {what}, each time with a fresh seed and other rows for validation. In the mean "
        f"of the {found.rounds + 1} scores, {metric}: {', '.join([first, *others, *failed])}. {end}"
    )
