"""Points of earlier studies for a new one, allocated by the similarity of the data sets."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from automl.core import unknown_name
from automl.planning.dataset_similarity import likeness
from automl.planning.transfer_points import distinct, moved_into
from automl.selection import best_first
from automl.storage import Study, StudyStore
from search_spaces import ALGORITHM, Space, Value
from trials.data import DatasetTraits

EVERY = "auto"
"""Name that means all studies with a score."""

MOST_EARLIER = 8
"""Maximum number of points of all earlier studies together, so that time is left for new points."""

USUAL = 0.5
"""The similarity that is assumed if that of no study is known."""


@dataclass(frozen=True)
class EarlierStudy:
    """An earlier study with its points for the new space.

    Attributes:
        study: name of the study.
        likeness: similarity of the data sets, from 0 to 1; None if one of them has no description.
        points: its points, moved into the new space, best first, without those that were worse than the default of
            their algorithm.
    """

    study: str
    likeness: float | None
    points: Sequence[dict[str, Value]]


def earlier_studies(
    space: Space, names: Sequence[str], store: StudyStore, traits: DatasetTraits | None, problems: list[str]
) -> list[EarlierStudy]:
    """Return the named studies, the most similar first; a message about each unusable one is added to `problems`."""
    existing = store.names()
    every = [name for name in existing if name not in names] if EVERY in names else []
    named = [name for name in dict.fromkeys(names) if name != EVERY]
    for name in named:
        if name not in existing:
            none = f"there is no study {name!r} to start from, nor any other"
            problems.append(unknown_name("study to start from", name, existing) if existing else none)
    found = {name: _earlier(space, store.study(name), traits) for name in (*named, *every) if name in existing}
    problems += [
        f"the study {name!r} must have a score to start from, but none of its trials has one"
        for name in named
        if name in existing and found[name] is None
    ]
    return _likest_first([earlier for earlier in found.values() if earlier is not None])


def shared_out(
    studies: Sequence[EarlierStudy], known: Collection[dict[str, Value]], most: int = MOST_EARLIER
) -> list[tuple[EarlierStudy, dict[str, Value]]]:
    """Return at most `most` points that are not in `known`, in the order in which they are tried.

    Each study first gives its best point, the most similar study first. Each further point comes from the study with
    the largest similarity / (its points so far + 1) (D'Hondt's method), so shares are proportional to similarities.
    """
    weights = _weights(studies)
    left = [list(study.points) for study in studies]
    counts = [0] * len(studies)
    chosen: list[tuple[EarlierStudy, dict[str, Value]]] = []
    taken = list(known)
    while len(chosen) < most:
        for points in left:
            points[:] = [point for point in points if point not in taken]
        remaining = [index for index, points in enumerate(left) if points]
        if not remaining:
            break
        index = max(remaining, key=lambda index: (counts[index] == 0, weights[index] / (counts[index] + 1)))
        counts[index] += 1
        taken.append(left[index][0])
        chosen.append((studies[index], left[index][0]))
    return chosen


def warm_start_message(taken: Sequence[EarlierStudy], *, in_any_case: bool = False) -> str:
    """Return a sentence about the points of earlier studies that are tried.

    Args:
        taken: the study of each point.
        in_any_case: whether all points are tried, even if they are worse than the default.
    """
    if not taken:
        return "No earlier study has a point that was better than its default and is new in this study."
    counts = Counter(study.study for study in taken)
    likenesses = {study.study: study.likeness for study in taken}
    word, parts = "likeness ", []
    for name, count in counts.most_common():  # equal counts: the most similar first, as in `taken`
        value = likenesses[name]
        parts.append(f"{count} of {name} ({word}{'unknown' if value is None else f'{value:.2f}'})")
        word = ""
    points = "1 point" if len(taken) == 1 else f"{len(taken)} points"
    while_they_pay = "" if in_any_case else ", as long as they score better than the default"
    return f"Trying {points} of earlier studies first{while_they_pay}: {', '.join(parts)}"


def _earlier(space: Space, study: Study, traits: DatasetTraits | None) -> EarlierStudy | None:
    """Return the study with its points; None if it has no score."""
    record = study.record()
    scored = best_first(record)
    moved = [point for trial in scored if (point := moved_into(space, trial.params)) is not None]
    alike = None if traits is None or record.traits is None else likeness(traits, record.traits)
    return EarlierStudy(study.name, alike, list(_above_default(space, distinct(moved)))) if scored else None


def _above_default(space: Space, points: Iterable[dict[str, Value]]) -> Iterator[dict[str, Value]]:
    """Yield those of the `points`, best first, that come before the default of their algorithm."""
    met: set[Value | None] = set()
    for point in points:
        algorithm = point.get(ALGORITHM)
        if point == space.defaults(algorithm):
            met.add(algorithm)
        if algorithm not in met:
            yield point


def _weights(studies: Sequence[EarlierStudy]) -> list[float]:
    """Return the similarities; an unknown one is replaced with the average of the others."""
    known = [study.likeness for study in studies if study.likeness is not None]
    usual = fmean(known) if known else USUAL
    return [usual if study.likeness is None else study.likeness for study in studies]


def _likest_first(studies: list[EarlierStudy]) -> list[EarlierStudy]:
    weights = dict(zip((study.study for study in studies), _weights(studies), strict=True))
    return sorted(studies, key=lambda study: -weights[study.study])
