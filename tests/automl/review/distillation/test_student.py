"""How a student is trained, by a process that is made up."""

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.core import SearchFailed
from automl.review.distillation import student
from automl.review.distillation.student import student_point, train_student
from automl.review.distillation.texts import StudyTexts
from tests.automl.review.distillation.tiny import Process
from tests.trials.toy import toy_point
from trials.data import SoftTargets, Split, TextDataset
from trials.protocol import (
    EVALUATION_STEPS,
    Cost,
    Evaluation,
    MeasuredPace,
    MemberReport,
    TrialEnd,
    TrialReport,
    WorkerReports,
)

COST = Cost(1.0, 0, 0.0, 0, 0)
SPLIT = Split(("a ball", "a vote", "a film") * 40, np.arange(120) % 3)
TARGETS = SoftTargets(np.eye(3, dtype=np.float32)[SPLIT.labels])
DATA = TextDataset("toy", ("a", "b", "c"), Split(SPLIT.texts, SPLIT.labels, TARGETS), SPLIT, SPLIT, "")
TEXTS = StudyTexts("toy", DATA, "macro_f1")


class Reporting(Process):
    """Gives these reports, and notes the job."""

    reports_of: tuple[TrialReport, ...] = ()
    last: "Reporting"

    def begin(self, jobs, data) -> None:
        self.job, self.data, self.reports = jobs[0], data, iter(self.reports_of)
        type(self).last = self

    def next_reports(self) -> WorkerReports:
        return WorkerReports((MemberReport(0, next(self.reports)),))


def report(step: int, end: TrialEnd | None = None, cause: str = "") -> TrialReport:
    evaluation = Evaluation(step, step, {"macro_f1": 0.5}, 1.0, 0.1, 1.0, is_best=True) if step else None
    return TrialReport(evaluation, end, COST, cause)


@pytest.fixture
def reporting(monkeypatch):
    def made(*reports: TrialReport) -> type[Reporting]:
        monkeypatch.setattr(Reporting, "reports_of", reports)
        monkeypatch.setattr(student, "TrialProcess", Reporting)
        monkeypatch.setattr(student, "training_pace", lambda job: {"student": MeasuredPace(400.0)})
        return Reporting

    return made


def test_a_student_that_cannot_be_trained_says_why(reporting, tmp_path):
    reporting(report(0, TrialEnd.DIVERGED, "not finite"))
    with pytest.raises(SearchFailed, match="not finite"):
        train_student(student_point("linear"), TEXTS, DATA, tmp_path, time.monotonic() + 9, print)


def test_when_the_time_is_over_the_best_state_so_far_is_the_student(reporting, tmp_path, monkeypatch):
    kind, said = reporting(report(1), report(0), report(9), report(27, TrialEnd.COMPLETED)), []
    monkeypatch.setattr(student, "time", SimpleNamespace(monotonic=iter([0.0, 1e6, 1e6]).__next__))
    train_student(toy_point(), TEXTS, DATA, tmp_path, 1e5, said.append)
    assert kind.last.left, "the first look has no state on the whole split, the second has"
    assert "The time is over" in said[-1]
    assert next(kind.last.reports, None) is None, "the process is over"


def test_the_budget_follows_from_pace_and_time_and_targets_go_with_the_tokens(reporting, tmp_path):
    kind = reporting(report(81, TrialEnd.COMPLETED))
    train_student(toy_point(), TEXTS, DATA, tmp_path, time.monotonic() + 1e6, print)
    assert kind.last.job.budget_examples == student.MOST_EPOCHS * len(DATA.train)
    np.testing.assert_array_equal(kind.last.data.train.learned, TARGETS.probabilities)
    train_student(toy_point(), TEXTS, DATA, tmp_path, time.monotonic() + 5, print)
    tokens = kind.last.data.train.lengths.mean()
    assert kind.last.job.budget_examples == pytest.approx(0.8 * 5 * 400 / tokens, rel=0.05)


def test_a_student_that_may_have_to_stop_is_evaluated_often_where_that_fits_the_rest_of_its_time(reporting, tmp_path):
    kind = reporting(report(81, TrialEnd.COMPLETED))
    few = replace(DATA, validation=Split(SPLIT.texts[:30], SPLIT.labels[:30]))
    train_student(toy_point(), TEXTS, few, tmp_path, time.monotonic() + 1e6, print)
    assert kind.last.job.steps == (1, *range(9, 82, 9)), "it is late by a ninth of its training at most"
    train_student(toy_point(), TEXTS, DATA, tmp_path, time.monotonic() + 1e6, print)
    assert kind.last.job.steps == EVALUATION_STEPS


@pytest.mark.parametrize(("into", "reading"), [("linear", "apart"), ("minilm", "pair"), ("subnet", "pair")])
def test_the_student_of_a_teacher_that_tells_columns_apart_does_so_too(into, reading):
    assert student_point(into, tells_columns_apart=True).text.reading == reading
    assert student.student_parameters(into, tells_columns_apart=True)["text.reading"] == reading
    assert student_point(into).text.reading in {"whole", "head"}
