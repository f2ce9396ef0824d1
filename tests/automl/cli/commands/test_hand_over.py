"""From a command line to the call behind it."""

from pathlib import Path

import pytest

from automl.cli import run_hand_over


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(run_hand_over, "register_model", lambda *given: calls.append(given))
    return calls


def test_an_export_names_its_format_and_fails_if_it_loses_too_much(run, monkeypatch):
    calls = []
    for good in (True, False):
        monkeypatch.setattr(
            run_hand_over, "export_model", lambda *given, good=good, **named: calls.append((given, named)) or good
        )
        assert run("export", "runs/s/best", "--to", "onnx", "--int8", "--data", "imdb") == (0 if good else 1)
    assert calls == [((Path("runs/s/best"), "onnx", None, "imdb", None, None), {"int8": True})] * 2


def test_a_service_listens_on_loopback_unless_asked(run, monkeypatch):
    calls = []
    monkeypatch.setattr(run_hand_over, "serve_model", lambda *given: calls.append(given))
    assert run("serve", "best") == 0
    assert run("serve", "best", "--host", "0.0.0.0", "--port", 9, "--batch-size", 8, "--timeout", 5) == 0
    assert calls == [(Path("best"), "127.0.0.1", 8080, 64, 30.0), (Path("best"), "0.0.0.0", 9, 8, 5.0)]


def test_a_repository_is_private_unless_asked(run, monkeypatch):
    calls = []
    monkeypatch.setattr(run_hand_over, "push_model", lambda *given, **named: calls.append((given, named)))
    assert run("push", "best", "org/news") == 0
    assert run("push", "best", "org/news", "--public", "--message", "again") == 0
    assert calls == [
        ((Path("best"), "org/news", None), {"public": False}),
        ((Path("best"), "org/news", "again"), {"public": True}),
    ]


def test_a_model_is_registered_as_the_champion_unless_an_alias_is_named(run, told):
    assert run("register", "s", "news") == 0
    assert run("register", "s", "news", "--alias", "next", "--tracking-uri", "http://m", "-w", "w") == 0
    assert told == [
        ("s", "news", "champion", Path("runs"), None, None),
        ("s", "news", "next", Path("w"), None, "http://m"),
    ]
