from dataclasses import replace

from automl.core.records import Confirmation
from automl.report.trials.choice import TrialChoice
from automl.report.trials.rows import trial_rows
from automl.report.trials.view import study_view, wide_view
from tests.automl.report.records import make_study, make_trial, of_a_sample
from tests.automl.report.rendering import render, row_of
from tests.automl.report.trials.studies import SEVERAL


def test_trials_come_first_and_parameters_after_them() -> None:
    lines = render(study_view(SEVERAL))
    assert lines[0].startswith("Study news: 6 trials, macro_f1 on validation maximized")
    text = "\n".join(lines)
    assert text.index("* 2") < text.index("Parameters of probe")


def test_the_order_of_the_trials_can_be_chosen() -> None:
    lines = render(study_view(SEVERAL, TrialChoice(sort="best", top=3)))
    shown = [line.split() for line in lines if "completed" in line or "pruned" in line]
    assert [words[:2] for words in shown] == [["*", "2"], ["1", "completed"], ["0", "completed"]]


def test_a_study_without_trials() -> None:
    assert "0 trials" in render(study_view(make_study()))[0]
    assert "0 trials" in render(wide_view(make_study()))[0]


def test_wide_has_all_parameters_of_each_algorithm() -> None:
    lines = render(wide_view(SEVERAL), width=1000)
    heading = next(line.split() for line in lines if "features.pooling" in line)
    assert {"text.longest", "classifier.hidden", "classifier.penalty", "cause"} <= set(heading)
    assert row_of(lines, "* 2")[7:] == ["minilm", "256", "mean", "4", "0", "0.00123"]
    assert row_of(lines, "0 ")[6:] == ["2", "5", "10"]


def test_wide_has_the_size_of_packs_where_trials_were_packed() -> None:
    alone, packed = SEVERAL.trials[1], SEVERAL.trials[2]
    assert packed.cost is not None
    packed = replace(packed, cost=replace(packed.cost, members=3.5))
    waiting = replace(SEVERAL.trials[3], end=None, cost=None)
    study = make_study(SEVERAL.trials[0], alone, packed, waiting)
    lines = render(wide_view(study), width=1000)
    headings = [line.split() for line in lines if "seconds" in line]
    assert ["pack" in heading for heading in headings] == [False, True], "only the algorithm that has packs"
    assert row_of(lines, "* 2")[7] == "3.5" and row_of(lines, "1 ")[6] == "1.0"
    assert row_of(lines, "3 ")[6] == "-", "one that has not run has no pack"
    assert [row["members"] for row in trial_rows(study, study.trials)] == [1.0, 1.0, 3.5, None]


def test_wide_says_what_confirms_what() -> None:
    again = replace(SEVERAL.trials[2], number=6, confirms=Confirmation(2, 1))
    lines = render(wide_view(make_study(*SEVERAL.trials, again)), width=1000)
    headings = [line.split() for line in lines if "seconds" in line]
    assert ["confirms" in heading for heading in headings] == [False, True]
    place = headings[1].index("confirms")
    assert (row_of(lines, "6 ")[place], row_of(lines, "1 ")[place]) == ("2", "-")


def test_wide_says_what_was_fitted_to_a_sample() -> None:
    study = make_study(make_trial(0, (0.6,)), of_a_sample(make_trial(1, (0.7,)), 724))
    text = " ".join(" ".join(render(wide_view(study), 200)).split())
    assert "724 rows" in text and text.endswith("N rows: fitted to a sample of N training rows")
    assert "sample" not in "".join(render(wide_view(SEVERAL), 200))
