"""The training loop."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import clip_grad_norm_
from transformers import PreTrainedModel

from search_spaces import Point
from trials.data import EncodedSplit
from trials.data.encoding import Batch, TrainingBatches, collate
from trials.distributed import Command, SingleProcess, shard_of
from trials.errors import Diverged
from trials.hardware import loss_scale, resume_scale, tensors_of_scale
from trials.training.compute import Compute
from trials.training.optimization import (
    WeightAverage,
    align_gradients,
    build_loss,
    build_optimizer,
    learning_rate_factor,
)
from trials.training.static_steps import StaticSteps, static_steps

STEPS_BETWEEN_LOSS_CHECKS = {"cpu": 1, "cuda": 50}
"""Steps between checks that the loss is finite; on a GPU each check waits for the device, so it is rare there."""

WEIGHT, OPTIMIZER, AVERAGE, SCALE = "weight.", "optimizer.", "average.", "scale."
"""Prefixes of the names in `Trainer.tensors`."""


class Trainer:
    """Trains a model over a budget of examples, in portions.

    Args:
        model: the model, which is trained in place.
        point: the settings of optimizer and training.
        split: the training texts.
        budget: examples of the full training, repeats included.
        seed: seed of the order of the examples.
        compute: where and how to compute.
        team: the processes that train together, whose trainers make the same steps; None means this process only.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        point: Point,
        split: EncodedSplit,
        *,
        budget: int,
        seed: int,
        compute: Compute,
        team: SingleProcess | None = None,
    ) -> None:
        self._team = team or SingleProcess()
        self._model = model
        self._settings = point.optimizer
        classes = model.config.num_labels
        self._loss = build_loss(point.training, split.labels, classes, compute.device, split.targets)
        balanced = point.training.balance == "sampling"
        self._split = split
        self._batches = TrainingBatches(split, point.training.batch_size, seed, balanced=balanced)
        self._budget = budget
        self._compute = compute
        self._optimizer = build_optimizer(model, point.optimizer)
        self._check_every = STEPS_BETWEEN_LOSS_CHECKS.get(compute.device.type, 1)
        self._average = WeightAverage(model)
        self._scale = loss_scale(compute.device, compute.dtype)
        self._static: StaticSteps | None = None
        is_alone = type(self._team) is SingleProcess
        if compute.is_static and is_alone and not self._scale.is_enabled():
            clip = point.optimizer.gradient_clip
            self._static_input, self._static = static_steps(
                model, self._optimizer, point.training, split, compute, clip
            )
        self.parts = compute.parts
        self.examples = 0
        self.learning_rate = 0.0
        self.resumed: Mapping[str, torch.Tensor] | None = None

    @property
    def eager_because(self) -> str:
        """Why steps are not CUDA graphs on a GPU; empty where they are, and on a CPU."""
        if self._compute.device.type != "cuda":
            return ""
        if self._compute.parts.count > 1:
            return "memory was short, so batches are computed in parts"
        if self._scale.is_enabled():
            return "the GPU has no bf16, and in fp16 the scale of the loss follows each step"
        return "several processes train the model" if self._static is None else self._static.reason

    @property
    def held_bytes(self) -> int:
        """GPU memory that CUDA graphs and all else that stays took together; 0 without graphs."""
        return 0 if self._static is None else self._static.held_bytes

    @contextmanager
    def evaluated(self) -> Iterator[PreTrainedModel]:
        """Yield the whole model with averaged weights; a sharded one is gathered."""
        with self.averaged():
            yield self._team.whole(self._model)

    def averaged(self) -> AbstractContextManager[None]:
        """Return a context in which the model has its averaged weights, which are evaluated and saved."""
        return self._average.in_place()

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the whole training state by name, without copies.

        It has weights, their averages, AdamW's moments and steps, and in fp16 the scale of the loss. Moments use the
        names of the weights, because the order in which AdamW numbers them depends on its settings.
        """
        weights = {f"{WEIGHT}{name}": tensor for name, tensor in self._model.state_dict().items()}
        names = self._names()
        moments = {
            f"{OPTIMIZER}{names[parameter]}.{kind}": tensor
            for parameter, tensors in self._optimizer.state.items()
            for kind, tensor in tensors.items()
        }
        averages = {f"{AVERAGE}{name}": tensor for name, tensor in self._average.tensors().items()}
        scale = {f"{SCALE}{name}": tensor for name, tensor in tensors_of_scale(self._scale).items()}
        return weights | moments | averages | scale

    def saved(self) -> dict[str, torch.Tensor]:
        """Return the training state for writing; tensors of a sharded model are gathered."""
        return self._team.gathered(self.tensors())

    def beginning(self, model: PreTrainedModel) -> dict[str, torch.Tensor]:
        """Return what `tensors` gives before the first step, with the weights of `model`."""
        weights = model.state_dict()
        averages = {name: weights.get(name, tensor) for name, tensor in self._average.tensors().items()}
        named = {f"{WEIGHT}{name}": weight for name, weight in weights.items()}
        return named | {f"{AVERAGE}{name}": tensor for name, tensor in averages.items()}

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Continue the training of another trainer of an equal model.

        Args:
            tensors: the training state, as `tensors` or `saved` returned it.
            examples: number of examples that it has seen.

        Raises:
            ValueError: the weights are those of another model; nothing has changed.
        """
        weights, averages = part_of(tensors, WEIGHT), part_of(tensors, AVERAGE)
        if (shapes_of(weights), shapes_of(averages)) != (
            shapes_of(self._model.state_dict()),
            shapes_of(self._average.tensors()),
        ):
            raise ValueError("the weights are those of another model")
        moments = self._numbered(part_of(tensors, OPTIMIZER))
        own = self._model.state_dict()
        self._model.load_state_dict({name: shard_of(weight, own[name]) for name, weight in weights.items()})
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": moments})
        self._average.resume(averages)
        resume_scale(self._scale, part_of(tensors, SCALE))
        self._batches.skip_to(examples)
        self.examples = examples
        self.resumed = tensors
        if self._static is not None:
            self._static.release()  # graphs write to the tensors that the optimizer had before
            self._static_input.bind()

    def train(self, examples: int) -> float:
        """Train on the next `examples` examples, and return their mean loss.

        Raises:
            Diverged: a loss is NaN or infinite.
        """
        self._team.announce(Command.TRAIN, examples)
        self._model.train()
        with self._running() as total:
            for step, rows in enumerate(self._batches.rows(examples), start=1):
                self._step(rows, total)
                if step % self._check_every == 0:
                    self._check(total)
            self._check(total)
            return total.item() / examples

    def _names(self) -> dict[torch.Tensor, str]:
        return {weight: name for name, weight in self._model.named_parameters()}

    def _numbered(self, moments: Mapping[str, torch.Tensor]) -> dict[int, dict[str, torch.Tensor]]:
        """Return the moments by the numbers that the optimizer gives the weights."""
        names = self._names()
        weights = [weight for group in self._optimizer.param_groups for weight in group["params"]]
        numbers = {names[weight]: number for number, weight in enumerate(weights)}
        numbered: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in moments.items():
            name, _, kind = key.rpartition(".")
            number = numbers[name]
            numbered.setdefault(number, {})[kind] = shard_of(value, weights[number])
        return numbered

    @contextmanager
    def _running(self) -> Iterator[torch.Tensor]:
        """Yield the sum of the losses of the steps within the block, on the device."""
        if self._static is None:
            yield torch.zeros((), device=self._compute.device)
            return
        with self._static.running() as total:
            yield total.zero_()

    def _step(self, rows: NDArray[np.int64], total: torch.Tensor) -> None:
        """Train on a batch, and add the sum of its losses to `total`."""
        factor = self._learning_rate_factor(len(rows))
        self.learning_rate = self._settings.learning_rate * factor
        if not self._static_step(rows, factor):
            total += self._dynamic_step(collate(self._split, rows), factor) * len(rows)
        self.examples += len(rows)
        self._average.follow(self.examples)

    def _static_step(self, rows: NDArray[np.int64], factor: float) -> bool:
        """Train on a batch in one of a few shapes.

        It returns False, with nothing changed, if the batch must be trained on otherwise. A batch for which memory is
        short is computed in parts, and so are all later ones.
        """
        parts = self._compute.parts
        if self._static is None:
            return False
        if parts.count == 1:
            self._static_input.load(rows, factor)
            if self._static.run(int(self._split.lengths[rows].max())):
                return True
            parts.count = 2
        self._static.release()
        return False

    def _dynamic_step(self, batch: Batch, factor: float) -> torch.Tensor:
        """Train on a batch in its own shape, and return its loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        loss = self._team.add_up(self._model, self._own_loss(batch))
        self._scale.unscale_(self._optimizer)
        clip_grad_norm_(self._model.parameters(), self._settings.gradient_clip)
        align_gradients(self._optimizer)
        self._scale.step(self._optimizer)
        self._scale.update()
        self._optimizer.zero_grad(set_to_none=True)
        return loss

    def _own_loss(self, batch: Batch) -> torch.Tensor:
        """Add this process's share of the gradients of the mean loss of `batch`; return its share of the loss."""
        part = self._team.mine(batch)
        if part is None:
            return torch.zeros((), device=self._compute.device)
        return self._team.fit(self._compute.parts, len(part), lambda parts: self._backward(part, len(batch), parts))

    def _backward(self, batch: Batch, texts: int, parts: int) -> torch.Tensor:
        """Set the gradients of the loss of `batch`, a part of `texts` texts, and return this loss."""
        self._optimizer.zero_grad(set_to_none=True)  # an attempt that ran out of memory may have left gradients
        mean = torch.zeros((), device=self._compute.device)
        for part, weight in self._team.passes(batch, parts):
            labels = torch.from_numpy(part.labels).to(self._compute.device, non_blocking=True)
            logits = self._compute.logits(self._model, part)
            loss = self._loss(logits, labels) * (len(part) / texts)
            self._scale.scale(loss * weight).backward()  # type: ignore[no-untyped-call]
            if weight:
                mean += loss.detach()
        return mean

    def _learning_rate_factor(self, batch_size: int) -> float:
        """Use the schedule at the middle of the batch, so that neither the first nor the last step has rate 0."""
        progress = (self.examples + batch_size / 2) / self._budget
        return learning_rate_factor(progress, self._settings.warmup_share, self._settings.schedule)

    def _check(self, total: torch.Tensor) -> None:
        """Check that the sum of losses is finite; it stays NaN or infinite, so this covers every step before."""
        if not torch.isfinite(total):
            raise Diverged(
                f"the training loss is no longer finite after {self.examples} examples"
                f" (learning rate {self.learning_rate:g})"
            )


def part_of(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Return the tensors whose names begin with `prefix`, by the rest of their names."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def shapes_of(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Size]:
    """Return the shapes of tensors by name."""
    return {name: tensor.shape for name, tensor in tensors.items()}
