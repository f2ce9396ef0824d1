import sys

import pytest
from optuna.trial import TrialState

from automl.cli import run_changes, run_search
from automl.core.errors import UsageError
from automl.storage.open_store import open_store
from tests.automl.small_study import STUDY, make_model, open_study
from trials.protocol import TrialEnd

ENDS = {"error": False, "diverged": False, "out_of_memory": False}


def test_a_study_is_deleted_only_if_that_is_confirmed(place, capsys, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(UsageError, match="must be confirmed, but there is no terminal to ask on; add --yes"):
        run_changes.delete_study(STUDY, place.folder, None, None, yes=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(run_changes.typer, "confirm", lambda question: False)
    run_changes.delete_study(STUDY, place.folder, None, None, yes=False)
    assert "Nothing was deleted." in capsys.readouterr().out
    store = open_store(place)
    assert store.names() == [STUDY]
    run_changes.delete_study(STUDY, place.folder, None, None, yes=True)
    assert "Study 's' is deleted." in capsys.readouterr().out
    assert store.names() == []
    store.close()


def test_the_doctor_says_what_can_be_repaired_and_whether_all_is_well(place, capsys):
    assert run_changes.examine(None, place.folder, None, None, fix=False)
    assert capsys.readouterr().out == "All is well.\n"
    make_model(place.study(STUDY).model(77))
    assert not run_changes.examine(STUDY, place.folder, None, None, fix=False)
    assert "1 of 1 can be repaired: run the command again with --fix" in capsys.readouterr().out
    assert run_changes.examine(STUDY, place.folder, None, None, fix=True)
    assert "All is well." in capsys.readouterr().out


def test_trials_to_retry_must_be_named_and_are_run_now_only_if_that_is_said(place, capsys, monkeypatch):
    ran = []
    monkeypatch.setattr(run_search, "run_resume", lambda study, *_, **__: ran.append(study))
    with pytest.raises(UsageError, match="--failed, --diverged, --out-of-memory"):
        run_changes.run_retry(STUDY, ENDS, place.folder, None, None, now=True, json=False)
    run_changes.run_retry(STUDY, ENDS | {"error": True}, place.folder, None, None, now=True, json=False)
    assert ran == [], "none has failed"
    store = open_store(place)
    study = open_study(store)
    for now in (False, True):
        number = study.ask().number
        study.tell(number, state=TrialState.FAIL)
        store.study(STUDY).note_end(number, TrialEnd.ERROR, "")
        run_changes.run_retry(STUDY, ENDS | {"error": True}, place.folder, None, None, now=now, json=False)
        assert ("Run them: automl resume s" in capsys.readouterr().out) is not now
    store.close()
    assert ran == [STUDY]
