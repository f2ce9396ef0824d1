"""Cheap models that tell what labels the rows of a study should have."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from automl.core import UsageError
from automl.report import BASELINE, format_seconds
from automl.review.out_of_fold import logits_of
from automl.review.reopened_study import ReopenedStudy
from automl.selection import best_first
from search_spaces import ALGORITHM, READING, Linear, Point, PretrainedText, Probe, Value
from trials.data import Split, TextDataset
from trials.data.encoding import APART, PAIR
from trials.errors import DataError, PretrainedError, TrialsError
from trials.hub import locate
from trials.metrics import Logits
from trials.protocol import TrialEnd

MOST_SECONDS = 120.0
"""Longest expected time for which features of an encoder are computed without being asked for."""

_OF_NO_TRIAL = ""

MODELS = ("auto", "linear", "probe", "both")


def chosen_points(
    study: ReopenedStudy, model: str, say: Callable[[str], None], *, with_test: bool = False
) -> list[Linear | Probe]:
    """Return the models that judge the labels: the linear baseline, a probe of the study's encoder, or both.

    Args:
        study: the study.
        model: one of `MODELS`. "auto" is both if the features are in the cache or take little time, else linear. Of
            several encoders it is the largest one for which that holds, as it judges best.
        say: receives a line if the features would take too long, or the encoder is not there.
        with_test: whether features of test texts are needed, too, which no trial has computed.

    Raises:
        UsageError: a probe was asked for, but the study has no encoder.
    """
    probes = {} if model == "linear" else _probes(study)
    if not probes:
        if model in {"probe", "both"}:
            raise UsageError(
                f"--model {model} needs a pretrained encoder, and the space of study {study.record.name!r} has none; "
                "use --model linear"
            )
        return [BASELINE]
    seconds, problem = dict[Probe, float](), ""
    for algorithm, probe in probes.items():
        is_there = not with_test and _has_features(study, algorithm)
        try:
            locate(probe.text.checkpoint)
            seconds[probe] = 0.0 if is_there else study.prepared.seconds(probe)
        except PretrainedError as error:
            problem = problem or str(error)
    quick = [probe for probe, takes in seconds.items() if takes <= (MOST_SECONDS if model == "auto" else 0.0)]
    if quick or model != "auto":
        probe = quick[-1] if quick else next(iter(seconds or probes.values()))
        return [probe] if model == "probe" else [BASELINE, probe]
    if seconds:
        probe, takes = next(iter(seconds.items()))
        problem = (
            f"features of {probe.text.checkpoint} would take about {format_seconds(takes)}; --model both computes them."
        )
    say(f"A linear model judges alone: {problem}")
    return [BASELINE]


def judged(study: ReopenedStudy, points: Sequence[Linear | Probe], *, with_test: bool) -> NDArray[np.float64]:
    """Return the probabilities of each class for rows that the judging models were not fitted to.

    Where the best trial of the study tells two text columns apart, these models read them apart, too.

    Args:
        study: the study.
        points: the models, whose probabilities are averaged.
        with_test: whether the test rows are judged, too; other rows are then judged by models that know them.

    Returns:
        Probabilities of the training rows, the validation rows, and with `with_test` the test rows, in this order;
        shape (n, classes).

    Raises:
        UsageError: the encoder of the study cannot be read, there are too few groups, or an output is not finite.
    """
    dataset = study.prepared.dataset
    if with_test:
        both = (dataset.validation, dataset.test)
        joined = Split(sum((part.texts for part in both), ()), np.concatenate([part.labels for part in both]))
        groups = dataset.groups
        if groups is not None:  # no group of the test rows is in another split
            groups = np.concatenate([groups, groups.max() + 1 + np.arange(len(dataset.test))])
        fingerprint = f"{dataset.fingerprint} with test"  # the cache of encodings must not mix them up
        dataset = replace(dataset, validation=joined, groups=groups, fingerprint=fingerprint)
    reading = [_as_the_best_reads(study, point) for point in points]
    probabilities = [dataset.task.probabilities(_logits(study, point, dataset)) for point in reading]
    mean: NDArray[np.float64] = np.mean(probabilities, axis=0)
    return mean


def _as_the_best_reads(study: ReopenedStudy, point: Linear | Probe) -> Linear | Probe:
    best = next(iter(best_first(study.record)), None)
    params = {} if best is None else best.params
    readings = {value for name, value in params.items() if name == READING or name.endswith(f".{READING}")}
    if not readings & {PAIR, APART}:
        return point
    if isinstance(point, Linear):  # the text of each kind has another type
        return replace(point, text=replace(point.text, reading=APART))
    return replace(point, text=replace(point.text, reading=APART))


def _logits(study: ReopenedStudy, point: Linear | Probe, dataset: TextDataset) -> Logits:
    try:
        return logits_of(study, point, dataset)
    except DataError as error:
        raise UsageError(str(error)) from error
    except TrialsError as error:
        remedy = ". Or leave the encoder out: --model linear" if isinstance(point, Probe) else ""
        raise UsageError(str(error).rstrip(".") + remedy) from error


def _probes(study: ReopenedStudy) -> dict[Value | None, Probe]:
    """Return the probes of the space by algorithm, the cheapest first, or one of the encoder that the space trains.

    The algorithm of the latter is `_OF_NO_TRIAL`.
    """
    points = dict(zip(study.space.algorithms(), study.space.default_points(), strict=True))
    probes: dict[Value | None, Probe] = {
        name: replace(point, hidden=0) for name, point in points.items() if isinstance(point, Probe)
    }
    if probes:
        return probes
    trained = [point.text for point in points.values() if isinstance(point, Point)]
    texts = [text for text in trained if isinstance(text, PretrainedText)]
    return {_OF_NO_TRIAL: Probe(texts[0], "mean", layers=4, hidden=0, penalty=0.05)} if texts else {}


def _has_features(study: ReopenedStudy, algorithm: Value | None) -> bool:
    """Return whether a probe of the study has completed, which leaves features in the cache."""
    return any(
        trial.end is TrialEnd.COMPLETED and trial.params.get(ALGORITHM) == algorithm for trial in study.record.trials
    )
