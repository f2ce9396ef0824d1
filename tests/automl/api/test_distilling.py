from pathlib import Path

import pytest

import automl
from automl.api import distilling


def test_arguments_are_those_of_the_command(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(distilling, "distil_model", lambda wanted, say: (asked.append(wanted), say("a line")))
    automl.distill(
        "best", "linear", "small", data="news.csv", text="body", label=["a", "b"], time_budget="2m", progress=False
    )
    assert capsys.readouterr().out == ""
    (wanted,) = asked
    assert (wanted.teacher, wanted.into, wanted.output, wanted.seconds) == (Path("best"), "linear", Path("small"), 120)
    assert (wanted.data.source, wanted.data.text, wanted.data.indicators) == ("news.csv", ("body",), ("a", "b"))
    automl.distill(Path("best"), "subnet", "small", time_budget=30)
    assert asked[1].data is None and "a line" in capsys.readouterr().out
    with pytest.raises(automl.UsageError, match="time-budget"):
        automl.distill("best", "linear", "small", time_budget="soon")
