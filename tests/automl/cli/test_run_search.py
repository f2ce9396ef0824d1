import json
from pathlib import Path

import pytest

from automl.cli import run_search
from automl.core.errors import UsageError
from automl.core.events import StopReason
from automl.core.workspace import Workspace
from automl.session import SearchResult
from tests.automl.report.records import make_study, make_trial, make_winner

RESULT = SearchResult(make_winner(), make_study(make_trial(3, (0.9,))), StopReason.TIME, 60.0, Workspace(Path("runs")))


@pytest.fixture
def asked(monkeypatch):
    """What was searched or submitted instead."""
    asked = []

    def note(answer=None):
        def implement(*arguments, **named):
            asked.append(arguments)
            return answer

        return implement

    for name, answer in (("search", RESULT), ("resume", RESULT), ("submit_search", None), ("submit_resume", None)):
        monkeypatch.setattr(run_search, name, note(answer))
    return asked


def test_a_search_ends_with_its_reason_and_its_summary(asked, capsys):
    run_search.run_search("bbc-news", ["search.trials=5"], {"search.seed": 7}, [], None, json=False)
    experiment = asked[0][0]
    assert (experiment.data.source, experiment.search.trials, experiment.search.seed) == ("bbc-news", 5, 7)
    said = capsys.readouterr().out
    assert "The search ended: time budget spent." in said
    assert "Winner: trial 3 of study news" in said


def test_with_json_a_program_reads_standard_output_and_a_human_the_other(asked, capsys):
    run_search.run_resume("news", Workspace(Path("runs")), "+5", None, None, json=True)
    said = capsys.readouterr()
    facts = json.loads(said.out)
    assert (facts["trial"], facts["reason"], facts["seconds"]) == (3, "time budget spent", 60.0)
    assert "Winner: trial 3" in said.err
    assert asked[0][:4] == (Workspace(Path("runs")), "news", "+5", None)


def test_with_a_dashboard_it_is_submitted_and_not_searched_here(asked, capsys):
    run_search.run_search("bbc-news", [], {}, [], "http://head:8265", json=False)
    run_search.run_resume("news", Workspace(Path("runs")), None, None, None, "http://head:8265", json=False)
    assert [arguments[-1] for arguments in asked] == ["http://head:8265"] * 2
    assert capsys.readouterr().out == ""


def test_an_experiment_that_is_wrong_begins_nothing(asked):
    with pytest.raises(UsageError, match=r"search\.trials must be"):
        run_search.run_search("bbc-news", ["search.trials=0"], {}, [], None, json=False)
    assert asked == []
