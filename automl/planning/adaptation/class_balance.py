"""Class balance: its parameters are searched only if the classes are imbalanced."""

from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces.blocks import is_balance
from trials.tasks import LabelArray, task_of

UNLIKE = 2.0
"""Classes count as imbalanced from this ratio between the rows of the largest and the smallest class on."""


def is_imbalanced(labels: LabelArray) -> bool:
    """Return whether the classes in `labels`, those of the training split, are imbalanced."""
    return task_of(labels).imbalance(labels) >= UNLIKE


def without_balance(resolved: ResolvedExperiment) -> ResolvedExperiment:
    """Return the experiment with the parameters of class balance fixed at their defaults.

    The study stores these overrides, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Parameters in its overrides, priors or points are not fixed.
    """
    dimensions, spared = resolved.space.dimensions(), resolved.asked_for
    fixed = {name: dimensions[name].default for name in dimensions if is_balance(name) and name not in spared}
    return resolved.with_overrides(fixed)
