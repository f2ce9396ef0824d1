import pytest
from optuna.pruners import NopPruner
from optuna.samplers import RandomSampler

from automl.errors import UsageError, WorkspaceError
from automl.storage.studies import StudyStore, sqlite_url
from tests.automl.search.helpers import ENCODER, NEW, Bench, evaluated
from trials.record import TrialEnd


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.create()
    return made


def test_a_study_is_read_back_as_it_was_made(bench):
    assert bench.store.settings(NEW.name) == NEW
    assert bench.store.names() == [NEW.name]


def test_a_trial_is_read_back_with_every_evaluation(bench):
    ledger = bench.ledger()
    ledger.begin()
    reports = [evaluated(9, 0.5), evaluated(27, 0.7), evaluated(81, 0.6, TrialEnd.COMPLETED)]
    for report in reports:
        ledger.record(0, report)
    (trial,) = bench.store.record(NEW.name).trials
    assert trial.evaluations == tuple(report.evaluation for report in reports)
    assert trial.cost == reports[-1].cost
    assert (trial.value, trial.end, trial.fraction) == (0.6, TrialEnd.COMPLETED, 1.0)
    assert trial.params == ENCODER.defaults()


def test_a_free_name_counts_on(bench):
    assert bench.store.free_name("other") == "other"
    assert bench.store.free_name(NEW.name) == f"{NEW.name}-2"


def test_trials_of_a_dead_driver_wait_again_with_what_they_had(bench):
    ledger = bench.ledger()
    numbers = [ledger.begin().number for _ in range(2)]
    ledger.record(1, evaluated(9, 0.5))
    bench.store.reclaim(NEW.name)
    assert bench.states() == dict.fromkeys(numbers, "WAITING")
    assert bench.ends() == dict.fromkeys(numbers, TrialEnd.PREEMPTED)
    assert bench.ledger().begin().number == 0


def test_an_unknown_study_is_told_with_the_near_miss(bench):
    with pytest.raises(UsageError, match="Did you mean 'a study'"):
        bench.store.record("a studdy")


def test_a_study_of_somebody_elses_cannot_be_resumed(bench):
    import optuna

    optuna.create_study(study_name="foreign", storage=sqlite_url(bench.folder))
    with pytest.raises(UsageError, match="must have been made by `automl search`"):
        bench.store.settings("foreign")
    assert bench.store.open("foreign", RandomSampler(), NopPruner()).study_name == "foreign"


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "studies.db").write_text("this is not a database, and it is long enough to look like one")
    with pytest.raises(WorkspaceError, match="must be one that can be opened"):
        StudyStore(sqlite_url(tmp_path))


def test_a_password_is_not_told(tmp_path):
    with pytest.raises(WorkspaceError) as told:
        StudyStore("postgresql+nodriver://user:secret@127.0.0.1:1/studies")
    assert "secret" not in str(told.value)
