from dataclasses import asdict, replace
from functools import partial

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


def test_a_handle_is_bound_to_the_name_and_not_to_the_study_that_has_it_now(store):
    """A search locks the name of its study before it creates it, and a study may be deleted while others look at it."""
    study = store.study("later")
    with study.sole_driver(), pytest.raises(UsageError, match="There is no study 'later'"):
        study.record()
    assert store.create(replace(NEW, name="later"), {"x": 1.0}).record() == study.record()
    first = study.record().uuid
    study.delete()
    with pytest.raises(UsageError, match="There is no study 'later'"):
        study.drivers()
    store.create(replace(NEW, name="later"), {"x": 1.0})
    assert study.record().uuid not in ("", first)


def test_what_the_data_are_like_is_read_back_but_for_what_another_version_noted(store, storage_url):
    traits = DatasetTraits(2, 900, 17.5, 0.98, {"LATIN": 0.9, "GREEK": 0.1}, [f"{number:08x}" for number in range(400)])
    store.create(replace(NEW, name="described", traits=traits), {"x": 1.0})
    assert store.study("described").record().traits == store.study("described").settings().traits == traits
    assert store.study(NEW.name).record().traits is None
    study = optuna.load_study(study_name="described", storage=storage_url)
    study.set_user_attr(attributes.TRAITS, {**asdict(traits), "mood": "good"})
    assert store.study("described").record().traits is None


def test_looks_at_the_test_rows_are_counted_across_handles_and_each_study_has_its_own(store):
    store.create(replace(NEW, name="other"), {"x": 1.0})
    assert [store.study(NEW.name).note_test_look() for _ in range(3)] == [1, 2, 3]
    assert store.study("other").note_test_look() == 1


def test_the_energy_of_all_searches_adds_up_also_of_those_that_end_together(store, tmp_path):
    driver = store.study(NEW.name).join(tmp_path)
    assert store.study(NEW.name).record().energy_kwh is None
    study_lock, locked = driver.study_lock, []
    driver.study_lock = lambda: locked.append(True) or study_lock()
    for kwh in (0.25, 0.5):
        store.study(NEW.name).add_energy(kwh, driver)
    assert store.study(NEW.name).record().energy_kwh == 0.75
    assert len(locked) == 2


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


def test_a_running_trial_is_worth_its_last_evaluation_even_if_optuna_knows_a_later_one(store, tmp_path):
    """As after the loss of the model of step 27: that evaluation is dropped, and what the pruner has seen stays."""
    study, driver = opened(store), store.study(NEW.name).join(tmp_path)
    trial = optuna.trial.Trial(study, driver._trial_id(begin(study, driver)))
    for step, value in ((9, 0.5), (27, 0.7)):
        trial.report(value, step)
    assert store.study(NEW.name).record().trials[0].value == 0.7, "another program's trial has no evaluations"
    trial.set_user_attr(attributes.evaluation_key(9), asdict(evaluated(9, 0.5).evaluation))
    trial.set_user_attr(attributes.evaluation_key(27), None)
    assert store.study(NEW.name).record().trials[0].value == 0.5


def test_a_record_is_never_stale(store, storage_url, tmp_path):
    study, driver = opened(store), store.study(NEW.name).join(tmp_path)
    study.tell(begin(study, driver), 0.5)
    assert study.trials[0].value == 0.5
    other = StudyStore(storage_url)
    other.study(NEW.name).note_end(0, TrialEnd.ERROR, "found later")
    other.close()
    assert store.study(NEW.name).record().trials[0].cause == "found later"


def test_an_unknown_study_is_told_with_the_near_miss(store, tmp_path):
    study = store.study("a studdy")
    asks = (study.record, study.settings, study.trials, study.drivers, study.mirror, study.delete, study.request_stop)
    for ask in (
        *asks,
        partial(study.join, tmp_path),
        partial(study.requeue, 0),
        partial(study.retry, [TrialEnd.ERROR]),
    ):
        with pytest.raises(UsageError, match="Did you mean 'a study'"):
            ask()
    assert [driver.id for driver in store.study(NEW.name).drivers()] == []


def test_a_study_of_somebody_elses_cannot_be_resumed(store, storage_url):
    optuna.create_study(study_name="foreign", storage=storage_url)
    with pytest.raises(UsageError, match="must have been made by `automl search`"):
        store.study("foreign").settings()
    assert opened(store, "foreign").study_name == "foreign"
    assert [record.name for record in store.records()] == [NEW.name]


def test_a_study_can_be_minimized(storage_url):
    store = StudyStore(storage_url)
    store.create(replace(NEW, goals=Goals((Objective("macro_f1", maximize=False),))), {"x": 1.0})
    assert not store.study(NEW.name).settings().goals.first.maximize
    assert not store.study(NEW.name).record().goals.first.maximize
    store.close()
