"""Complete trials: trained in steps, fitted without steps, or cross-validated; and the other processes of a team."""

from trials.workflows.cross_validation import cross_validate
from trials.workflows.fit_trial import fit_and_evaluate
from trials.workflows.out_of_fold import out_of_fold_logits
from trials.workflows.pack_run import PackRun
from trials.workflows.refit import refit
from trials.workflows.resource_usage import with_usage
from trials.workflows.train_trial import train_and_evaluate
from trials.workflows.training_pace import measure_pace

__all__ = [
    "PackRun",
    "cross_validate",
    "fit_and_evaluate",
    "measure_pace",
    "out_of_fold_logits",
    "refit",
    "train_and_evaluate",
    "with_usage",
]
