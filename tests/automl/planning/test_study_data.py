import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from automl.config import build_experiment, load_experiment
from automl.core import Pace, UsageError
from automl.planning.prepare_data import prepare
from automl.planning.study_data import study_data
from automl.storage import open_store
from tests.automl.reviewed import review_study, reviews


def settings_of(workspace):
    with closing(open_store(workspace)) as store:
        return store.study("reviews").settings()


def test_the_data_come_with_the_limits_that_the_study_began_with(reviewed):
    settings = replace(settings_of(reviewed), pace=Pace(1234.0, 99.0))

    prepared = study_data(settings, load_experiment(settings.experiment), print)

    assert prepared.dataset.fingerprint == settings.data_fingerprint
    assert (prepared.max_length, prepared.pace) == (64, settings.pace)
    assert prepared.budgets.scratch == prepared.budgets.pretrained == 810


def test_a_finding_that_would_stop_a_new_search_does_not_stop_the_study(tmp_path):
    rows = [(text, label.upper() if number % 9 == 0 else label) for number, (text, label) in enumerate(reviews())]
    settings = settings_of(review_study(tmp_path, rows, **{"data.allow": ["similar-labels"]}))
    experiment = load_experiment(settings.experiment)
    experiment = experiment.model_copy(update={"data": experiment.data.model_copy(update={"allow": ()})})

    assert study_data(settings, experiment, print).dataset.fingerprint == settings.data_fingerprint


def test_other_data_are_refused_with_both_fingerprints(reviewed):
    settings = replace(settings_of(reviewed), data_fingerprint="0" * 64)

    with pytest.raises(UsageError, match=r"must be what it was, .* not 000000000000"):
        study_data(settings, load_experiment(settings.experiment), print)


def test_a_query_is_run_again_and_another_result_is_refused(tmp_path):
    rows = reviews()

    def write(rows):
        (tmp_path / "shop.db").unlink(missing_ok=True)
        with sqlite3.connect(tmp_path / "shop.db") as connection:
            connection.execute("CREATE TABLE rows (text, label)")
            connection.executemany("INSERT INTO rows VALUES (?, ?)", rows)
        connection.close()

    write(rows)
    source = f"sqlite:///{tmp_path / 'shop.db'}"
    experiment = build_experiment(source, [], {"data.sql": "SELECT * FROM rows"})
    found = prepare(experiment, (), 1, print).dataset.fingerprint
    settings = replace(settings_of(review_study(tmp_path, rows)), data_fingerprint=found)

    write(rows[::-1])
    assert study_data(settings, experiment, print).dataset.name == "shop"
    write(rows[1:])
    with pytest.raises(UsageError, match="must be what it was"):
        study_data(settings, experiment, print)


def test_a_study_of_a_version_without_samples_keeps_all_rows(reviewed):
    settings = settings_of(reviewed)
    experiment = load_experiment(settings.experiment)
    limits = experiment.search.model_copy(update={"time_budget": 0.001})
    data = experiment.data.model_copy(update={"search_rows": "auto"})
    experiment = experiment.model_copy(update={"search": limits, "data": data})

    assert study_data(settings, experiment, print).dataset.fingerprint == settings.data_fingerprint
