"""A team whose processes share one model, for models that no device can hold alone."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TypeVar

import torch
from torch import distributed, nn
from transformers import PreTrainedModel

from trials.data.encoding import Batch
from trials.distributed.data_parallel import Command, ProcessGroup, Rank, SingleProcess, Trainable
from trials.distributed.fsdp_shards import shard, whole
from trials.hardware import MicroBatches

T = TypeVar("T")


class FsdpGroup(ProcessGroup):
    """The same with weights, gradients and moments in shards, so each process takes part in each forward pass.

    All must make as many of them. A batch is cut into pieces that go round the processes, and one that has no piece in
    the last round takes a text that does not count. Where memory runs out the trial ends: to go on in smaller pieces,
    all would have to know of it. The first process keeps the model as a whole too, in the memory of the machine, for
    the files that it writes.
    """

    def __init__(self, seat: Rank, device: torch.device) -> None:
        """Waits until all are there."""
        super().__init__(seat, device)
        self._device = device
        self._outside: PreTrainedModel | None = None

    def spread(self, model: PreTrainedModel) -> None:
        """Puts the weights into shards."""
        if self._seat.rank == 0:
            self._outside = deepcopy(model).cpu()
        shard(model, self._device, self._seat.size)

    def begin(self, trainer: Trainable) -> None:
        """Brings the trainer of each process to where that of the first one is, and to as many parts, from now on.

        Tensors come one by one, as all the processes share the memory of one machine.
        """
        begun = self._begun(trainer)
        shapes = {name: (tensor.shape, tensor.dtype) for name, tensor in begun.items()}
        told = [(shapes, trainer.examples, trainer.parts.count)]
        distributed.broadcast_object_list(told, src=0, group=self._words)
        shapes, examples, trainer.parts.count = told[0]
        tensors = dict[str, torch.Tensor]()
        for name, (shape, dtype) in shapes.items():
            tensor = begun[name].cpu().contiguous() if begun else torch.empty(shape, dtype=dtype)
            distributed.broadcast(tensor, src=0, group=self._words)
            if not begun:
                tensors[name] = tensor
        if tensors:
            trainer.resume(tensors, examples)
        trainer.resumed = None

    @property
    def looking(self) -> SingleProcess:
        """All look together."""
        return self

    def mine(self, batch: Batch) -> Batch:
        """All of it, of which `passes` gives this process's pieces."""
        return batch

    def fit(self, parts: MicroBatches, texts: int, compute: Callable[[int], T]) -> T:
        """Without another try."""
        return compute(parts.count)

    def passes(self, batch: Batch, parts: int) -> Iterator[tuple[Batch, float]]:
        """A piece for each pass; one that counts makes up for gradients being means over the processes."""
        pieces = self._pieces(batch, parts)
        for turn in range(0, len(pieces), self._seat.size):
            place = turn + self._seat.rank
            yield (pieces[place], float(self._seat.size)) if place < len(pieces) else (pieces[0], 0.0)

    def together(self, looked: list[torch.Tensor], batch: Batch, parts: int) -> torch.Tensor:
        """What all the processes have computed of a batch."""
        found: list[list[torch.Tensor]] = [[] for _ in range(self._seat.size)]
        distributed.all_gather_object(found, [each.cpu() for each in looked], group=self._words)
        size = self._seat.size
        return torch.cat([found[place % size][place // size] for place in range(len(self._pieces(batch, parts)))])

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """The sum of all losses; that of the gradients has been made."""
        distributed.all_reduce(loss)
        return loss

    def whole(self, model: PreTrainedModel) -> PreTrainedModel:
        """A model with all its weights, in the first process."""
        self.announce(Command.MODEL)
        weights = self._in_the_first(model.state_dict())
        if self._outside is None:
            return model
        self._outside.load_state_dict(weights)
        return self._outside

    def gathered(self, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """All of the tensors, in the memory of the machine, in the first process; nothing in the others."""
        self.announce(Command.TENSORS)
        return self._in_the_first(tensors)

    def _in_the_first(self, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        is_first = self._seat.rank == 0
        return {name: tensor.cpu() for name, tensor in whole(tensors) if is_first}

    def _begun(self, trainer: Trainable) -> Mapping[str, torch.Tensor]:
        """Where the first process is: at what it has read, or at the weights that it began with."""
        if self._outside is None:
            return {}  # it is the first one that tells
        return trainer.resumed or trainer.beginning(self._outside)

    def _pieces(self, batch: Batch, parts: int) -> list[Batch]:
        share = -(-len(batch) // self._seat.size)
        largest = -(-share // parts)
        return list(batch.split(-(-len(batch) // largest)))
