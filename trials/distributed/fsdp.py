"""A team whose processes share one model, for models that do not fit on one device."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TypeVar

import torch
from torch import distributed, nn
from transformers import PreTrainedModel

from trials.data.encoding import Batch
from trials.distributed.data_parallel import Command, ProcessGroup, Rank, SingleProcess, Trainable
from trials.distributed.fsdp_shards import gathered, shard
from trials.hardware import MicroBatches

T = TypeVar("T")


class FsdpGroup(ProcessGroup):
    """A team with sharded weights, gradients and moments, so that each process takes part in each forward pass.

    All processes must make the same number of passes. The pieces of a batch are dealt to the processes in rounds, and a
    process without a piece in the last round computes one that does not count. If memory runs out, the trial ends: to
    retry with smaller pieces, all processes would have to know of it. The first process also keeps the whole model, in
    the memory of the machine, for the files that it writes.
    """

    def __init__(self, seat: Rank, device: torch.device) -> None:
        """Join the team; this waits until all processes have joined."""
        super().__init__(seat, device)
        self._device = device
        self._outside: PreTrainedModel | None = None

    def spread(self, model: PreTrainedModel) -> None:
        """Shard the weights."""
        if self._seat.rank == 0:
            self._outside = deepcopy(model).cpu()
        shard(model, self._device, self._seat.size)

    def begin(self, trainer: Trainable) -> None:
        """Bring the trainer of each process to the state of the first one, with the same number of parts.

        Tensors are sent one by one, because all processes share the memory of one machine.
        """
        state = self._initial_state(trainer)
        shapes = {name: (tensor.shape, tensor.dtype) for name, tensor in state.items()}
        shared = [(shapes, trainer.examples, trainer.parts.count)]
        distributed.broadcast_object_list(shared, src=0, group=self._gloo)
        shapes, examples, trainer.parts.count = shared[0]
        tensors = dict[str, torch.Tensor]()
        for name, (shape, dtype) in shapes.items():
            tensor = state[name].cpu().contiguous() if state else torch.empty(shape, dtype=dtype)
            distributed.broadcast(tensor, src=0, group=self._gloo)
            if not state:
                tensors[name] = tensor
        if tensors:
            trainer.resume(tensors, examples)
        trainer.resumed = None

    @property
    def predicting(self) -> SingleProcess:
        """The processes that predict for a split: all of them."""
        return self

    def mine(self, batch: Batch) -> Batch:
        """Return all of the batch; `passes` gives this process's pieces."""
        return batch

    def fit(self, parts: MicroBatches, texts: int, compute: Callable[[int], T]) -> T:
        """Return what `compute` returns, without a retry if memory runs out."""
        return compute(parts.count)

    def passes(self, batch: Batch, parts: int) -> Iterator[tuple[Batch, float]]:
        """Yield one piece for each pass, with the factor of its gradients.

        The factor makes up for gradients being means over the processes, and is 0 for a piece that does not count.
        """
        pieces = self._pieces(batch, parts)
        for start in range(0, len(pieces), self._seat.size):
            index = start + self._seat.rank
            yield (pieces[index], float(self._seat.size)) if index < len(pieces) else (pieces[0], 0.0)

    def together(self, outputs: list[torch.Tensor], batch: Batch, parts: int) -> torch.Tensor:
        """Concatenate what all processes computed for a batch."""
        gathered: list[list[torch.Tensor]] = [[] for _ in range(self._seat.size)]
        distributed.all_gather_object(gathered, [output.cpu() for output in outputs], group=self._gloo)
        size = self._seat.size
        return torch.cat([gathered[index % size][index // size] for index in range(len(self._pieces(batch, parts)))])

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """Return the sum of all losses; the gradients are summed in the backward pass."""
        distributed.all_reduce(loss)
        return loss

    def whole(self, model: PreTrainedModel) -> PreTrainedModel:
        """Return a model with all its weights, in the first process."""
        self.announce(Command.MODEL)
        weights = gathered(model.state_dict())
        if self._outside is None:
            return model
        self._outside.load_state_dict(weights)
        return self._outside

    def gathered(self, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return all tensors in the memory of the machine in the first process, and nothing in the others."""
        self.announce(Command.TENSORS)
        return gathered(tensors)

    def _initial_state(self, trainer: Trainable) -> Mapping[str, torch.Tensor]:
        """Return the state of the first process: the one that it resumes, or the one before the first step."""
        if self._outside is None:
            return {}  # only the first process has the state
        return trainer.resumed or trainer.beginning(self._outside)

    def _pieces(self, batch: Batch, parts: int) -> list[Batch]:
        share = -(-len(batch) // self._seat.size)
        largest = -(-share // parts)
        return list(batch.split(-(-len(batch) // largest)))
