"""The measurement before the first trial, and the pace of a slot that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from automl.config import Experiment
from automl.core import USUAL_PACE, Pace, is_pretrained
from automl.planning.prepare_data import PreparedData
from automl.planning.throughput import pretrained_pace
from search_spaces import AnyPoint, Point, Pretrained
from trials.protocol import MeasuredPace, PaceJob

SCRATCH, PRETRAINED = "scratch", "pretrained"
"""Names of the two models that are measured."""

TEXTS = 32
"""Number of training texts that are trained on, those of the most typical length."""

SHARED_GAIN = {SCRATCH: 4.0, PRETRAINED: 1.5}
"""Work that several processes get from a GPU together, compared with one.

They take turns, and evaluate, save and begin while others train. On an H200 eight small encoders side by side
trained as fast as one alone: this is half. Of the size of MiniLM, four models trained as one program made 1.6 times the
steps of one on an H100, so processes cannot do better.
"""


PAYS = 1.1
"""A pack must train so many times the texts that its members would train one by one or side by side."""


def pace_job(
    experiment: Experiment, prepared: PreparedData, defaults: Sequence[AnyPoint], members: int = 1
) -> PaceJob | None:
    """Return what to measure; None if nothing depends on the pace.

    Args:
        experiment: gives the time budget, the epochs and the precision.
        prepared: the data.
        defaults: the default points of the space, one for each algorithm.
        members: trials that may be trained as one program; with more than 1 it is measured whether that pays.
    """
    points = pace_points(defaults)
    is_open = experiment.trial.epochs == "auto" or len(defaults) > 1
    is_needed = members > 1 or (experiment.search.time_budget is not None and is_open)
    if not points or not is_needed:
        return None
    texts = prepared.dataset.train.texts
    typical = sum(map(len, texts)) / len(texts)
    return PaceJob(
        points=points,
        texts=tuple(sorted(texts, key=lambda text: abs(len(text) - typical))[:TEXTS]),
        max_length=prepared.max_length,
        classes=len(prepared.dataset.label_names),
        precision=experiment.trial.precision,
        threads=max(1, int(experiment.resources.cpus_per_trial)),
        members=members,
    )


def pace_points(defaults: Sequence[AnyPoint]) -> dict[str, Point]:
    """Return the default points to measure: one that is trained from scratch, and one with a pretrained encoder.

    Of the pretrained ones, a whole encoder is preferred to adapters and parts, whose pace is derived from it.

    Args:
        defaults: the default points of the space.
    """
    trained = [point for point in defaults if isinstance(point, Point)]
    scratch = [point for point in trained if not is_pretrained(point)]
    pretrained = sorted((point for point in trained if is_pretrained(point)), key=_is_partial)
    return {name: found[0] for name, found in ((SCRATCH, scratch), (PRETRAINED, pretrained)) if found}


@dataclass(frozen=True)
class PackPlan:
    """How packs would run.

    Attributes:
        members: trials of one shape that would be trained as one program; 1 trains each alone.
        per_device: packs that share a GPU; 1 on a CPU, where each has its own cores.
        always: whether packs run even where they do not pay.
    """

    members: int = 1
    per_device: int = 1
    always: bool = False


NO_PACKS = PackPlan()


def pace_of(
    points: Mapping[str, Point],
    measured: Mapping[str, MeasuredPace],
    sharers: Mapping[str, float] = MappingProxyType({}),
    packs: PackPlan = NO_PACKS,
) -> Pace:
    """Return the pace of one trial, and whether trials run in packs.

    Args:
        points: the points that were measured, by `SCRATCH` and `PRETRAINED`.
        measured: the measured training tokens per second of each, alone on its device and in a pack.
        sharers: number of trials of each that share a GPU if they do not run in packs; 1 if it is not there, as on a
            CPU, where each has its own cores.
        packs: how packs would run.
    """
    paces, members = dict[str, float](), dict[str, int]()
    for name, found in measured.items():
        count = max(1.0, sharers.get(name, 1.0))
        side_by_side = found.alone * min(count, SHARED_GAIN[name])
        pays = found.pack is not None and (packs.always or found.pack >= PAYS * side_by_side)
        if packs.members > 1 and found.pack is not None and pays:
            paces[name], members[name] = found.pack / (packs.members * packs.per_device), packs.members
        else:
            paces[name], members[name] = side_by_side / count, 1
    pretrained = USUAL_PACE.pretrained
    if PRETRAINED in paces:
        pretrained = pretrained_pace(points[PRETRAINED], paces[PRETRAINED])
    scratch = paces.get(SCRATCH, USUAL_PACE.scratch)
    return Pace(scratch, pretrained, members.get(SCRATCH, 1), members.get(PRETRAINED, 1))


def _is_partial(point: Point) -> bool:
    architecture = point.architecture
    return isinstance(architecture, Pretrained) and (architecture.adapter is not None or architecture.kept is not None)
