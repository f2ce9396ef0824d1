"""The mirror says what Optuna's own storage would, leaves the same rows, and writes together what belongs together."""

import math

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.samplers import RandomSampler, TPESampler
from optuna.storages import RDBStorage
from optuna.trial import TrialState, create_trial
from sqlalchemy import create_engine, text

from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, opened

TABLES = (
    "trial_params",
    "trial_values",
    "trial_intermediate_values",
    "trial_user_attributes",
    "trial_system_attributes",
)


def rows(url, name, table):
    """What a table holds of a study, without the ids."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text(
            f"select t.number, x.* from {table} x join trials t using (trial_id)"
            " join studies s using (study_id) where s.study_name = :name"
        )
        found = [dict(row) for row in connection.execute(query, {"name": name}).mappings()]
    engine.dispose()
    kept = [{key: value for key, value in row.items() if key == "number" or not key.endswith("_id")} for row in found]
    return sorted(map(repr, kept))


def live(study):
    """A bit of every kind of thing that a search does to a study."""
    study.enqueue_trial({"x": 0.25}, user_attrs={"from": "outside"})
    for number in range(14):
        trial = study.ask()
        trial.suggest_float("x", 1e-3, 1, log=True)
        trial.suggest_int("n", 1, 9, step=2)
        trial.suggest_categorical("c", ["a", None, 3])
        for step in range(3):
            trial.report([0.1 * number, math.inf, -math.inf, math.nan][(step + number) % 4], step)
        trial.report(0.1 * number, 3)
        trial.set_user_attr("facts", {"a": [1, None], "ü": "é"})
        trial.set_user_attr("facts", {"a": 2})
        if number % 5 == 4:
            trial.set_constraint("fits", 1.0)
        if number % 3 == 2:
            study.tell(trial, state=TrialState.PRUNED)
        elif number % 7 == 6:
            study.tell(trial, state=TrialState.FAIL)
        else:
            study.tell(trial, 0.1 * number)


def test_it_leaves_the_rows_that_optunas_own_storage_leaves(store, storage_url):
    own = RDBStorage(storage_url)
    theirs = optuna.create_study(storage=own, study_name="theirs", sampler=TPESampler(seed=1), direction="maximize")
    optuna.create_study(storage=own, study_name="ours", direction="maximize")
    ours = optuna.load_study(study_name="ours", storage=store.study("ours").mirror(), sampler=TPESampler(seed=1))
    live(theirs)
    live(ours)
    for table in TABLES:
        assert rows(storage_url, "ours", table) == rows(storage_url, "theirs", table), table
        assert rows(storage_url, "ours", table)
    for ours_trial, theirs_trial in zip(ours.get_trials(), theirs.get_trials(), strict=True):
        assert repr(ours_trial.params) == repr(theirs_trial.params)
        assert ours_trial.distributions == theirs_trial.distributions
        assert (ours_trial.state, ours_trial.values) == (theirs_trial.state, theirs_trial.values)
        assert repr(ours_trial.intermediate_values) == repr(theirs_trial.intermediate_values)
    assert {trial.state for trial in ours.get_trials()} == {TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL}
    read = optuna.load_study(study_name="ours", storage=own)
    assert read.best_trial.number == ours.best_trial.number
    assert all(trial.datetime_complete >= trial.datetime_start for trial in read.get_trials())


def test_what_belongs_together_is_written_together_or_not_at_all(store, storage_url):
    study, other = opened(store), StudyStore(storage_url)
    mirror = study._storage
    trial = study.ask()
    with mirror.together():
        trial.report(0.5, 1)
        trial.set_user_attr("seen", 1)
        assert study.get_trials()[0].intermediate_values == {1: 0.5}
        assert opened(other).get_trials()[0].intermediate_values == {}
    assert opened(other).get_trials()[0].intermediate_values == {1: 0.5}

    with pytest.raises(ZeroDivisionError), mirror.together():
        trial.report(0.6, 2)
        raise ZeroDivisionError
    assert opened(other).get_trials()[0].intermediate_values == {1: 0.5}
    assert study.get_trials()[0].intermediate_values == {1: 0.5}
    other.close()


def test_what_others_do_is_seen(store, storage_url):
    study, elsewhere = opened(store), optuna.load_study(study_name=NEW.name, storage=RDBStorage(storage_url))
    mine = study.ask()
    theirs = elsewhere.ask()
    theirs.suggest_float("x", 0, 1)
    theirs.report(0.3, 9)
    elsewhere.add_trial(create_trial(values=[0.9], params={"n": 3}, distributions={"n": IntDistribution(1, 5)}))
    elsewhere.enqueue_trial({"x": 0.125})
    seen = study.get_trials()
    assert [trial.state.name for trial in seen] == ["RUNNING", "RUNNING", "COMPLETE", "WAITING"]
    assert seen[1].intermediate_values == {9: 0.3}
    theirs.report(0.4, 27)
    assert study.get_trials()[1].intermediate_values == {9: 0.3, 27: 0.4}
    elsewhere.tell(theirs, 0.7)
    assert study.get_trials()[1].value == 0.7
    assert study.best_trial.value == 0.9
    assert study.ask().number == 3
    mine.report(0.1, 1)
    assert [trial.number for trial in study.get_trials(states=[TrialState.RUNNING])] == [0, 3]


def test_a_trial_that_somebody_else_ended_cannot_be_written_to(store, storage_url):
    study, elsewhere = opened(store), optuna.load_study(study_name=NEW.name, storage=RDBStorage(storage_url))
    trial = study.ask()
    elsewhere.tell(trial.number, 0.5)
    with pytest.raises(UpdateFinishedTrialError):
        trial.report(0.1, 1)
    assert study.get_trials()[0].value == 0.5


def test_copies_can_be_changed_and_parameters_keep_their_kind(store):
    study = opened(store)
    trial = study.ask()
    trial.suggest_categorical("c", ["a", "b"])
    study.get_trials()[0].user_attrs["mine"] = 1
    study.get_trials()[0].params["c"] = "z"
    assert study.get_trials()[0].user_attrs == {}
    assert study.get_trials()[0].params["c"] in {"a", "b"}
    with pytest.raises(ValueError):
        study.ask({"c": FloatDistribution(0, 1)})
    with pytest.raises(ValueError):
        study.ask({"c": CategoricalDistribution(["a", "other"])})


def test_a_long_history_is_read_at_once(store):
    first = opened(store)
    for _ in range(30):
        trial = first.ask()
        first.tell(trial, trial.suggest_float("x", 0, 1))
    mirror = store.study(NEW.name).mirror()
    again = optuna.load_study(study_name=NEW.name, storage=mirror, sampler=RandomSampler(seed=1))
    assert [trial.value for trial in again.get_trials()] == [trial.value for trial in first.get_trials()]
    assert again.ask().number == 30


def test_a_trial_after_one_that_is_just_being_written_counts_as_begun(store, storage_url):
    """Its number leaves a gap until the one before it can be seen, here because it is in another study meanwhile."""
    study = opened(store)
    optunas = optuna.load_study(study_name=NEW.name, storage=RDBStorage(storage_url))
    other = optuna.create_study(storage=RDBStorage(storage_url), study_name="other")
    first, _ = optunas.ask(), optunas.ask()

    def move(study_id):
        query = text("update trials set study_id = :study where trial_id = :trial")
        store._database.run(lambda it: it.execute(query, {"study": study_id, "trial": first._trial_id}))

    move(other._study_id)
    assert (study._storage.begun(), study.get_trials()) == (1, [])
    move(optunas._study_id)
    assert (study._storage.begun(), [trial.number for trial in study.get_trials()]) == (2, [0, 1])
