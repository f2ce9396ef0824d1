"""From a command line to the call behind it."""

from pathlib import Path

import pytest

from automl.cli import run_hand_over


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(run_hand_over, "register_model", lambda *given: calls.append(given))
    return calls


def test_a_model_is_registered_as_the_champion_unless_an_alias_is_named(run, told):
    assert run("register", "s", "news") == 0
    assert run("register", "s", "news", "--alias", "next", "--tracking-uri", "http://m", "-w", "w") == 0
    assert told == [
        ("s", "news", "champion", Path("runs"), None, None),
        ("s", "news", "next", Path("w"), None, "http://m"),
    ]
