"""A model in shards, and back, in a group of one process; `test_fsdp.py` is about several."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
import torch
from torch import distributed
from torch.distributed.tensor import DTensor

from search_spaces import SPACES, Space
from tests.trials.models.building import build
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.distributed.fsdp_shards import gathered, is_sharded, local, shard, shard_of
from trials.pretrained import levels_of, load_model

CPU = torch.device("cpu")
TOKENS = torch.arange(12).reshape(2, 6) + 5


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    store = distributed.FileStore(str(tmp_path_factory.mktemp("group") / "store"), 1)
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.fixture(scope="module")
def models(group: None) -> tuple[torch.nn.Module, torch.nn.Module]:
    """A whole model, and the same one in shards."""
    torch.manual_seed(0)
    model = build("bert/cls", depth=2, hidden_dropout=0.0, classifier_dropout=0.0)
    sharded = deepcopy(model)
    shard(sharded, CPU, 1)
    return model, sharded


def test_every_weight_is_in_shards_and_computes_and_learns_as_before(models) -> None:
    model, sharded = models
    assert all(isinstance(weight, DTensor) for weight in sharded.parameters())
    assert is_sharded(sharded) and not is_sharded(model)
    logits = [each(input_ids=TOKENS).logits for each in models]
    torch.testing.assert_close(*logits)
    for one in logits:
        one.square().sum().backward()
    for (name, weight), other in zip(model.named_parameters(), sharded.parameters(), strict=True):
        torch.testing.assert_close(other.grad.full_tensor(), weight.grad, msg=name)


def test_put_together_it_is_what_it_was(models) -> None:
    model, sharded = models
    found = gathered(sharded.state_dict())
    assert found.keys() == model.state_dict().keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in model.state_dict().items())


@pytest.mark.usefixtures("group")
def test_a_whole_model_and_plain_tensors_are_left_as_they_are() -> None:
    tensor = torch.ones(3)
    assert not is_sharded(torch.nn.Linear(2, 2)) and not is_sharded(torch.nn.Identity())
    assert local([tensor])[0] is tensor
    assert gathered({"a": tensor})["a"] is tensor
    assert shard_of(tensor, like=torch.zeros(3)) is tensor


def test_the_local_part_is_the_memory_of_the_weight(models) -> None:
    weight = next(models[1].parameters())
    (part,) = local([weight])
    with torch.no_grad():
        before = part.clone()
        part.add_(1.0)
        torch.testing.assert_close(weight.full_tensor(), before + 1.0)
        part.copy_(before)


def test_a_whole_tensor_is_laid_out_like_another(models) -> None:
    like = next(models[1].parameters())
    tensor = torch.randn(like.shape)
    found = shard_of(tensor, like)
    assert found.placements == like.placements
    assert torch.equal(found.full_tensor(), tensor)
    other = torch.tensor(3.0)  # the count of AdamW's steps, whatever the shape of the weight
    assert shard_of(other, like) is other


def test_each_layer_is_a_unit_of_its_own(models) -> None:
    """So only one layer at a time is put together."""
    from torch.distributed.fsdp import FSDPModule

    sharded = models[1]
    assert [name for name, part in sharded.named_modules() if isinstance(part, FSDPModule)] == [
        "",
        "bert.encoder.layer.0",
        "bert.encoder.layer.1",
    ]


@pytest.mark.usefixtures("group")
def test_what_a_checkpoint_lacks_stays_new_and_learns_at_the_rate_of_the_head(tmp_path) -> None:
    space = Space("finetune", SPACES["finetune"])
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    point = space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})
    model = load_model(point.architecture, ("a", "b"))
    new = "bert.pooler.dense.weight"
    model.get_parameter(new).is_new = True
    before = levels_of(model).heights
    assert new not in before
    shard(model, CPU, 1)
    assert is_sharded(model)
    assert levels_of(model).heights == before
