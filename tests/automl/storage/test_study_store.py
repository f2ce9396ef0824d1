from dataclasses import asdict, replace

import optuna
import pytest

from automl.core.errors import UsageError
from automl.core.objectives import Goals, Objective
from automl.storage import attributes
from automl.storage.study_store import StudyStore
from tests.automl.engine.helpers import COST, evaluated
from tests.automl.storage.studies import NEW, begin, opened
from trials.data.dataset_traits import DatasetTraits
from trials.protocol import TrialEnd


def test_a_study_is_read_back_by_another_process_as_it_was_made(store, storage_url):
    again = StudyStore(storage_url)
    assert again.study(NEW.name).settings() == NEW
    assert again.names() == [NEW.name]
    assert [record.name for record in again.records()] == [NEW.name]
    again.close()


def test_what_the_data_are_like_is_read_back_but_for_what_another_version_noted(store, storage_url):
    traits = DatasetTraits(2, 900, 17.5, 0.98, {"LATIN": 0.9, "GREEK": 0.1}, [f"{number:08x}" for number in range(400)])
    store.create(replace(NEW, name="described", traits=traits), {"x": 1.0})
    assert store.study("described").record().traits == store.study("described").settings().traits == traits
    assert store.study(NEW.name).record().traits is None
    study = optuna.load_study(study_name="described", storage=storage_url)
    study.set_user_attr(attributes.TRAITS, {**asdict(traits), "mood": "good"})
    assert store.study("described").record().traits is None


def test_a_trial_is_read_back_with_every_evaluation(store, tmp_path):
    study, driver = opened(store), store.study(NEW.name).join(tmp_path)
    number = begin(study, driver)
    trial = optuna.trial.Trial(study, driver._trial_id(number))
    reports = [evaluated(9, 0.5), evaluated(27, 0.7), evaluated(81, 0.6)]
    for report in reversed(reports):  # they are read in the order of their steps
        evaluation = report.evaluation
        trial.set_user_attr(attributes.evaluation_key(evaluation.step), asdict(evaluation))
    for report in reports:
        trial.report(report.evaluation.metrics["macro_f1"], report.evaluation.step)
    trial.set_user_attr(attributes.COST, asdict(COST))
    (running,) = store.study(NEW.name).record().trials
    assert running.evaluations == tuple(report.evaluation for report in reports)
    assert (running.cost, running.value, running.end, running.fraction) == (COST, 0.6, None, 1.0)
    store.study(NEW.name).note_end(number, TrialEnd.COMPLETED, "")
    study.tell(number, 0.75)
    (ended,) = store.study(NEW.name).record().trials
    assert (ended.value, ended.end, ended.params) == (0.75, TrialEnd.COMPLETED, {"x": 1.0})


def test_a_record_is_never_stale(store, storage_url, tmp_path):
    study, driver = opened(store), store.study(NEW.name).join(tmp_path)
    study.tell(begin(study, driver), 0.5)
    assert study.trials[0].value == 0.5
    other = StudyStore(storage_url)
    other.study(NEW.name).note_end(0, TrialEnd.ERROR, "found later")
    other.close()
    assert store.study(NEW.name).record().trials[0].cause == "found later"


def test_a_free_name_counts_on(store):
    assert store.free_name("other") == "other"
    assert store.free_name(NEW.name) == f"{NEW.name}-2"


def test_an_unknown_study_is_told_with_the_near_miss(store, tmp_path):
    for ask in (store.record, store.settings, store.drivers, store.mirror, store.delete, store.request_stop):
        with pytest.raises(UsageError, match="Did you mean 'a study'"):
            ask("a studdy")
    with pytest.raises(UsageError, match="Did you mean 'a study'"):
        store.study("a studdy").join(tmp_path)


def test_a_study_of_somebody_elses_cannot_be_resumed(store, storage_url):
    optuna.create_study(study_name="foreign", storage=storage_url)
    with pytest.raises(UsageError, match="must have been made by `automl search`"):
        store.study("foreign").settings()
    assert opened(store, "foreign").study_name == "foreign"
    assert [record.name for record in store.records()] == [NEW.name]


def test_a_study_can_be_minimized(storage_url):
    from dataclasses import replace

    store = StudyStore(storage_url)
    store.create(replace(NEW, goals=Goals((Objective("macro_f1", maximize=False),))), {"x": 1.0})
    assert not store.study(NEW.name).settings().goals.first.maximize
    assert not store.study(NEW.name).record().goals.first.maximize
    store.close()


def test_optunas_own_tools_read_a_study_and_do_not_break_it(store, storage_url, tmp_path):
    """A look at it, in the middle of a search, as its command line and its dashboard do it."""
    study = opened(store)
    with store.study(NEW.name).join(tmp_path) as driver:
        number = begin(study, driver)
        foreign = optuna.load_study(study_name=NEW.name, storage=storage_url)
        assert len(foreign.trials_dataframe()) == 1
        assert foreign.user_attrs[attributes.METRIC] == "macro_f1"
        with driver.owning(number) as ours:
            assert ours
            study.tell(number, 0.5)
    assert foreign.best_value == 0.5
