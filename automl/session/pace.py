"""Budgets of a new study from the pace of the devices that will run its trials."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from automl.cluster import LEAST_OF_A_PACK, Cluster, cluster_pace, trials_at_once
from automl.cluster.gpu import MemoryEstimator
from automl.core import USUAL_PACE, WorkspaceError
from automl.planning import (
    PRETRAINED,
    SCRATCH,
    PackPlan,
    Plan,
    ResolvedExperiment,
    large_probe_of,
    pace_job,
    pace_of,
    seconds_to_a_value,
    sharers,
    suited_pretraining,
    with_feature_readings,
    with_large_probe,
    with_longer_texts,
    with_pace,
)
from automl.session.pack_reasons import why_alone
from search_spaces import LARGE_PROBE, AnyPoint, Point, Value

KINDS = {SCRATCH: "transformers from scratch", PRETRAINED: "pretrained transformers"}
"""What is measured, for the user."""

PACKS = (4, 16)
"""Numbers of members of a pack on a GPU among which a measurement chooses, if nothing else is asked for."""

FEWEST_PACKS = 4
"""A search with a limit on its trials has so many packs at least, because all trials of a pack have one shape."""


def with_measured_pace(plan: Plan, cluster: Cluster, say: Callable[[str], None]) -> Plan:
    """Return the plan with budgets from the measured pace of a slot; it takes a few seconds.

    Nothing is measured if nothing depends on it. If the measurement fails, the budgets of the plan remain.

    Args:
        plan: the plan of a new study.
        cluster: the cluster that will run its trials, and runs none yet.
        say: receives one line if the pace could not be measured, and one about packs where there are any.
    """
    defaults, packs = plan.space.default_points(), _wanted_packs(plan, cluster)
    if isinstance(plan.experiment.resources.pack, int) and (
        those := why_alone(plan.experiment.search, cluster.slots.gpus)
    ):
        say(f"Each trial is trained alone, although resources.pack is set: packs do not take {those}.")
    large = large_probe_of(plan.experiment, plan.space)
    readers = {} if large is None else {large.text.checkpoint: large}
    if (job := pace_job(plan.experiment, plan.prepared, defaults, packs.members, readers)) is None:
        return plan
    try:
        measured = cluster_pace(cluster, job)
    except WorkspaceError as error:
        say(f"The pace of training could not be measured, so that of a usual CPU core is assumed: {error}")
        return plan
    at_once = _trials_at_once(plan, cluster, job.points)
    gpus = _gpus(cluster)
    sharers = {name: count / gpus for name, count in at_once.items()} if gpus else {}
    pace = pace_of(job.points, measured, sharers, packs)
    workers = round(gpus * packs.per_device) or cluster.slots.count
    for name, point in job.points.items():
        if (members := pace.pack_of(point)) > 1:
            at_once[name] = members * workers
            say(f"Up to {members} {KINDS[name]} of one shape are trained together as one program (resources.pack).")
    prepared = with_pace(plan.prepared, pace, plan.experiment, defaults, min(at_once.values()))
    return replace(plan, prepared=prepared)


def pack_sizes(plan: Plan, cluster: Cluster) -> Callable[[AnyPoint], int]:
    """Return the function that gives how many trials like a point are trained as one program.

    Where packs are automatic, it is what the study has measured. A study that has not measured it, because it is older,
    has none.
    """
    wanted = plan.experiment.resources.pack
    if why_alone(plan.experiment.search, cluster.slots.gpus):
        wanted = "off"
    if isinstance(wanted, int):
        return lambda point: wanted
    if wanted == "off" or not cluster.slots.gpus:
        return lambda point: 1
    return plan.prepared.pace.pack_of


def _wanted_packs(plan: Plan, cluster: Cluster) -> PackPlan:
    """Return how packs would run."""
    wanted, each = plan.experiment.resources.pack, cluster.slots.gpus
    if wanted == "off" or why_alone(plan.experiment.search, each):
        return PackPlan()
    shares = LEAST_OF_A_PACK if cluster.gpus is not None else each
    per_device = int(1 / shares) if 0 < shares < 1 else 1
    if isinstance(wanted, int):
        return PackPlan((wanted,), per_device, always=True)
    if not each:
        return PackPlan()
    most = PACKS[-1] if plan.trials is None else plan.trials // FEWEST_PACKS
    return PackPlan(tuple(sorted({min(size, most) for size in PACKS if most > 1})), per_device)


def expected_seconds(plan: Plan, cluster: Cluster) -> Mapping[Value, float]:
    """Return the expected seconds of a full trial, by algorithm; empty on GPUs whose pace was not measured."""
    if cluster.slots.gpus and plan.prepared.pace == USUAL_PACE:
        return {}
    expected = plan.expected_seconds
    if LARGE_PROBE in expected:
        whole = expected[LARGE_PROBE] / sharers(cluster.slots.count)
        expected[LARGE_PROBE] = seconds_to_a_value(plan.prepared, whole, plan.experiment.search.time_budget)
    return expected


def with_suited_stage(plan: Plan, say: Callable[[str], None]) -> Plan:
    """Return the plan with the self-supervised stages for which there is time at the pace that was measured.

    Args:
        plan: the plan of a new study, with the pace of its slots.
        say: receives a message if unlabelled texts are not used.
    """
    resolved = suited_pretraining(ResolvedExperiment(plan.experiment, plan.space), plan.prepared, say)
    return replace(plan, experiment=resolved.experiment, space=resolved.space)


def with_suited_readings(plan: Plan, say: Callable[[str], None]) -> Plan:
    """Return the plan in which models may read more of a row, where that is worth it and there is time for it.

    These are parts of a row that have features of their own, for probes, and longer texts for models that are trained.

    Args:
        plan: the plan of a new study, with the pace of its slots.
        say: receives a line for each choice that is added.
    """
    resolved = with_feature_readings(ResolvedExperiment(plan.experiment, plan.space), plan.prepared, say)
    resolved, prepared = with_longer_texts(resolved, plan.prepared, say)
    return replace(plan, experiment=resolved.experiment, space=resolved.space, prepared=prepared)


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
