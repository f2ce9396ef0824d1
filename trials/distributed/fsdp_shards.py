"""Sharding of a model by torch's `fully_shard`, one shard on each device of a team, and the way back."""

from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import distributed, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor


def shard(model: nn.Module, device: torch.device, size: int) -> None:
    """Shard the weights of `model` over the `size` processes of this process group, in place; all must call it.

    A layer's weights are gathered when it computes, and freed afterwards, as in Zhao et al., "PyTorch FSDP: Experiences
    on Scaling Fully Sharded Data Parallel", 2023. Gradients are means over the processes. Weights that are not on
    `device` yet are moved there layer by layer, so that the whole model never has to fit. The new weights keep the
    attributes of those that they replace, such as `is_new`.
    """
    attributes = {name: dict(vars(weight)) for name, weight in model.named_parameters()}
    mesh = init_device_mesh(device.type, (size,))
    for layer in _layers(model):
        fully_shard(layer, mesh=mesh, reshard_after_forward=True)
    # The root too reshards, because averaged weights may replace its weights between two forward passes.
    fully_shard(model, mesh=mesh, reshard_after_forward=True)
    for name, weight in model.named_parameters():
        vars(weight).update(attributes[name])


def is_sharded(model: nn.Module) -> bool:
    """Return whether the weights of `model` are sharded."""
    return any(isinstance(weight, DTensor) for weight in model.parameters())


def local(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Return the local parts of `tensors`; they share memory with them."""
    return [tensor.to_local() if isinstance(tensor, DTensor) else tensor for tensor in tensors]


def gathered(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return all tensors whole, in the memory of the machine, in the first process, and nothing in the others.

    All processes must call it. `DTensor.full_tensor` would give every process a copy that only the first one needs;
    on a CPU, freeing that copy at once corrupts memory (seen on torch 2.13 with gloo, once in some 10 000 tensors).

    Args:
        tensors: the tensors by name, with the same names in all processes; those that are not sharded are returned too.
    """
    is_first = distributed.get_rank() == 0
    found = dict[str, torch.Tensor]()
    for name, tensor in tensors.items():
        whole = _gathered(tensor, is_first=is_first) if isinstance(tensor, DTensor) else tensor
        if is_first:
            found[name] = whole.cpu()
    return found


def shard_of(tensor: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Return a tensor in the layout of another one.

    Args:
        tensor: the whole tensor, which all processes have.
        like: the tensor whose shards are imitated; if it is whole or has another shape, `tensor` is returned unchanged.
    """
    if not isinstance(like, DTensor) or tensor.shape != like.shape:
        return tensor
    whole_tensor = tensor.to(like.device_mesh.device_type)
    return distribute_tensor(whole_tensor, like.device_mesh, like.placements, src_data_rank=None)


def _gathered(tensor: DTensor, *, is_first: bool) -> torch.Tensor:
    """Return a tensor whole in the first process, and this process's part of it in the others.

    `fully_shard` deals the rows in order, as many to each process as fit evenly; the last ones may have fewer, or none.
    """
    size, (rows, *other) = distributed.get_world_size(), tensor.shape
    own = tensor.to_local().detach()
    part = own.new_zeros((-(-rows // size), *other))
    part[: len(own)] = own
    parts = [torch.empty_like(part) for _ in range(size)] if is_first else None
    distributed.gather(part, parts, dst=0)
    return torch.cat(parts)[:rows] if parts is not None else own


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the layers of the outermost lists of layers."""
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            yield from child
        else:
            yield from _layers(child)
