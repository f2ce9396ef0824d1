"""A model whose weights lie in shards, one on each device of a team: what torch's `fully_shard` makes, and back."""

from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor


def shard(model: nn.Module, device: torch.device, size: int) -> None:
    """Spreads the weights of `model` over the `size` processes of this process group, in place; all must call it.

    A layer's weights come together when it computes, and go apart after it: that of Zhao et al., "PyTorch FSDP:
    Experiences on Scaling Fully Sharded Data Parallel", 2023. Gradients are means over the processes. Weights that do
    not lie on `device` yet are moved there layer by layer, so that a model that is too large for it never has to be.
    The new weights keep the marks of those that they replace, as that a checkpoint did not have them.
    """
    marks = {name: dict(vars(weight)) for name, weight in model.named_parameters()}
    mesh = init_device_mesh(device.type, (size,))
    for layer in _layers(model):
        fully_shard(layer, mesh=mesh, reshard_after_forward=True)
    # Of the rest, too, as the average of the weights takes their place between two forward passes.
    fully_shard(model, mesh=mesh, reshard_after_forward=True)
    for name, weight in model.named_parameters():
        vars(weight).update(marks[name])


def is_sharded(model: nn.Module) -> bool:
    """Return whether the weights of `model` are sharded."""
    return any(isinstance(weight, DTensor) for weight in model.parameters())


def local(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Return the local parts of `tensors`; they share memory with them."""
    return [tensor.to_local() if isinstance(tensor, DTensor) else tensor for tensor in tensors]


def whole(tensors: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """Each of them put together, on whatever device its shards are; all processes must go through them in step."""
    for name, tensor in tensors.items():
        yield name, tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def shard_of(tensor: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Return a tensor in the layout of another one.

    Args:
        tensor: the whole tensor, which all processes have.
        like: the tensor whose shards are imitated; if it is whole or has another shape, `tensor` is returned unchanged.
    """
    if not isinstance(like, DTensor) or tensor.shape != like.shape:
        return tensor
    there = tensor.to(like.device_mesh.device_type)
    return distribute_tensor(there, like.device_mesh, like.placements, src_data_rank=None)


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    """The layers of its outermost lists of layers."""
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            yield from child
        else:
            yield from _layers(child)
