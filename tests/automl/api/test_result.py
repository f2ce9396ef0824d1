import pickle
from dataclasses import replace

import pytest

from automl.core.records import Confirmation
from tests.automl.small_study import STUDY


def test_the_trials_are_a_table_with_a_row_for_each(result):
    table = result.trials()
    assert list(table["number"]) == [trial.number for trial in result.record.trials]
    assert set(table["end"].dropna()) == {str(trial.end) for trial in result.record.trials if trial.end}
    first = result.record.trials[0]
    assert table.loc[0, "best_value"] == pytest.approx(first.best.metrics[result.record.goals.first.name])
    assert {f"params.{name}" for name in first.params} <= set(table.columns)


def test_the_study_is_optunas_with_all_trials(result):
    study = result.study
    assert (study.study_name, len(study.trials), study.best_value) == (STUDY, 3, 0.6)


def test_the_study_of_optuna_has_no_confirmations_whose_models_are_not_kept(result, monkeypatch):
    best = max(result.record.trials, key=lambda trial: trial.value or 0.0)
    trials = [replace(each, confirms=Confirmation(0, 1)) if each is best else each for each in result.record.trials]
    monkeypatch.setattr(type(result), "record", replace(result.record, trials=tuple(trials)))
    assert (result.study.study_name, len(result.study.trials)) == (STUDY, 2)


def test_the_model_is_that_of_the_folder_and_is_not_in_a_pickle(result):
    assert result.model.predict(["a good film"]) == result.model.predict(["a good film"])
    assert result.model is result.model
    again = pickle.loads(pickle.dumps(result))
    assert "model" not in vars(again)
    assert again.model.label_names == result.model.label_names


def test_the_report_is_the_card_and_the_summary_that_of_the_command_line(result):
    report = result.report()
    assert report.startswith(f"# {STUDY}") and "## Scores" in report and "pipeline_tag" not in report
    assert result._repr_markdown_() == report
    assert "Winner: trial" in str(result) and f"automl show {STUDY}" in str(result)
    assert repr(result).startswith(f"SearchResult(name='{STUDY}', reason='all trials done'")
    assert (result.facts["reason"], result.facts["folder"]) == ("all trials done", str(result.folder))
