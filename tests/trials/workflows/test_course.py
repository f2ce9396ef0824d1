"""The order of work, reports and files of a trial, with a model that nobody trains."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trials.toy import toy_dataset, toy_job
from trials.data import first_look
from trials.errors import Diverged
from trials.protocol import EVALUATION_STEPS, TrialReport
from trials.training import Compute, CostMeter
from trials.workflows import course as course_module
from trials.workflows.course import Predict, Train, TrialCourse, examples_at

DATA = toy_dataset()
SAMPLE = first_look(DATA.validation)
BUDGET = 400


class Model:
    """Stands for the model in training, and notes when it is saved."""

    learning_rate, eager_because, held_bytes = 0.5, "", 0

    def __init__(self):
        self.examples = 0
        self.resumed = None

    def saved(self):
        return {"weight": torch.tensor([float(self.examples)])}

    def resume(self, tensors, examples):
        self.resumed, self.examples = float(tensors["weight"]), examples

    @contextmanager
    def evaluated(self):
        yield self


class Checkpoint:
    """Stands for the folder of the best model."""

    def __init__(self, folder, *_):
        self.folder = folder

    @property
    def exists(self):
        return self.folder.exists()

    def save(self, model, temperature, logits, thresholds):
        self.folder.mkdir(exist_ok=True)
        (self.folder / "model").write_text(str(model.examples))


@pytest.fixture(autouse=True)
def nothing_is_measured(monkeypatch):
    monkeypatch.setattr(course_module, "ModelCheckpoint", Checkpoint)
    monkeypatch.setattr(course_module, "measure", lambda *_: {})


def begun(job, model=None):
    model = model or Model()
    compute = Compute(torch.device("cpu"), torch.float32)
    course = TrialCourse(job, DATA, model, None, CostMeter(), compute, sample=SAMPLE)
    course.resume()
    return course, model


def right(split, share):
    """Logits of which a share of the rows is right."""
    logits = np.zeros((len(split.labels), len(DATA.label_names)))
    rows = np.arange(len(split.labels))
    logits[rows, (split.labels + (rows >= share * len(rows))) % logits.shape[1]] = 5.0
    return logits


def run(course, model, shares, stop_after=None):
    """Do all work of a course, or until some reports have come; the works, the reports and the last evaluation."""
    works, reports, result = [], [], None
    generator = course.run()
    while True:
        try:
            item = generator.send(result)
        except StopIteration as over:
            return works, reports, over.value
        result = None
        if isinstance(item, TrialReport):
            reports.append(item)
            if len(reports) == stop_after:
                generator.close()
                return works, reports, None
            continue
        works.append(item)
        if isinstance(item, Train):
            model.examples += item.examples
            result = 0.25
        else:
            result = right(item.split, shares[len(works) // 2 - 1])


def test_a_course_trains_to_each_step_and_predicts_first_a_sample_then_all(tmp_path):
    works, reports, last = run(*begun(toy_job(tmp_path)), shares=(0.9, 0.5, 0.8, 0.7, 0.6))
    trained = [work.examples for work in works if isinstance(work, Train)]
    assert np.cumsum(trained).tolist() == [examples_at(step, BUDGET) for step in EVALUATION_STEPS]
    predicted = [work.split for work in works if isinstance(work, Predict)]
    assert predicted[0] is SAMPLE
    assert all(split is DATA.validation for split in predicted[1:])
    assert [report.evaluation.step for report in reports] == list(EVALUATION_STEPS[:-1])
    assert (last.step, last.train_loss, last.learning_rate) == (81, 0.25, 0.5)
    assert [each.is_best for each in (*(report.evaluation for report in reports), last)] == [
        *(True, True, True, False, False)
    ], "a score of the sample is not compared with one of all"
    assert (tmp_path / "checkpoint/model").read_text() == str(examples_at(27, BUDGET))


def test_a_course_goes_on_from_its_state_and_repeats_what_was_not_told(tmp_path):
    job, shares = toy_job(tmp_path), (0.9, 0.5, 0.8, 0.7, 0.6)
    run(*begun(job), shares=shares, stop_after=3)
    course, model = begun(replace(job, told=9))
    assert (model.resumed, model.examples) == (examples_at(27, BUDGET), examples_at(27, BUDGET))
    works, reports, last = run(course, model, shares=shares[3:])
    assert [report.evaluation.step for report in reports] == [27, 54]
    assert len(works) == 4
    assert not last.is_best, "the best one was told by the state"


def test_a_course_whose_model_is_gone_begins_again(tmp_path):
    job = toy_job(tmp_path)
    run(*begun(job), shares=(0.9, 0.5), stop_after=2)
    (tmp_path / "checkpoint/model").unlink()
    (tmp_path / "checkpoint").rmdir()
    course, model = begun(job)
    assert model.resumed is None
    _, reports, _ = run(course, model, shares=(0.9, 0.5, 0.8, 0.7, 0.6))
    assert [report.evaluation.step for report in reports] == list(EVALUATION_STEPS[:-1])


def test_a_result_of_another_kind_is_an_error_of_the_program(tmp_path):
    generator = begun(toy_job(tmp_path))[0].run()
    assert isinstance(next(generator), Train)
    generator.send(0.25)
    with pytest.raises(TypeError, match="must give a loss"):
        generator.send(0.25)


def test_an_error_in_the_work_can_be_thrown_into_the_course(tmp_path):
    generator = begun(toy_job(tmp_path))[0].run()
    next(generator)
    with pytest.raises(Diverged):
        generator.throw(Diverged("not finite"))


@pytest.mark.parametrize(("step", "budget", "examples"), [(1, 400, 5), (9, 400, 45), (81, 400, 400), (27, 81, 27)])
def test_steps_are_counted_in_examples_rounded_up(step, budget, examples):
    assert examples_at(step, budget) == examples
