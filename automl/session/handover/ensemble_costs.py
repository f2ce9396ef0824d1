"""What an ensemble costs in use, before it is built and after."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from automl.core import TrialRecord
from automl.planning import Plan
from automl.session.handover.refit import fitted_point
from automl.worker import serving_costs
from search_spaces import Probe
from trials.serving_costs import SERVING_COSTS


def expected_costs(plan: Plan, members: Sequence[TrialRecord]) -> Mapping[str, float]:
    """Return the serving costs that are to be expected of an ensemble, from those that were measured of its members.

    Members run one after another, so each cost is a sum. But probes that read a text with the same encoder in the same
    way share what it gives, and its weights; their own classifiers are small beside it. So these cost together as much
    as the dearest of them.

    Args:
        plan: gives the space.
        members: the trials.

    Returns:
        The costs by name, of those that were measured of each member.
    """
    sharing = defaultdict[Hashable, list[Mapping[str, float]]](list)
    for trial in members:
        sharing[_reader(plan, trial)].append({} if trial.best is None else trial.best.metrics)
    return {
        name: sum(max(metrics[name] for metrics in group) for group in sharing.values())
        for name in SERVING_COSTS
        if all(name in metrics for group in sharing.values() for metrics in group)
    }


def measured_costs(plan: Plan, names: Sequence[str], folder: Path) -> Mapping[str, float]:
    """Return the serving costs of an ensemble that was built, measured as those of trials are.

    Args:
        plan: gives the data and the threads of a trial.
        names: the costs that the study measures; nothing is done if there are none.
        folder: the ensemble.

    Raises:
        WorkspaceError: they could not be measured.
    """
    threads = max(1, int(plan.experiment.resources.cpus_per_trial))
    return serving_costs(names, folder, plan.prepared.dataset, threads) if names else {}


def _reader(plan: Plan, trial: TrialRecord) -> Hashable:
    """Return what reads the texts for a trial; its number if that is not shared with others."""
    point = fitted_point(plan, trial)
    return point.text if isinstance(point, Probe) else trial.number
