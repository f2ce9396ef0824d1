"""Which populations of a study are under way, told from its record alone."""

from collections import defaultdict
from typing import TypeAlias

from automl.storage.records import StudyRecord, TrialRecord
from search_spaces import ALGORITHM, Value
from trials.record import TrialEnd

Place: TypeAlias = tuple[Value | None, int]
"""The algorithm and the number of a population."""


def place_of(trial: TrialRecord) -> Place | None:
    """The population that a trial is of; None if of none."""
    return None if trial.lineage is None else (trial.params.get(ALGORITHM), trial.lineage.population)


def going_on_populations(study: StudyRecord) -> set[Place]:
    """Those with a trial that has not ended for good, or that was stopped and nobody follows yet; and the last ones.

    The last one of an algorithm may yet get members, as only the driver knows how many it shall have.
    """
    found: set[Place] = set()
    last: defaultdict[Value | None, int] = defaultdict(int)
    followed = {trial.lineage.follows for trial in study.trials if trial.lineage is not None}
    for trial in study.trials:
        if (place := place_of(trial)) is None:
            continue
        last[place[0]] = max(last[place[0]], place[1])
        is_due = trial.end == TrialEnd.PRUNED and trial.number not in followed
        if is_due or trial.end in (None, TrialEnd.PREEMPTED):
            found.add(place)
    return found | set(last.items())
