"""Budgets of a new study from the pace of the devices that will run its trials."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from automl.cluster import Cluster, cluster_pace, trials_at_once
from automl.cluster.gpu import MemoryEstimator
from automl.core import USUAL_PACE, WorkspaceError
from automl.planning import Plan, ResolvedExperiment, pace_job, pace_of, sharers, with_large_probe, with_pace
from search_spaces import LARGE_PROBE, Point, Value

PACK = 16
"""Members of a pack on a GPU, if nothing else is asked for."""


def with_measured_pace(plan: Plan, cluster: Cluster, say: Callable[[str], None]) -> Plan:
    """Return the plan with budgets from the measured pace of a slot; it takes a second or two.

    Nothing is measured if no budget depends on it. If the measurement fails, the budgets of the plan remain.

    Args:
        plan: the plan of a new study.
        cluster: the cluster that will run its trials, and runs none yet.
        say: receives one line if the pace could not be measured.
    """
    defaults = plan.space.default_points()
    if (job := pace_job(plan.experiment, plan.prepared, defaults)) is None:
        return plan
    try:
        tokens = cluster_pace(cluster, job)
    except WorkspaceError as error:
        say(f"The pace of training could not be measured, so that of a usual CPU core is assumed: {error}")
        return plan
    at_once = _trials_at_once(plan, cluster, job.points)
    gpus = _gpus(cluster)
    sharers = {name: count / gpus for name, count in at_once.items()} if gpus else {}
    pace = pace_of(job.points, tokens, sharers)
    prepared = with_pace(plan.prepared, pace, plan.experiment, defaults, min(at_once.values()))
    return replace(plan, prepared=prepared)


def pack_sizes(plan: Plan, cluster: Cluster) -> int:
    """Return how many trials of one shape are trained as one program; 1 trains each alone."""
    wanted = plan.experiment.resources.pack
    if isinstance(wanted, int):
        return wanted
    return PACK if wanted == "auto" and cluster.slots.gpus else 1


def expected_seconds(plan: Plan, cluster: Cluster) -> Mapping[Value, float]:
    """Return the expected seconds of a full trial, by algorithm; empty on GPUs whose pace was not measured."""
    if cluster.slots.gpus and plan.prepared.pace == USUAL_PACE:
        return {}
    expected = plan.expected_seconds
    if LARGE_PROBE in expected:
        expected[LARGE_PROBE] /= sharers(cluster.slots.count)
    return expected


def with_suited_algorithms(plan: Plan, cluster: Cluster, say: Callable[[str], None]) -> Plan:
    """Return the plan with the algorithms for which there is time at the pace that was measured.

    Args:
        plan: the plan of a new study, with the pace of its slots.
        cluster: the cluster that will run its trials.
        say: receives one line if an algorithm that is possible here is added or left out.
    """
    if plan.prepared.pace == USUAL_PACE:
        return plan
    resolved = ResolvedExperiment(plan.experiment, plan.space)
    resolved = with_large_probe(resolved, plan.prepared, cluster.slots.count, say)
    return replace(plan, experiment=resolved.experiment, space=resolved.space)


def _trials_at_once(plan: Plan, cluster: Cluster, points: Mapping[str, Point]) -> dict[str, int]:
    """Return how many trials of each point can run at the same time."""
    memory = MemoryEstimator(plan.prepared.max_length, narrow=plan.experiment.trial.precision != "fp32")
    return {name: trials_at_once(cluster, memory, point) for name, point in points.items()}


def _gpus(cluster: Cluster) -> float:
    """Return the number of GPUs that trials run on; 0 on a CPU."""
    if cluster.gpus is None:
        return cluster.slots.count * cluster.slots.gpus
    return max(1, len(list(cluster.gpus())))
