"""What an ensemble costs in use, before it is built and after."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from pathlib import Path

from automl.core import TrialRecord
from automl.planning import Plan
from automl.session.handover.refit import fitted_point
from automl.worker import serving_costs
from search_spaces import Linear, Probe
from trials.serving_costs import LATENCIES, SERVING_COSTS


class ExpectedCosts:
    """The serving costs that are to be expected of ensembles, from those that were measured of each trial.

    Members run one after another, so each cost is a sum. But probes of one encoder share its weights, and what it gives
    of a text that they read in the same way; their own classifiers are small beside it. So these cost together as much
    as the dearest of them. What trials share is found once, as thousands of ensembles are asked for.

    Args:
        plan: gives the space.
        trials: the trials that may be members.
    """

    def __init__(self, plan: Plan, trials: Iterable[TrialRecord]) -> None:
        self._measured: dict[int, dict[str, tuple[Hashable, float]]] = {}
        for trial in trials:
            point, metrics = fitted_point(plan, trial), {} if trial.best is None else trial.best.metrics
            self._measured[trial.number] = {
                name: (_shared(trial.number, point, name), metrics[name]) for name in SERVING_COSTS if name in metrics
            }

    def of(self, members: Collection[int]) -> dict[str, float]:
        """Return the costs of an ensemble by name, of those that were measured of each member.

        Args:
            members: numbers of the trials.
        """
        found = {}
        for name in SERVING_COSTS:
            if all(name in self._measured[number] for number in members):
                dearest = dict[Hashable, float]()
                for shared, cost in (self._measured[number][name] for number in members):
                    dearest[shared] = max(cost, dearest.get(shared, cost))
                found[name] = sum(dearest.values())
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


def _shared(number: int, point: Linear | Probe | None, cost: str) -> Hashable:
    """Return what a trial may share with others so that its cost counts once; its number if that is nothing."""
    if not isinstance(point, Probe):
        return number
    return point.text if cost in LATENCIES else point.text.checkpoint
