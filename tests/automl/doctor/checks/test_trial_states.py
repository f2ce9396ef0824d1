from dataclasses import replace
from types import SimpleNamespace

import pytest

from automl.core.trial_states import EFFECTS
from automl.doctor.checks.trial_states import find_contradictions, find_incomplete, find_ownerless
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


class Noted:
    """A store that keeps what is noted of the ends of trials."""

    def __init__(self) -> None:
        self.ends: list[tuple[int, TrialEnd]] = []

    def study(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(note_end=lambda number, end, cause: self.ends.append((number, end)))

    def incomplete_studies(self) -> list[str]:
        return ["half", "a third"]

    def remove_incomplete(self) -> None:
        self.ends.clear()


def context(*trials) -> SimpleNamespace:
    return SimpleNamespace(store=Noted(), studies=(make_study(*trials),), workspace=SimpleNamespace(folder=None))


def in_state(number: int, state: str, end: TrialEnd | None):
    return replace(make_trial(number, end=end), state=state)


def test_every_end_in_its_state_is_in_order_and_so_is_a_trial_that_waits_or_runs():
    ended = [in_state(number, EFFECTS[end].state, end) for number, end in enumerate(TrialEnd)]
    begun = [in_state(7, "WAITING", None), in_state(8, "RUNNING", None), in_state(9, "RUNNING", TrialEnd.PREEMPTED)]
    assert list(find_contradictions(context(*ended, *begun))) == []


@pytest.mark.parametrize(
    ("state", "end", "told", "mended"),
    [
        ("COMPLETE", None, "has no end noted", TrialEnd.COMPLETED),
        ("PRUNED", None, "has no end noted", TrialEnd.PRUNED),
        ("FAIL", None, "has no end noted", TrialEnd.ERROR),
        ("COMPLETE", TrialEnd.PREEMPTED, "has preempted noted", TrialEnd.COMPLETED),
        ("FAIL", TrialEnd.COMPLETED, "has completed noted", TrialEnd.ERROR),
        ("WAITING", TrialEnd.COMPLETED, "has completed noted", TrialEnd.PREEMPTED),
    ],
)
def test_the_state_decides_what_the_end_must_have_been(state, end, told, mended):
    examined = context(in_state(0, "COMPLETE", TrialEnd.COMPLETED), in_state(1, state, end))
    (found,) = find_contradictions(examined)
    assert found.sentence == f"study 'news': trial 1 is {state} in the database, but {told}"
    found.repair()
    assert examined.store.ends == [(1, mended)]


def test_running_trials_are_told_by_study_and_each_stump_by_its_name():
    examined = context(in_state(0, "RUNNING", None), in_state(1, "WAITING", None), in_state(2, "RUNNING", None))
    (found,) = find_ownerless(examined)
    assert found.sentence.endswith("no driver works on it: trial 0, 2")
    assert list(find_ownerless(context(in_state(0, "WAITING", None)))) == []
    assert ["'half'" in each.sentence for each in find_incomplete(examined)] == [True, False]
