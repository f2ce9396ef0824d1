"""The measurement before the first trial, and the pace of a slot that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from automl.config import Experiment
from automl.core import USUAL_PACE, Pace, is_pretrained
from automl.planning.prepare_data import PreparedData
from automl.planning.throughput import pretrained_pace
from search_spaces import AnyPoint, Point, Pretrained, Probe
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
    experiment: Experiment,
    prepared: PreparedData,
    defaults: Sequence[AnyPoint],
    members: tuple[int, ...] = (),
    readers: Mapping[str, Probe] = MappingProxyType({}),
) -> PaceJob | None:
    """Return what to measure; None if nothing depends on the pace.

    Args:
        experiment: gives the time budget, the epochs and the precision.
        prepared: the data.
        defaults: the default points of the space, one for each algorithm.
        members: numbers of trials that may be trained as one program, ascending; it is measured which of them pay.
        readers: probes of frozen encoders that are measured while they read, by checkpoint.
    """
    points = pace_points(defaults)
    is_open = experiment.trial.epochs == "auto" or len(defaults) > 1
    is_needed = bool(members) or (experiment.search.time_budget is not None and is_open)
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
        readers=readers,
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
        members: numbers of trials of one shape that may be trained as one program, ascending; none trains each alone.
        per_device: packs that share a GPU; 1 on a CPU, where each has its own cores.
        always: whether packs run even where they do not pay.
    """

    members: tuple[int, ...] = ()
    per_device: int = 1
    always: bool = False


WORTH = 1.25
"""A larger pack must train so many times the texts of a smaller one: with more members, each trial takes longer to its
first rung, and the sampler learns later. On an H200, four models of MiniLM's size trained 11 600 texts a second and
eight 12 700; small encoders 78 000 and, sixteen of them, 200 000."""

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
        measured: the measured training tokens per second of each, alone on its device and in a pack; further ones are
            those that frozen encoders read, by checkpoint.
        sharers: number of trials of each that share a GPU if they do not run in packs; 1 if it is not there, as on a
            CPU, where each has its own cores.
        packs: how packs would run.
    """
    paces, members = dict[str, float](), dict[str, int]()
    for name in points.keys() & measured.keys():
        found, count = measured[name], max(1.0, sharers.get(name, 1.0))
        side_by_side = found.alone * min(count, SHARED_GAIN[name])
        size = _best_size(found.packs)
        if size is not None and (packs.always or found.packs[size] >= PAYS * side_by_side):
            paces[name], members[name] = found.packs[size] / (size * packs.per_device), size
        else:
            paces[name], members[name] = side_by_side / count, 1
    pretrained = USUAL_PACE.pretrained
    if PRETRAINED in paces:
        pretrained = pretrained_pace(points[PRETRAINED], paces[PRETRAINED])
    scratch = paces.get(SCRATCH, USUAL_PACE.scratch)
    at_once = max(1.0, sharers.get(PRETRAINED, 1.0))
    part = min(at_once, SHARED_GAIN[PRETRAINED]) / at_once
    reading = {name: part * found.alone for name, found in measured.items() if name not in points}
    return Pace(scratch, pretrained, members.get(SCRATCH, 1), members.get(PRETRAINED, 1), reading)


def _best_size(packs: Mapping[int, float]) -> int | None:
    """Return the number of members that is worth it, given the pace of packs; None if there is none."""
    best: int | None = None
    for size, pace in sorted(packs.items()):
        if best is None or pace >= WORTH * packs[best]:
            best = size
    return best


def _is_partial(point: Point) -> bool:
    architecture = point.architecture
    return isinstance(architecture, Pretrained) and (architecture.adapter is not None or architecture.kept is not None)
