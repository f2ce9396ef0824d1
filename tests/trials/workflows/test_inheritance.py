"""A trial that goes on from where another one was."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
import torch

from search_spaces import Point
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import encoded
from tests.trials.pretrained.jobs import point as pretrained_point
from tests.trials.toy import toy_job
from tests.trials.training.state.test_training_state import dropping_point, files, outcome, run
from trials.files.state_file import FILE
from trials.pretrained.encoder_loading import load_model
from trials.protocol import EVALUATION_STEPS, Inheritance, TrialEnd, TrialJob
from trials.training.compute import Compute
from trials.training.trainer import Trainer

LATER = list(EVALUATION_STEPS[3:])
"""What is left after the third evaluation."""


@pytest.fixture
def donor(tmp_path: Path) -> TrialJob:
    """A trial after its third evaluation, whose state lies in the folder of its job."""
    job = toy_job(tmp_path / "donor", dropping_point("modernbert/mean"), metric="log_loss")
    run(job, 3)
    return job


def heir_of(donor: TrialJob, folder: Path, point: Point | None = None, **fields: object) -> TrialJob:
    job = replace(donor, point=point or donor.point, checkpoint=folder / "checkpoint", state=folder / "state")
    return replace(job, inherits=Inheritance(donor.state, donor.point), **fields)


def other(point: Point) -> Point:
    """The same model, trained and regularized in another way."""
    return replace(
        point,
        architecture=replace(point.architecture, hidden_dropout=0.2, classifier_dropout=0.0),
        optimizer=replace(point.optimizer, learning_rate=1e-3, beta1=0.8, weight_decay=0.2, schedule="linear"),
        training=replace(point.training, batch_size=8, label_smoothing=0.1),
    )


def steps(reports) -> list[int]:
    return [report.evaluation.step for report in reports]


def test_with_the_same_point_it_is_what_the_other_becomes(tmp_path, donor):
    kept = copytree(donor.state, tmp_path / "kept")
    becomes = run(replace(donor, told=27))
    reports = run(replace(heir_of(donor, tmp_path / "heir"), inherits=Inheritance(kept, donor.point)))
    assert steps(reports) == LATER
    assert [report.evaluation.metrics for report in reports] == [report.evaluation.metrics for report in becomes]
    assert [report.evaluation.examples for report in reports] == [report.evaluation.examples for report in becomes]


def test_its_first_model_is_its_best_and_its_cost_its_own(tmp_path, donor):
    first, last = run(heir_of(donor, tmp_path / "heir"))
    assert first.evaluation.is_best
    assert first.cost.examples == first.evaluation.examples - 134, "27 of 81 steps of 400 examples were the other's"
    assert (last.end, last.evaluation.examples) == (TrialEnd.COMPLETED, 400)


def test_it_may_train_in_another_way(tmp_path, donor):
    same = run(heir_of(donor, tmp_path / "same"))
    reports = run(heir_of(donor, tmp_path / "heir", other(donor.point)))
    assert steps(reports) == LATER
    assert reports[-1].end is TrialEnd.COMPLETED
    assert reports[0].evaluation.learning_rate < 1e-3 < same[0].evaluation.learning_rate
    assert reports[0].evaluation.metrics != same[0].evaluation.metrics


def test_once_it_has_a_state_of_its_own_that_comes_first(tmp_path, donor):
    whole = run(heir_of(donor, tmp_path / "whole", other(donor.point)))
    job = heir_of(donor, tmp_path / "heir", other(donor.point))
    before = run(job, 1)
    (donor.state / FILE).unlink()
    assert outcome(before) + outcome(run(replace(job, told=54))) == outcome(whole)


def test_without_a_state_of_its_own_it_inherits_again(tmp_path, donor):
    job = heir_of(donor, tmp_path / "heir")
    before = run(job, 1)
    (job.state / FILE).unlink()
    again = run(replace(job, told=54, best=-1.0))
    assert steps(again) == LATER
    assert not again[0].evaluation.is_best, "the model that is there is better"
    assert again[0].evaluation.metrics == before[0].evaluation.metrics


def gone(donor: TrialJob) -> TrialJob:
    (donor.state / FILE).unlink()
    return donor


def torn(donor: TrialJob) -> TrialJob:
    (donor.state / FILE).write_bytes((donor.state / FILE).read_bytes()[:-100])
    return donor


def of_another_point(donor: TrialJob) -> TrialJob:
    return replace(donor, point=other(donor.point))


@pytest.mark.parametrize("spoil", [gone, torn, of_another_point])
def test_where_nothing_is_to_be_inherited_it_begins_at_zero(tmp_path, donor, spoil):
    alone = run(replace(donor, checkpoint=tmp_path / "alone", state=tmp_path / "alone state"))
    job = heir_of(spoil(donor), tmp_path / "heir", donor.point)
    assert outcome(run(job)) == outcome(alone)
    assert files(job.checkpoint) == files(tmp_path / "alone")


def test_the_state_of_another_model_is_not_used(tmp_path, donor):
    deeper = replace(donor.point, architecture=replace(donor.point.architecture, depth=2))
    assert steps(run(heir_of(donor, tmp_path / "heir", deeper))) == list(EVALUATION_STEPS)


def test_moments_stay_with_their_weights_whatever_their_learning_rates(tmp_path):
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    data = encoded(checkpoint)

    def trainer(**values: object) -> Trainer:
        found = pretrained_point(checkpoint, **values)
        model = load_model(found.architecture, data.label_names)
        return Trainer(
            model, found, data.train, budget=400, seed=0, compute=Compute(torch.device("cpu"), torch.float32)
        )

    one = trainer()
    one.train(64)
    two = trainer(
        **{"optimizer.learning_rate": 1e-3, "optimizer.head_learning_rate": 1e-4, "optimizer.layer_decay": 1.0}
    )
    two.resume(one.tensors(), 64)
    before, after = one.tensors(), two.tensors()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert any(name.startswith("optimizer.") for name in before)
    two.train(64)
