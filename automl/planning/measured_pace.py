"""The measurement before the first trial, and the pace of a slot that follows from it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from automl.config import Experiment
from automl.core import USUAL_PACE, Pace, is_pretrained
from automl.planning.prepare_data import PreparedData
from automl.planning.throughput import pretrained_pace
from search_spaces import AnyPoint, Point, Pretrained
from trials.protocol import PaceJob

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


def pace_job(experiment: Experiment, prepared: PreparedData, defaults: Sequence[AnyPoint]) -> PaceJob | None:
    """Return what to measure; None if no budget depends on the pace.

    Args:
        experiment: gives the time budget, the epochs and the precision.
        prepared: the data.
        defaults: the default points of the space, one for each algorithm.
    """
    points = pace_points(defaults)
    is_open = experiment.trial.epochs == "auto" or len(defaults) > 1
    if experiment.search.time_budget is None or not points or not is_open:
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


def pace_of(
    points: Mapping[str, Point], tokens: Mapping[str, float], sharers: Mapping[str, float] = MappingProxyType({})
) -> Pace:
    """Return the pace of one slot.

    Args:
        points: the points that were measured, by `SCRATCH` and `PRETRAINED`.
        tokens: the measured training tokens per second of each, alone on its device.
        sharers: number of trials of each that share a GPU; 1 if it is not there, as on a CPU, where each has its own
            cores.
    """
    shared = {
        name: alone * min(1.0, SHARED_GAIN[name] / max(1.0, sharers.get(name, 1.0))) for name, alone in tokens.items()
    }
    scratch = shared.get(SCRATCH, USUAL_PACE.scratch)
    if PRETRAINED not in shared:
        return Pace(scratch, USUAL_PACE.pretrained)
    return Pace(scratch, pretrained_pace(points[PRETRAINED], shared[PRETRAINED]))


def _is_partial(point: Point) -> bool:
    architecture = point.architecture
    return isinstance(architecture, Pretrained) and (architecture.adapter is not None or architecture.kept is not None)
