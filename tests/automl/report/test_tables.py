import io
from dataclasses import replace

from rich.console import Console, RenderableType

from automl.core.records import Lineage
from automl.report.tables import space_table, spaces_table, studies_table, study_view, trials_table
from search_spaces import SPACES, Choice, Space
from tests.automl.goals import goals_for
from tests.automl.report.records import DEFAULTS, make_study, make_trial
from trials.protocol import TrialEnd

STUDY = make_study(
    make_trial(0, (0.5, 0.6, 0.7)),
    make_trial(1, (0.4,), TrialEnd.PRUNED, params=DEFAULTS | {"optimizer.learning_rate": 0.00412345}),
    make_trial(2, (0.5, 0.7, 0.9, 0.8, 0.85), params=DEFAULTS | {"architecture.depth": 4}),
    make_trial(3, (), TrialEnd.ERROR, cause="RuntimeError: [bold] it\nbroke in a way that takes long to tell"),
    make_trial(4, (), None),
)


def render(thing: RenderableType, width: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(thing)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    return lines


def row_of(lines: list[str], start: str) -> list[str]:
    return next(line.split() for line in lines if line.strip().startswith(start))


def test_each_trial_is_one_line() -> None:
    lines = render(trials_table(STUDY))
    assert row_of(lines, "0 ")[:6] == ["0", "completed", "0.700", "0.700", "33%", "12.3"]
    assert row_of(lines, "1 ")[:6] == ["1", "pruned", "0.400", "0.400", "1%", "12.3"]
    assert row_of(lines, "* 2")[:7] == ["*", "2", "completed", "0.850", "0.900", "100%", "12.3"]
    assert row_of(lines, "3 ")[1:4] == ["error", "-", "-"]
    assert row_of(lines, "4 ")[1] == "unfinished"


def test_causes_and_differing_parameters_are_cut_to_fit() -> None:
    lines = render(trials_table(STUDY), width=140)
    text = "\n".join(lines)
    assert "RuntimeError: [bold] it broke…" in text
    assert "depth 4, learning_rate 0.001" in text and "learning_rate 0.00412" in text
    assert "batch_size" not in text  # the same in all trials


def test_a_limit_keeps_the_best_and_says_so() -> None:
    lines = render(trials_table(STUDY, limit=2))
    assert "* the winner; the best 2 of 5 trials" in "\n".join(lines)
    assert row_of(lines, "0 ") and row_of(lines, "* 2")
    assert not any("pruned" in line for line in lines)


def test_a_trial_whose_model_is_gone_is_not_marked_as_the_winner() -> None:
    study = make_study(make_trial(0, (0.5,)), make_trial(1, (0.9,), TrialEnd.DIVERGED))
    assert row_of(render(trials_table(study)), "* 0")


def test_a_trial_that_was_stopped_early_may_win() -> None:
    study = make_study(make_trial(0, (0.5,)), make_trial(1, (0.9,), TrialEnd.PRUNED))
    assert row_of(render(trials_table(study)), "* 1")


def test_the_best_trials_stand_side_by_side() -> None:
    lines = render(study_view(STUDY))
    assert lines[0].startswith("Study news: 5 trials, macro_f1 on validation maximized")
    assert row_of(lines, "depth") == ["depth", "2", "4", "2"]
    assert row_of(lines, "learning_rate") == ["learning_rate", "0.001", "0.001", "0.00412"]


def test_least_is_best_where_the_metric_is_minimized() -> None:
    trials = (make_trial(0, (0.4,), metric="log_loss"), make_trial(1, (0.2,), metric="log_loss"))
    lines = render(trials_table(make_study(*trials, goals=goals_for("log_loss")), limit=1))
    assert row_of(lines, "* 1")


def test_a_study_without_trials() -> None:
    assert "0 trials" in render(study_view(make_study()))[0]
    render(trials_table(make_study()))


def test_studies() -> None:
    lines = render(studies_table([STUDY, replace(make_study(), name="empty", created=None)]))
    assert row_of(lines, "news")[:6] == ["news", "2026-01-02", "03:04", "macro_f1", "0.900", "5"]
    assert "2 completed, 1 pruned, 1 error, 1 unfinished" in " ".join(" ".join(lines).split())
    assert row_of(lines, "empty") == ["empty", "-", "macro_f1", "-", "0"]


def test_spaces_and_one_space_with_an_override() -> None:
    assert all(any(name in line for line in render(spaces_table())) for name in SPACES)
    space = Space("encoder", SPACES["encoder"], {"architecture.depth": Choice((1, 2), 1)})
    lines = render(space_table(space))
    assert row_of(lines, "architecture.depth") == ["architecture.depth", "1,", "2", "1"]
    assert "0.0003 .. 0.01 (log)" in "\n".join(lines)
    assert sum("." in line.split()[0] for line in lines if line.split()) == len(space.dimensions())


def test_whose_training_a_trial_went_on_with_is_shown() -> None:
    heir = make_trial(1, (0.0, 0.0, 0.8, 0.9))
    heir = replace(heir, evaluations=heir.evaluations[2:], lineage=Lineage(0, 2, 0, 9))
    orphan = replace(make_trial(2, (0.6,)), lineage=Lineage(0, 2, 0, 9))
    lines = render(trials_table(make_study(make_trial(0, (0.5, 0.6)), heir, orphan)))
    assert row_of(lines, "* 1")[7:10] == ["0", "at", "11%"]
    assert "at" not in row_of(lines, "2 "), "its parent's state was gone"
    assert " from" not in "".join(render(trials_table(STUDY)))
