"""W&B in its offline mode: what it would send lies in files, which its own reader reads."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from automl.core.records import Confirmation
from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.weights_and_biases import WeightsAndBiases, open_weights_and_biases, project_of
from tests.automl.tracking.news import (
    one_of_each_end,
    search_started,
    tracked,
    trial_ended,
    trial_evaluated,
    trial_started,
)
from trials.protocol import TrialEnd


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in ("WANDB_MODE", "WANDB_API_KEY", "WANDB_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return BoardPlace(tracked("news").study, tmp_path / "study" / "wandb")


def records_of(file):
    """The records of one run: protocol buffers in the log format of LevelDB, after a header of seven bytes."""
    from wandb.proto.wandb_internal_pb2 import Record

    content, at, data = file.read_bytes(), 7, b""
    while at + 7 <= len(content):
        if 32768 - at % 32768 < 7:  # the rest of a block has no room for a head
            at += 32768 - at % 32768
            continue
        length, kind = int.from_bytes(content[at + 4 : at + 6], "little"), content[at + 6]
        data += content[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # a whole record, or the last piece of one
            record = Record()
            record.ParseFromString(data)
            yield record
            data = b""


@pytest.mark.slow
def test_each_trial_is_a_run_with_its_name_its_parameters_and_its_scores(place):
    board = WeightsAndBiases(place, "offline")
    for event in one_of_each_end():
        board.write(event)
    board.close()
    files = {file.stem.rpartition("-")[2]: file for file in place.folder.rglob("*.wandb")}
    assert sorted(files) == [str(number) for number in range(6)]
    records = list(records_of(files["0"]))
    (run,) = (record.run for record in records if record.HasField("run"))
    assert (run.project, run.display_name, run.job_type) == ("news", "#0 encoder d1 h4 lr 1e-3", "encoder")
    assert json.loads(next(each.value_json for each in run.config.update if each.key == "architecture.depth")) == 1
    history = [
        {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
        for record in records
        if record.HasField("history")
    ]
    scores = [(row["examples"], row["validation/macro_f1"]) for row in history if "validation/macro_f1" in row]
    assert scores[-1] == (9000, pytest.approx(0.905))


def test_a_confirmation_says_so_and_does_not_stand_among_the_best(place, monkeypatch):
    run = SimpleNamespace(summary={}, logged=[], finish=lambda **_: None, define_metric=lambda *_, **__: None)
    run.log = run.logged.append
    named = []
    monkeypatch.setattr("wandb.init", lambda **given: named.append(given["name"]) or run)
    board = WeightsAndBiases(place, "offline")
    confirming = replace(trial_started(7), confirms=Confirmation(3, 1))
    for event in (search_started(), confirming, trial_evaluated(7, 81, 0.9), trial_ended(7, TrialEnd.COMPLETED, 0.9)):
        board.write(event)
    assert named[0].startswith("#7 confirms #3: encoder")
    assert run.summary == {"end": "completed"}
    assert not [name for row in run.logged for name in row if name.startswith("best/")]


def test_without_a_key_nothing_is_sent_and_nobody_is_asked(place, monkeypatch):
    said = []
    open_weights_and_biases(place, said.append)
    assert "has no key" in said[0] and "wandb sync" in said[0]
    monkeypatch.setenv("WANDB_API_KEY", "k" * 40)
    monkeypatch.setenv("WANDB_MODE", "online")
    open_weights_and_biases(place, said.append)
    assert len(said) == 1


def test_a_key_of_another_host_is_none(place, monkeypatch, tmp_path):
    file = tmp_path / "netrc"
    file.write_text("machine api.wandb.ai login user password key\n")
    file.chmod(0o600)
    monkeypatch.setattr("netrc.netrc.__init__.__defaults__", (str(file),))
    said = []
    open_weights_and_biases(place, said.append)
    assert said == []
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.example.com")
    open_weights_and_biases(place, said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("study", "project"), [("news", "news"), ("my news/2", "my-news-2"), ("100 % new", "100-new"), ("日", "study")]
)
def test_a_project_has_characters_that_are_allowed(study, project):
    assert project_of(study) == project
