"""The sentences of the verdict: what was compared, what was confirmed, and whether more data would help."""

from automl.report.wording.choice import choice_sentence, default_name
from automl.report.wording.combined import handed_over_name, listed_trials, single_name
from automl.report.wording.comparison import over_folds, sentences, verdict
from automl.report.wording.confirmation import confirmation_sentence
from automl.report.wording.learning_curve import learning_curve
from automl.report.wording.search_sample import sample_sentence

__all__ = [
    "choice_sentence",
    "confirmation_sentence",
    "default_name",
    "handed_over_name",
    "learning_curve",
    "listed_trials",
    "over_folds",
    "sample_sentence",
    "sentences",
    "single_name",
    "verdict",
]
