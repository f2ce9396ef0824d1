"""A trial that several processes train comes to what one process comes to."""

from dataclasses import replace

import pytest

from search_spaces import Point
from tests.trials.distributed.teams import others
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.protocol import TrialEnd, TrialJob
from trials.run import run_trial

pytestmark = pytest.mark.integration

DATA = toy_dataset()


def still_point(**optimizer: float) -> Point:
    """Without dropout, so that it does not matter who computes what; batches do not divide evenly."""
    point = toy_point(**{"learning_rate": 3e-3, **optimizer})
    still = {"hidden_dropout": 0.0, "attention_dropout": 0.0, "classifier_dropout": 0.0}
    training = replace(point.training, batch_size=7)
    return replace(point, architecture=replace(point.architecture, **still), training=training)


def run(job: TrialJob):
    reports = list(run_trial(job, DATA))
    assert reports[-1].end == TrialEnd.COMPLETED, reports[-1].cause
    return [report.evaluation for report in reports]


@pytest.mark.parametrize("sharded", [False, True], ids=["copies", "shards"])
@pytest.mark.parametrize("processes", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_it_comes_to_what_one_process_comes_to(tmp_path, processes, sharded):
    alone = run(toy_job(tmp_path / "alone", still_point()))
    together = run(toy_job(tmp_path / "together", still_point(), processes=processes, sharded=sharded))
    assert [each.step for each in together] == [each.step for each in alone]
    for one, many in zip(alone, together, strict=True):
        assert many.train_loss == pytest.approx(one.train_loss, rel=1e-3)
        assert many.metrics["log_loss"] == pytest.approx(one.metrics["log_loss"], rel=1e-3)
    assert others() == []


@pytest.mark.parametrize("sharded", [False, True], ids=["copies", "shards"])
def test_it_goes_on_where_it_was_cut_off(tmp_path, sharded):
    whole = run(toy_job(tmp_path / "whole", still_point(), processes=2, sharded=sharded))
    job = toy_job(tmp_path / "cut", still_point(), processes=2, sharded=sharded)
    story = run_trial(job, DATA)
    begun = [next(story).evaluation for _ in range(2)]
    assert len(others()) == 1
    story.close()
    assert others() == []
    rest = run(replace(job, told=begun[-1].step))
    both = [*begun, *rest]
    assert [each.step for each in both] == [each.step for each in whole]
    assert both[-1].metrics["log_loss"] == pytest.approx(whole[-1].metrics["log_loss"], rel=1e-3)


def test_with_dropout_it_learns(tmp_path):
    last = run(toy_job(tmp_path, processes=2))[-1]
    assert last.metrics["macro_f1"] > 0.6
