"""Sharding replaces the weights of a model; what they are marked with must stay."""

import pytest
import torch
from torch import distributed

from search_spaces import SPACES, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.distributed.fsdp_shards import is_sharded, shard
from trials.pretrained import levels_of, load_model


@pytest.fixture
def alone(tmp_path):
    distributed.init_process_group("gloo", (tmp_path / "meeting").as_uri(), world_size=1, rank=0)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("alone")
def test_what_a_checkpoint_lacks_stays_new_and_learns_at_the_rate_of_the_head(tmp_path):
    space = Space("finetune", SPACES["finetune"])
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    point = space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})
    model = load_model(point.architecture, ("a", "b"))
    new = "bert.pooler.dense.weight"
    model.get_parameter(new).is_new = True
    before = levels_of(model).heights
    assert new not in before
    shard(model, torch.device("cpu"), 1)
    assert is_sharded(model)
    assert levels_of(model).heights == before
