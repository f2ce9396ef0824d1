"""Complete trials: trained in steps, fitted without steps, or cross-validated; and the other processes of a team."""

from trials.workflows.cross_validation import cross_validate
from trials.workflows.fit_trial import fit_and_evaluate
from trials.workflows.refit import refit
from trials.workflows.resource_usage import with_usage
from trials.workflows.train_trial import train_and_evaluate
from trials.workflows.training_pace import measure_pace

__all__ = ["cross_validate", "fit_and_evaluate", "measure_pace", "refit", "train_and_evaluate", "with_usage"]
