"""The training loop, and the look at a whole split."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import clip_grad_norm_
from transformers import PreTrainedModel

from search_spaces import Point
from trials.data import EncodedSplit
from trials.data.encoding import EVALUATION_TOKENS, Batch, TrainingBatches, collate, evaluation_rows
from trials.distributed import Command, SingleProcess, shard_of
from trials.errors import Diverged
from trials.training.compute import Compute
from trials.training.loss import build_loss
from trials.training.optimizer import align_gradients, build_optimizer
from trials.training.schedule import learning_rate_factor
from trials.training.weight_averaging import WeightAverage

STEPS_BETWEEN_LOSS_CHECKS = {"cpu": 1, "cuda": 50}
"""Reading a number from a GPU makes it wait, so there one look tells about many steps."""


WEIGHT, OPTIMIZER, AVERAGE = "weight.", "optimizer.", "average."
"""How the names of `Trainer.tensors` begin."""


class Trainer:
    """Trains a model over a budget of examples, in portions."""

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
        """In a `team` the trainers of all its processes make the same steps."""
        self._team = team or SingleProcess()
        self._model = model
        self._settings = point.optimizer
        self._loss = build_loss(point.training, split.labels, model.config.num_labels, compute.device)
        balanced = point.training.balance == "sampling"
        self._batches = TrainingBatches(split, point.training.batch_size, seed, balanced=balanced)
        self._budget = budget
        self._compute = compute
        self._optimizer = build_optimizer(model, point.optimizer)
        self._check_every = STEPS_BETWEEN_LOSS_CHECKS.get(compute.device.type, 1)
        self._average = WeightAverage(model)
        self.parts = compute.parts
        self.examples = 0
        self.learning_rate = 0.0
        self.resumed: Mapping[str, torch.Tensor] | None = None

    def averaged(self) -> AbstractContextManager[None]:
        """Within it, the model is the average of its recent selves: the one to look at, and to keep."""
        return self._average.in_place()

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that training has made so far, by name; they are not copies.

        Weights, their averages, and AdamW's moments and steps, which go by the names of the weights: AdamW numbers them
        in an order that hangs on its settings.
        """
        weights = {f"{WEIGHT}{name}": tensor for name, tensor in self._model.state_dict().items()}
        names = self._names()
        moments = {
            f"{OPTIMIZER}{names[parameter]}.{kind}": tensor
            for parameter, tensors in self._optimizer.state.items()
            for kind, tensor in tensors.items()
        }
        averages = {f"{AVERAGE}{name}": tensor for name, tensor in self._average.tensors().items()}
        return weights | moments | averages

    def saved(self) -> dict[str, torch.Tensor]:
        """The same, to be written: whole, where the model is in shards."""
        return self._team.gathered(self.tensors())

    def beginning(self, model: PreTrainedModel) -> dict[str, torch.Tensor]:
        """What `tensors` gives before the first step, with the weights of `model`."""
        weights = model.state_dict()
        averages = {name: weights.get(name, tensor) for name, tensor in self._average.tensors().items()}
        named = {f"{WEIGHT}{name}": weight for name, weight in weights.items()}
        return named | {f"{AVERAGE}{name}": tensor for name, tensor in averages.items()}

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Goes on where another trainer of such a model was, after `examples` examples with these `tensors`.

        Raises:
            ValueError: the weights are those of another model; nothing has changed.
        """
        weights, averages = _part(tensors, WEIGHT), _part(tensors, AVERAGE)
        if (_shapes(weights), _shapes(averages)) != (
            _shapes(self._model.state_dict()),
            _shapes(self._average.tensors()),
        ):
            raise ValueError("the weights are those of another model")
        moments = self._numbered(_part(tensors, OPTIMIZER))
        own = self._model.state_dict()
        self._model.load_state_dict({name: shard_of(weight, own[name]) for name, weight in weights.items()})
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": moments})
        self._average.resume(averages)
        self._batches.skip_to(examples)
        self.examples = examples
        self.resumed = tensors

    def train(self, examples: int) -> float:
        """Trains on the next `examples` examples, and gives their mean loss.

        Raises:
            Diverged: a loss is NaN or infinite.
        """
        self._team.announce(Command.TRAIN, examples)
        self._model.train()
        total = torch.zeros((), device=self._compute.device)
        for step, batch in enumerate(self._batches.take(examples), start=1):
            total += self._step(batch) * len(batch)
            if step % self._check_every == 0:
                self._check(total)
        self._check(total)
        return total.item() / examples

    def _names(self) -> dict[torch.Tensor, str]:
        return {weight: name for name, weight in self._model.named_parameters()}

    def _numbered(self, moments: Mapping[str, torch.Tensor]) -> dict[int, dict[str, torch.Tensor]]:
        """Moments by the numbers that the optimizer gives the weights."""
        names = self._names()
        weights = [weight for group in self._optimizer.param_groups for weight in group["params"]]
        numbers = {names[weight]: number for number, weight in enumerate(weights)}
        numbered: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in moments.items():
            name, _, kind = key.rpartition(".")
            number = numbers[name]
            numbered.setdefault(number, {})[kind] = shard_of(value, weights[number])
        return numbered

    def _step(self, batch: Batch) -> torch.Tensor:
        self._set_learning_rate(len(batch))
        loss = self._team.add_up(self._model, self._own_loss(batch))
        clip_grad_norm_(self._model.parameters(), self._settings.gradient_clip)
        align_gradients(self._optimizer)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.examples += len(batch)
        self._average.follow(self.examples)
        return loss

    def _own_loss(self, batch: Batch) -> torch.Tensor:
        """Leaves this process's share of the gradients of the mean loss of `batch`, and gives its share of the loss."""
        mine = self._team.mine(batch)
        if mine is None:
            return torch.zeros((), device=self._compute.device)
        return self._team.fit(self._compute.parts, len(mine), lambda parts: self._backward(mine, len(batch), parts))

    def _backward(self, batch: Batch, texts: int, parts: int) -> torch.Tensor:
        """Leaves gradients of the loss of `batch`, of `texts` texts in all, and gives it: the same for all `parts`."""
        self._optimizer.zero_grad(set_to_none=True)  # a try that ran out of memory may have left some
        mean = torch.zeros((), device=self._compute.device)
        for part, weight in self._team.passes(batch, parts):
            labels = torch.from_numpy(part.labels).to(self._compute.device, non_blocking=True)
            logits = self._compute.logits(self._model, part)
            loss = self._loss(logits, labels) * (len(part) / texts)
            (loss * weight).backward()  # type: ignore[no-untyped-call]
            if weight:
                mean += loss.detach()
        return mean

    def _set_learning_rate(self, batch_size: int) -> None:
        """Asks the schedule at the middle of the batch: the first step is not lost to a rate of 0, nor the last."""
        progress = (self.examples + batch_size / 2) / self._budget
        factor = learning_rate_factor(progress, self._settings.warmup_share, self._settings.schedule)
        self.learning_rate = self._settings.learning_rate * factor
        for group in self._optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor

    def _check(self, total: torch.Tensor) -> None:
        """The sum of losses stays NaN or infinite once one loss was, so it tells about every step before."""
        if not torch.isfinite(total):
            raise Diverged(
                f"the training loss is no longer finite after {self.examples} examples"
                f" (learning rate {self.learning_rate:g})"
            )


def predict(
    model: PreTrainedModel, split: EncodedSplit, compute: Compute, team: SingleProcess | None = None
) -> NDArray[np.float64]:
    """Logits of every text of `split`, in its order, shape (n, classes); a `team` computes them together.

    Raises:
        Diverged: a logit is NaN or infinite.
    """
    team = team or SingleProcess()
    team.announce(Command.LOOK, len(split))
    model.eval()
    tokens = EVALUATION_TOKENS.get(compute.device.type, EVALUATION_TOKENS["cpu"])
    batches = evaluation_rows(split.lengths, tokens)
    with torch.inference_mode():
        outputs = torch.cat([_look(model, collate(split, rows), compute, team) for rows in batches])
    logits = np.empty(outputs.shape, dtype=np.float64)
    logits[np.concatenate(batches)] = outputs.cpu().numpy()
    if not np.isfinite(logits).all():
        raise Diverged("the logits of the validation split are no longer finite")
    return logits


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """The tensors whose names begin with `prefix`, by the rest of their names."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _shapes(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in tensors.items()}


def _look(model: PreTrainedModel, batch: Batch, compute: Compute, team: SingleProcess) -> torch.Tensor:
    def look(parts: int) -> torch.Tensor:
        return team.together([compute.logits(model, part) for part, _ in team.passes(batch, parts)], batch, parts)

    return team.fit(compute.parts, len(batch), look)
