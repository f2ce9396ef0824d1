import json

import pytest

from automl.cli import run_views
from automl.core.errors import UsageError
from automl.report import TrialChoice
from tests.automl.small_study import STUDY


def test_a_workspace_shows_its_studies_and_a_study_its_trials_with_their_models(place, capsys):
    run_views.show_studies(place.folder, place.storage)
    assert STUDY in capsys.readouterr().out
    run_views.show_study(STUDY, TrialChoice(), None, place.folder, None)
    everything = capsys.readouterr().out
    assert "0.6" in everything and "0.5" in everything
    run_views.show_study(STUDY, TrialChoice(1), None, place.folder, None)
    assert len(capsys.readouterr().out) < len(everything)


def test_a_study_is_printed_for_programs_and_as_wide_as_it_needs(place, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    run_views.show_study(STUDY, TrialChoice(sort="depth"), "csv", place.folder, None)
    assert capsys.readouterr().out.splitlines()[0].startswith("number,name,end,value,best_value")
    run_views.show_study(STUDY, TrialChoice(), "json", place.folder, None)
    assert [trial["number"] for trial in json.loads(capsys.readouterr().out)["trials"]] == [0, 1, 2]
    run_views.show_study(STUDY, TrialChoice(), "wide", place.folder, None)
    assert max(map(len, capsys.readouterr().out.splitlines())) > 40


def test_a_study_or_a_space_that_is_not_there_is_told_with_the_near_miss(place):
    with pytest.raises(UsageError, match=r"There is no study 'ss'\. Did you mean 's'"):
        run_views.show_study("ss", TrialChoice(), None, place.folder, None)
    with pytest.raises(UsageError, match="Did you mean 'encoder'"):
        run_views.show_spaces("encodr")


def test_all_spaces_are_listed(capsys):
    run_views.show_spaces(None)
    said = capsys.readouterr().out
    assert all(name in said for name in ("auto", "encoder", "finetune", "linear", "lora", "probe", "subnet"))
