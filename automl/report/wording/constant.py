"""The sentence about a model that is no better than an answer that is the same for each text."""

from automl.report.formatting import format_gain
from automl.selection import Winner
from trials.tasks import REGRESSION


def constant_sentence(winner: Winner) -> str:
    """Return the sentence about a model of numbers or ranks that is not shown to know more than a constant does.

    Args:
        winner: the winner with its comparisons.

    Returns:
        The sentence; empty if the model is shown to be better, or nothing was compared.
    """
    found = winner.against_constant
    if found is None or found.low > 0:
        return ""
    metric = winner.goals.first.name
    shown, interval = format_gain(found.gain, found.low, found.high)
    what = f"the {'median' if metric == 'mae' else 'mean'} of the training numbers for every text"
    if winner.task is not REGRESSION:
        what = "the most frequent class for every text"
    is_worse = found.gain <= 0
    how = "is no better than" if is_worse else "is not shown to be better than"
    learned = "it has learned nothing" if is_worse else "it may have learned nothing"
    return (
        f"The model that is handed over {how} {what} ({metric} {shown}, {interval}): from these texts {learned} that "
        "helps with new ones. More rows, other columns (--also) or cleaner labels (automl errors) may."
    )
