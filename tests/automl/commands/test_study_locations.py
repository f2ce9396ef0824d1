import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from automl.commands.study_locations import copied_to, tracked_at
from automl.core.workspace import Workspace
from tests.automl.report.records import make_study

RECORD = replace(make_study(), uuid="u" * 32)


def study(**experiment: object) -> SimpleNamespace:
    """A study whose stored experiment has these fields."""
    return SimpleNamespace(settings=lambda: SimpleNamespace(experiment=json.dumps(experiment)))


def test_mlflow_is_where_the_caller_says_else_where_the_study_was_begun(monkeypatch, tmp_path):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    begun, plain = study(tracking_uri="http://begun:5000"), study(tracking_uri=None)
    own = Workspace(tmp_path).tracking_uri
    assert tracked_at(begun, Workspace(tmp_path)) == "http://begun:5000"
    assert tracked_at(plain, Workspace(tmp_path)) == own
    assert tracked_at(study(), Workspace(tmp_path)) == own, "of a version that did not note it"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://environment:5000")
    assert tracked_at(begun, Workspace(tmp_path)) == "http://environment:5000"
    assert tracked_at(begun, Workspace(tmp_path, None, "http://flag:5000")) == "http://flag:5000"


@pytest.mark.parametrize("field", [{}, {"storage_path": None}, {"storage_path": ""}])
def test_a_study_without_a_storage_path_has_no_copies(field):
    assert copied_to(study(**field), RECORD) is None


def test_copies_are_those_of_the_study_and_not_of_a_namesake(tmp_path: Path):
    stored = study(storage_path=str(tmp_path))
    assert copied_to(stored, replace(RECORD, uuid="")) is None, "a study of another program"
    mine, other = copied_to(stored, RECORD), copied_to(stored, replace(RECORD, uuid="v" * 32))
    assert mine is not None and other is not None
    assert mine.listed() == frozenset(other.listed())
    assert list(tmp_path.iterdir()) == [], "looking makes no folder"
