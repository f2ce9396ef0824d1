from dataclasses import replace

from automl.core.records import Lineage, StudyRecord, TrialRecord
from automl.doctor.checks.folders import going_on_populations
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


def member(number: int, lineage: Lineage | None, end: TrialEnd | None = TrialEnd.COMPLETED) -> TrialRecord:
    return replace(make_trial(number, (0.5,), end), lineage=lineage)


def study(*later: TrialRecord) -> StudyRecord:
    """Population 0 has come to its end, if nothing of `later` is of it; population 1 is the last."""
    return make_study(member(0, Lineage(0)), member(1, Lineage(1)), *later)


def test_the_last_one_may_get_members_yet():
    assert going_on_populations(study()) == {(None, 1)}


def test_one_with_a_trial_that_waits_or_runs_goes_on():
    for end in (None, TrialEnd.PREEMPTED):
        assert (None, 0) in going_on_populations(study(member(2, Lineage(0), end)))


def test_one_that_waits_for_a_follower_goes_on_until_it_has_it():
    stopped = member(2, Lineage(0), TrialEnd.PRUNED)
    assert (None, 0) in going_on_populations(study(stopped))
    assert (None, 0) not in going_on_populations(study(stopped, member(3, Lineage(0, follows=2, parent=0, step=9))))


def test_of_no_population_nothing_goes_on():
    assert going_on_populations(make_study(member(0, None))) == set()
