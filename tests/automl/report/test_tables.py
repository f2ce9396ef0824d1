from dataclasses import replace

from automl.report.tables import space_table, spaces_table, studies_table
from search_spaces import SPACES, Choice, Space
from tests.automl.report.records import make_study, make_trial
from tests.automl.report.rendering import render, row_of
from trials.protocol import TrialEnd


def test_studies() -> None:
    study = make_study(
        make_trial(0, (0.5, 0.9)), make_trial(1, (0.4,), TrialEnd.PRUNED), make_trial(2, (), TrialEnd.ERROR)
    )
    lines = render(studies_table([study, replace(make_study(), name="empty", created=None)]))
    assert row_of(lines, "news")[:6] == ["news", "2026-01-02", "03:04", "macro_f1", "0.900", "3"]
    assert "1 completed, 1 pruned, 1 error" in " ".join(" ".join(lines).split())
    assert row_of(lines, "empty") == ["empty", "-", "macro_f1", "-", "0"]


def test_spaces_and_one_space_with_an_override() -> None:
    assert all(any(name in line for line in render(spaces_table())) for name in SPACES)
    space = Space("encoder", SPACES["encoder"], {"architecture.depth": Choice((1, 2), 1)})
    lines = render(space_table(space))
    assert row_of(lines, "architecture.depth") == ["architecture.depth", "1,", "2", "1"]
    assert "0.0003 .. 0.005 (log)" in "\n".join(lines)
    assert sum("." in line.split()[0] for line in lines if line.split()) == len(space.dimensions())
