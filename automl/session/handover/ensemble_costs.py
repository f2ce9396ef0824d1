"""What an ensemble costs in use, before it is built and after."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from automl.core import TrialRecord
from automl.planning import Plan
from automl.session.handover.refit import fitted_point
from automl.worker import serving_costs
from search_spaces import Probe
from trials.serving_costs import LATENCIES, SERVING_COSTS


def expected_costs(plan: Plan, members: Sequence[TrialRecord]) -> Mapping[str, float]:
    """Return the serving costs that are to be expected of an ensemble, from those that were measured of its members.

    Members run one after another, so each cost is a sum. But probes of one encoder share its weights, and what it gives
    of a text that they read in the same way; their own classifiers are small beside it. So these cost together as much
    as the dearest of them.

    Args:
        plan: gives the space.
        members: the trials.

    Returns:
        The costs by name, of those that were measured of each member.
    """
    found = {}
    for name in SERVING_COSTS:
        sharing = defaultdict[Hashable, list[float | None]](list)
        for trial in members:
            sharing[_shared(plan, trial, name)].append(None if trial.best is None else trial.best.metrics.get(name))
        known = [[value for value in values if value is not None] for values in sharing.values()]
        if sum(map(len, known)) == len(members):
            found[name] = sum(map(max, known))
    return found


def measured_costs(plan: Plan, names: Sequence[str], folder: Path) -> Mapping[str, float]:
    """Return the serving costs of an ensemble that was built, measured on this machine with the threads of a trial.

    Where trials use no GPU, it is not used either.

    Args:
        plan: gives the data and the threads of a trial.
        names: the costs that the study measures; nothing is done if there are none.
        folder: the ensemble.

    Raises:
        WorkspaceError: they could not be measured.
    """
    if not names:
        return {}
    resources = plan.experiment.resources
    hidden = {} if resources.gpus_per_trial else {"CUDA_VISIBLE_DEVICES": ""}
    return serving_costs(names, folder, plan.prepared.dataset, max(1, int(resources.cpus_per_trial)), hidden)


def _shared(plan: Plan, trial: TrialRecord, cost: str) -> Hashable:
    """Return what a trial may share with others so that its cost counts once; its number if that is nothing."""
    point = fitted_point(plan, trial)
    if not isinstance(point, Probe):
        return trial.number
    return point.text if cost in LATENCIES else point.text.checkpoint
