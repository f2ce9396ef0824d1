"""Packs on a GPU: members learn what trials alone learn, in CUDA graphs and with the fused step of AdamW."""

from dataclasses import replace

import pytest
import torch

from search_spaces.spaces.encoder import ENCODERS
from tests.gpu.cases import DATA, GPU, losses_of, model_of, needs_gpu, point_of, trainer_of
from trials.hardware import MicroBatches, limit_memory, release_memory, set_gpu_products
from trials.training import Compute, seed_everything
from trials.training.packs import Pack, PackTooLarge, marked
from trials.training.packs.fused_update import fused_update, has_triton
from trials.training.packs.stacked_adamw import plain_update

pytestmark = needs_gpu

PORTION, PORTIONS = 41, 10
RATES = (1e-3, 3e-4, 2e-3)


@pytest.fixture(autouse=True)
def all_of_the_memory():
    yield
    limit_memory(GPU, None)
    release_memory()


def points_of(encoder, dropout=0.0):
    base = point_of(encoder, dropout)
    return [replace(base, optimizer=replace(base.optimizer, learning_rate=rate, beta1=0.8 + rate)) for rate in RATES]


def pack_of(points, places=None, dtype=torch.float32):
    torch.set_num_threads(2)
    set_gpu_products()
    compute = Compute(GPU, dtype, MicroBatches())
    base = model_of(replace(points[0], architecture=marked(points[0].architecture))).to(GPU)
    weights = {name: weight.detach().clone() for name, weight in base.named_parameters()}
    seed_everything(7)
    pack = Pack(base, points[0], DATA.train, places or len(points), compute)
    return pack, [pack.join(weights, point, budget=3000, seed=3) for point in points], weights


def train(pack, members, portions):
    found = [[] for _ in members]
    for _ in range(portions):
        for member in members:
            member.begin(PORTION)
        while not all(member.is_due for member in members):
            pack.advance()
        for losses, member in zip(found, members, strict=True):
            losses.append(member.mean_loss())
    return found


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_family_learns_in_a_pack_what_it_learns_alone(encoder):
    points = points_of(encoder)
    pack, members, _ = pack_of(points)
    found = train(pack, members, PORTIONS)
    assert pack.eager_because == ""
    assert pack.held_bytes > 0
    for losses, point in zip(found, points, strict=True):
        assert losses == pytest.approx(losses_of(trainer_of(point)), rel=1e-4)


def test_bf16_learns_as_well_as_alone():
    points = points_of("modernbert/mean")
    pack, members, _ = pack_of(points, dtype=torch.bfloat16)
    found = train(pack, members, PORTIONS)
    for losses, point in zip(found, points, strict=True):
        assert losses == pytest.approx(losses_of(trainer_of(point, dtype=torch.bfloat16)), rel=0.05)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_dropout_differs_between_members_and_none_is_without_it(dtype):
    base = points_of("bert/cls")
    architecture = replace(base[2].architecture, hidden_dropout=0.3)
    pack, members, _ = pack_of([base[0], base[0], replace(base[0], architecture=architecture)], dtype=dtype)
    same, other, dropped = train(pack, members, 4)
    assert same == pytest.approx(other, rel=1e-4 if dtype is torch.float32 else 0.02)
    assert dropped != pytest.approx(same, rel=1e-3)


def test_one_leaves_one_joins_and_the_pack_becomes_smaller():
    points = points_of("bert/cls")
    pack, members, weights = pack_of(points)
    first = train(pack, members, 3)
    pack.leave(members[1])
    joined = pack.join(weights, points[1], budget=3000, seed=3)
    again = train(pack, [members[0], joined, members[2]], 3)
    assert again[1] == pytest.approx(first[1], rel=1e-4)
    pack.leave(joined)
    pack.resize(2)
    rest = train(pack, [members[0], members[2]], 4)
    assert pack.eager_because == ""
    for index, losses in ((0, first[0] + again[0] + rest[0]), (2, first[2] + again[2] + rest[1])):
        assert losses == pytest.approx(losses_of(trainer_of(points[index])), rel=1e-4)


def test_memory_that_is_short_is_told_and_a_smaller_pack_goes_on():
    points = points_of("bert/cls")
    pack, members, _ = pack_of(points)
    held = torch.cuda.memory_reserved() / torch.cuda.get_device_properties(0).total_memory
    for member in members:
        member.begin(PORTION)
    limit_memory(GPU, held + 1e-6)
    try:
        with pytest.raises(PackTooLarge):
            pack.advance()
    finally:
        limit_memory(GPU, None)
    while not all(member.is_due for member in members):
        pack.advance()
    expected = [losses_of(trainer_of(point), 1)[0] for point in points]
    assert [member.mean_loss() for member in members] == pytest.approx(expected, rel=1e-4)


@pytest.mark.skipif(not has_triton(), reason="Triton is not installed")
@pytest.mark.parametrize("size", [1, 1023, 5000])
def test_the_fused_step_is_the_plain_one(size):
    torch.manual_seed(0)
    tensors = [torch.randn(3, size, device=GPU) for _ in range(3)] + [torch.rand(3, size, device=GPU)]
    settings = 0.1 + 0.8 * torch.rand(3, 7, device=GPU)
    settings[1] = torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1e-8])  # a member that pauses
    fused, plain = [tensor.clone() for tensor in tensors], [tensor.clone() for tensor in tensors]
    fused_update(*fused, settings)
    plain_update(*plain, settings)
    for index in (0, 2, 3):
        torch.testing.assert_close(fused[index], plain[index], rtol=1e-5, atol=1e-6)
        assert torch.equal(fused[index][1], tensors[index][1])
