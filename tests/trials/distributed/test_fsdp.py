"""A model in shards comes to what a whole one comes to, whatever its kind, and no process holds all of it."""

import math
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoModelForSequenceClassification

from search_spaces import SPACES, Point, PretrainedText, Space
from tests.trials.distributed.teams import large_point
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.data.dataset import EncodedDataset
from trials.data.encoding.batches import Batch
from trials.distributed.data_parallel import Rank
from trials.distributed.fsdp import FsdpGroup
from trials.distributed.fsdp_shards import is_sharded, local
from trials.distributed.launcher import join
from trials.errors import Diverged
from trials.hardware.memory_estimate import FIRST_MARGIN, copy_fits, footprint_of, least_in_shards, parts_in_shards
from trials.protocol import TrialEnd, TrialJob
from trials.run import run_trial
from trials.training.build_model import build
from trials.training.process_setup import prepare
from trials.workflows import train_trial

STILL = {
    "finetune": {"architecture.frozen_share": 0.5},
    "lora": {"adapter.dropout": 0.0, "adapter.rank": 4},
    "subnet": {"architecture.heads_share": 0.5},
}
"""Kinds of models, each without dropout, which no two processes draw alike."""


def point(kind: str, checkpoint: Path) -> Point:
    space = Space(kind, SPACES[kind])
    known = space.defaults().keys()
    still = {name: 0.0 for name in known if name.endswith("dropout")}
    special = {name: value for name, value in STILL[kind].items() if name in known}
    return space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint), **still, **special})


@pytest.mark.integration
@pytest.mark.parametrize(
    "kind", [*(pytest.param(kind, marks=pytest.mark.slow) for kind in ("finetune", "subnet")), "lora"]
)
def test_every_kind_of_model_comes_to_what_it_comes_to_alone(tmp_path, kind):
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    data, found = encoded(checkpoint), point(kind, checkpoint)
    ends = {}
    for name, fields in (("alone", {}), ("shards", {"processes": 2, "sharded": True})):
        (tmp_path / name).mkdir()
        *_, last = run_trial(job_of(tmp_path / name, found, **fields), data)
        assert last.end == TrialEnd.COMPLETED, last.cause
        ends[name] = last.evaluation
    assert ends["shards"].train_loss == pytest.approx(ends["alone"].train_loss, rel=1e-3)
    assert ends["shards"].metrics["log_loss"] == pytest.approx(ends["alone"].metrics["log_loss"], rel=1e-3)


@pytest.mark.integration
def test_it_goes_on_in_as_many_parts_as_it_was_cut_off_in(tmp_path):
    """Processes that make unlike numbers of passes would wait for each other for ever."""
    job = toy_job(tmp_path, toy_point(), processes=2, sharded=True, batch_parts=4)
    story = run_trial(job, toy_dataset())
    told = [next(story).evaluation for _ in range(2)][-1].step
    story.close()
    *_, last = run_trial(replace(job, batch_parts=1, told=told), toy_dataset())
    assert last.end == TrialEnd.COMPLETED, last.cause
    assert last.cost.batch_parts == 4


@pytest.mark.integration
def test_what_is_handed_over_is_a_whole_model(tmp_path):
    job = toy_job(tmp_path, toy_point(), processes=2, sharded=True)
    *_, last = run_trial(job, toy_dataset())
    assert last.end == TrialEnd.COMPLETED, last.cause
    model = AutoModelForSequenceClassification.from_pretrained(job.checkpoint)
    assert sum(weight.numel() for weight in model.parameters()) == last.cost.parameters


def tell_share(seat: Rank, job: TrialJob, data: EncodedDataset) -> None:
    compute = prepare(job)
    model = build(job.point.architecture, data, compute, on=job.built_on)
    whole = sum(weight.numel() for weight in model.parameters())
    team = join(seat, job, compute.device)
    team.spread(model)
    assert is_sharded(model)
    mine = sum(weight.numel() for weight in local(model.parameters()))
    raise Diverged(f"{mine / whole:.3f}")


@pytest.mark.integration
def test_a_process_holds_its_share_of_the_weights_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(train_trial, "follow", tell_share)
    (report,) = run_trial(toy_job(tmp_path, processes=2, sharded=True), toy_dataset())
    assert report.end == TrialEnd.DIVERGED, report.cause
    assert float(report.cause) == pytest.approx(0.5, abs=0.05)


class OnPaper(FsdpGroup):
    """A seat in a team of which there is nobody else."""

    def __init__(self, rank: int, size: int) -> None:
        self._seat = Rank(rank, size, Path())


@pytest.mark.parametrize(("texts", "size", "parts"), product((1, 2, 5, 7, 8), (2, 3), (1, 2, 4)))
def test_all_make_as_many_passes_and_each_text_counts_once(texts, size, parts):
    batch = Batch(np.arange(texts).reshape(-1, 1), None, np.arange(texts))
    passes = [list(OnPaper(rank, size).passes(batch, parts)) for rank in range(size)]
    assert len({len(each) for each in passes}) == 1
    turns = [each[turn] for turn in range(len(passes[0])) for each in passes]
    counted = [int(label) for piece, weight in turns if weight for label in piece.labels]
    assert counted == list(range(texts))
    assert {weight for _, weight in turns} <= {0.0, float(size)}
    largest = max(len(piece) for piece, _ in turns)
    assert largest <= math.ceil(math.ceil(texts / size) / parts)


def test_shards_are_for_what_no_gpu_can_hold_and_its_batches_come_in_parts_that_fit():
    found, longest = large_point(), 512
    least = math.ceil(FIRST_MARGIN * footprint_of(found, longest, "cuda", 32).bytes)
    assert copy_fits(found, longest, least) and not copy_fits(found, longest, least - 1)
    short = [parts_in_shards(found, longest, 4, round(share * least)) for share in (0.99, 0.6, 0.4)]
    assert short == sorted(short)
    assert short[-1] == 8, "one text at a time"


def test_what_shards_need_counts_no_longer_texts_than_the_checkpoint_takes():
    found = large_point()
    short = replace(found, text=PretrainedText("minilm", 128))
    assert least_in_shards(short, 4096, 2) == least_in_shards(short, 128, 2) < least_in_shards(found, 4096, 2)
    assert FIRST_MARGIN * least_in_shards(short, 128, 2) < FIRST_MARGIN * footprint_of(short, 128, "cuda", 32).bytes
