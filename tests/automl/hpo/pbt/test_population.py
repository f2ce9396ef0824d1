from dataclasses import asdict

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from automl.core.records import Lineage
from automl.hpo.pbt.population import RUNGS, PbtPruner, PopulationHistory, lineage_of
from automl.storage import attributes
from trials.protocol import EVALUATION_STEPS, TrialEnd

FIRST = Lineage(0)


def member(
    number: int,
    *values: float,
    lineage: Lineage | None = FIRST,
    end: TrialEnd | None = None,
    state: TrialState | None = None,
) -> FrozenTrial:
    """A trial with a value at each of the first evaluations; without an `end` it runs."""
    noted = {} if end is None else {attributes.END: end.value}
    if lineage is not None:
        noted[attributes.LINEAGE] = asdict(lineage)
    states = {None: TrialState.RUNNING, TrialEnd.PRUNED: TrialState.PRUNED, TrialEnd.COMPLETED: TrialState.COMPLETE}
    made = create_trial(
        state=state or states.get(end, TrialState.FAIL),
        value=values[-1] if end == TrialEnd.COMPLETED else None,
        user_attrs=noted,
        intermediate_values=dict(zip(EVALUATION_STEPS, values, strict=False)),
    )
    made.number = number
    return made


def history(*members: FrozenTrial, maximize: bool = True) -> PopulationHistory:
    made = PopulationHistory(maximize=maximize)
    for each in members:
        made.note(each)
    return made


EIGHT = [member(number, 0.1, number / 10) for number in range(8)]
STEP = RUNGS[0]


def test_a_quarter_is_stopped_and_a_quarter_is_gone_on_from():
    population = history(*EIGHT)
    assert [each.number for each in EIGHT if population.is_among_worst(each, STEP)] == [0, 1]
    assert population.best(EIGHT[0], STEP) == [7, 6]
    smaller = history(*EIGHT, maximize=False)
    assert [each.number for each in EIGHT if smaller.is_among_worst(each, STEP)] == [6, 7]
    assert smaller.best(EIGHT[0], STEP) == [0, 1]


def test_of_few_one_is_gone_on_from_and_none_is_stopped():
    population = history(*EIGHT[:3])
    assert not any(population.is_among_worst(each, STEP) for each in EIGHT[:3])
    assert population.best(EIGHT[0], STEP) == [2]


def test_equal_ones_are_in_favour_of_the_trial():
    equal = [member(number, 0.1, 0.5) for number in range(8)]
    assert not any(history(*equal).is_among_worst(each, STEP) for each in equal)
    assert history(*equal).best(equal[0], STEP) == [0, 1]


def test_trials_that_failed_are_compared_with_but_not_gone_on_from():
    failed = member(7, 0.1, 0.7, end=TrialEnd.DIVERGED, state=TrialState.PRUNED)
    population = history(*EIGHT[:7], failed)
    assert population.best(EIGHT[0], STEP) == [6, 5]


def test_a_stopped_trial_waits_for_a_follower_once_and_others_do_not():
    stopped, done = member(0, 0.1, 0.2, end=TrialEnd.PRUNED), member(1, 0.1, 0.9, end=TrialEnd.COMPLETED)
    failed = member(2, 0.1, end=TrialEnd.ERROR)
    population = history(stopped, done, failed, member(3, 0.1, lineage=None, end=TrialEnd.PRUNED))
    assert population.unfollowed() == [(0, FIRST)]
    heir = member(4, lineage=Lineage(0, follows=0, parent=1, step=9))
    population.note(heir)
    assert population.unfollowed() == []
    population.note(stopped)
    assert population.unfollowed() == [], "it is noted again, after a restart for instance"
    assert history(heir, stopped).unfollowed() == [], "in whatever order they are read"


def test_a_population_is_full_when_all_its_members_have_begun_and_heirs_are_no_new_members():
    heir = member(3, lineage=Lineage(0, follows=0, parent=1, step=9))
    population = history(*EIGHT[:3], heir, member(9, lineage=None))
    assert population.next_population(9, size=4) == 0
    assert population.next_population(9, size=3) == 1
    population.note(member(10, lineage=Lineage(1)))
    assert population.next_population(9, size=3) == 1


def test_a_lineage_that_was_written_later_is_seen():
    late = member(0, 0.1, 0.5, lineage=None)
    population = history(late)
    late.user_attrs[attributes.LINEAGE] = asdict(FIRST)
    assert population.best(late, STEP) == [0]
    assert lineage_of(late) == FIRST
    assert population.trial(0) is late


def test_a_state_is_wanted_while_somebody_may_go_on_from_it():
    population = history(*EIGHT)
    assert population.is_needed(7, STEP, size=8)
    assert not population.is_needed(3, STEP, size=8), "it cannot be among the best any more"
    assert population.is_needed(4, STEP, size=16), "in a larger population, four may be gone on from"
    assert not population.is_needed(99, STEP, size=8)
    population.note(member(8, lineage=Lineage(0, follows=0, parent=3, step=STEP)))
    assert population.is_needed(3, STEP, size=8), "somebody goes on from it"
    for each in EIGHT:
        population.note(replace_end(each))
    population.note(member(8, 0.1, end=TrialEnd.COMPLETED, lineage=Lineage(0, follows=0, parent=3, step=STEP)))
    assert not population.is_needed(7, STEP, size=8), "all have ended"


def replace_end(trial: FrozenTrial) -> FrozenTrial:
    return member(trial.number, *trial.intermediate_values.values(), end=TrialEnd.COMPLETED)


class Mirror:
    """As much of a cached storage as the pruner reads."""

    signs = (-1.0,)

    def keep(self, index: PopulationHistory) -> None:
        for each in EIGHT:
            index.note(each)

    def refresh(self) -> None:
        """Nothing is new."""


@pytest.mark.parametrize(
    ("values", "lineage", "stopped"),
    [
        ((0.1, 0.0), FIRST, True),
        ((0.1, 0.9), FIRST, False),
        ((0.0,), FIRST, False),
        ((0.1, 0.0), None, False),
        ((0.1, 0.0), Lineage(0, follows=1, parent=7, step=STEP), False),
    ],
)
def test_a_trial_is_judged_at_rungs_that_come_after_its_beginning(values, lineage, stopped):
    study = optuna.create_study()
    assert PbtPruner(Mirror()).prune(study, member(0, *values, lineage=lineage)) is stopped
