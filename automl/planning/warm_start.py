"""What earlier studies have found, shared out by how like their data are to those of a new one."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from automl.core import unknown_name
from automl.planning.dataset_similarity import likeness
from automl.planning.transfer_points import distinct, moved_into
from automl.selection import best_first
from automl.storage import StudyStore
from search_spaces import ALGORITHM, Space, Value
from trials.data import DatasetTraits

EVERY = "auto"
"""Stands for all studies that have a score."""

MOST_EARLIER = 8
"""Points of earlier studies, of all together: enough to hit what carries over, few enough to leave time for the new."""

USUAL = 0.5
"""The likeness of a study that is taken for average where there is none to take the average of."""


@dataclass(frozen=True)
class EarlierStudy:
    """An earlier study: its points, moved into the new space, the best one first.

    Points that were worse there than the default of their algorithm are left out. `likeness` is that of its data, from
    0 to 1; None where one of the two data sets has no description, as in studies that were made before there were any.
    """

    study: str
    likeness: float | None
    points: Sequence[dict[str, Value]]


def earlier_studies(
    space: Space, names: Sequence[str], store: StudyStore, traits: DatasetTraits | None, problems: list[str]
) -> list[EarlierStudy]:
    """The studies that are named, the likest first; what cannot be used is put among `problems`."""
    there = store.names()
    every = [name for name in there if name not in names] if EVERY in names else []
    named = [name for name in dict.fromkeys(names) if name != EVERY]
    for name in named:
        if name not in there:
            none = f"there is no study {name!r} to start from, nor any other"
            problems.append(unknown_name("study to start from", name, there) if there else none)
    found = {name: _earlier(space, store, name, traits) for name in (*named, *every) if name in there}
    problems += [
        f"the study {name!r} must have a score to start from, but none of its trials has one"
        for name in named
        if name in there and found[name] is None
    ]
    return _likest_first([earlier for earlier in found.values() if earlier is not None])


def shared_out(
    studies: Sequence[EarlierStudy], known: Collection[dict[str, Value]], most: int = MOST_EARLIER
) -> list[tuple[EarlierStudy, dict[str, Value]]]:
    """At most `most` points, none of them among `known`, in the order in which they are to be tried.

    Each study gives its best point, the likest one first. Then each point goes to the study with the largest likeness
    over the points that it has, and one more (D'Hondt's method), so that shares are as the likenesses are.
    """
    weights = _weights(studies)
    left = [list(study.points) for study in studies]
    counts = [0] * len(studies)
    chosen: list[tuple[EarlierStudy, dict[str, Value]]] = []
    taken = list(known)
    while len(chosen) < most:
        for points in left:
            points[:] = [point for point in points if point not in taken]
        turns = [turn for turn, points in enumerate(left) if points]
        if not turns:
            break
        turn = max(turns, key=lambda turn: (counts[turn] == 0, weights[turn] / (counts[turn] + 1)))
        counts[turn] += 1
        taken.append(left[turn][0])
        chosen.append((studies[turn], left[turn][0]))
    return chosen


def told(taken: Sequence[EarlierStudy], *, in_any_case: bool = False) -> str:
    """One sentence about whose points are tried, and how long; `taken` has the study of each point."""
    if not taken:
        return "No earlier study has a point that was better than the default and is new here."
    counts = Counter(study.study for study in taken)
    likenesses = {study.study: study.likeness for study in taken}
    word, parts = "likeness ", []
    for name, count in counts.most_common():  # of equal counts the likest first, as it is the first that was taken
        value = likenesses[name]
        parts.append(f"{count} of {name} ({word}{'unknown' if value is None else f'{value:.2f}'})")
        word = ""
    points = "1 point" if len(taken) == 1 else f"{len(taken)} points"
    while_they_pay = "" if in_any_case else ", as long as they do better than the default"
    return f"Trying {points} of earlier studies first{while_they_pay}: {', '.join(parts)}"


def _earlier(space: Space, store: StudyStore, name: str, traits: DatasetTraits | None) -> EarlierStudy | None:
    """The study with its points; None if it has no score."""
    record = store.record(name)
    scored = best_first(record)
    moved = [point for trial in scored if (point := moved_into(space, trial.params)) is not None]
    alike = None if traits is None or record.traits is None else likeness(traits, record.traits)
    return EarlierStudy(name, alike, list(_above_default(space, distinct(moved)))) if scored else None


def _above_default(space: Space, points: Iterable[dict[str, Value]]) -> Iterator[dict[str, Value]]:
    """Those of the `points`, the best one first, that come before the default of their algorithm."""
    met: set[Value | None] = set()
    for point in points:
        algorithm = point.get(ALGORITHM)
        if point == space.defaults(algorithm):
            met.add(algorithm)
        if algorithm not in met:
            yield point


def _weights(studies: Sequence[EarlierStudy]) -> list[float]:
    """Their likenesses; one that is not known is taken for the average of the others."""
    known = [study.likeness for study in studies if study.likeness is not None]
    usual = fmean(known) if known else USUAL
    return [usual if study.likeness is None else study.likeness for study in studies]


def _likest_first(studies: list[EarlierStudy]) -> list[EarlierStudy]:
    weights = dict(zip((study.study for study in studies), _weights(studies), strict=True))
    return sorted(studies, key=lambda study: -weights[study.study])
