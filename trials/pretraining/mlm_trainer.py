"""The training loop of the self-supervised stage."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from transformers import PreTrainedModel

from search_spaces import Optimizer, Pretraining
from trials.data import EncodedDataset, EncodedSplit
from trials.data.encoding import Batch, TrainingBatches
from trials.errors import Diverged
from trials.hardware import loss_scale, resume_scale, tensors_of_scale
from trials.models.cpu import states_of
from trials.pretraining.corpus import corpus_of
from trials.pretraining.masked_step import MaskedStep
from trials.pretraining.masking import NOTHING, MaskedBatch, masking_of
from trials.pretraining.mlm_head import MlmHead
from trials.training import STEPS_BETWEEN_LOSS_CHECKS, Compute, align_gradients, build_optimizer, learning_rate_factor
from trials.training.static_steps import StaticSteps, longest_bucket

BATCH_SIZE = 32

LAST_BATCH_WEIGHT = 0.05
"""Weight of the last batch in the reported loss, which is an exponential moving average."""

MODEL, OPTIMIZER, SCALE, LOSS = "model.", "optimizer.", "scale.", "loss"
"""Prefixes of the names in `MlmTrainer.tensors`."""


class MlmTrainer:
    """Trains the encoder in `model`, and not its classifier, over a budget of texts.

    The masked tokens follow from the seed and the number of texts so far, so that a resumed stage gives the same
    result.
    """

    def __init__(
        self, model: PreTrainedModel, settings: Pretraining, data: EncodedDataset, seed: int, compute: Compute
    ) -> None:
        corpus = corpus_of(data)
        embeddings = model.get_input_embeddings().weight
        self._encoder = model
        self._head = MlmHead(model.config.hidden_size, embeddings).to(compute.device)
        self._learnt = nn.ModuleDict({"encoder": model.base_model, "head": self._head})
        self._settings = _optimizer(settings)
        self._optimizer = build_optimizer(self._learnt, self._settings)
        self._batches = TrainingBatches(corpus, BATCH_SIZE, seed)
        self._masking = masking_of(data, settings.mask_share)
        self._seed = seed
        self._compute = compute
        self._check_every = STEPS_BETWEEN_LOSS_CHECKS.get(compute.device.type, 1)
        self._loss = torch.zeros((), device=compute.device)
        self._scale = loss_scale(compute.device, compute.dtype)
        self._static: StaticSteps | None = None
        if compute.is_static and not self._scale.is_enabled():
            self._static = self._static_steps(corpus, settings.mask_share)
        self.budget = max(1, round(settings.epochs * len(corpus)))
        self.examples = 0

    @property
    def loss(self) -> float:
        """Mean loss over the masked tokens of the last batches, where later ones count more."""
        return self._loss.item()

    def encoder(self) -> dict[str, torch.Tensor]:
        """Return the encoder's weights, on the CPU, by their names in `model.base_model`."""
        return {name: tensor.detach().cpu() for name, tensor in self._encoder.base_model.state_dict().items()}

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the whole state of the stage by name; the tensors are not copies."""
        weights = {f"{MODEL}{name}": tensor for name, tensor in self._learnt.state_dict().items()}
        moments = {
            f"{OPTIMIZER}{index}.{name}": tensor
            for index, tensors in self._optimizer.state_dict()["state"].items()
            for name, tensor in tensors.items()
        }
        scale = {f"{SCALE}{name}": tensor for name, tensor in tensors_of_scale(self._scale).items()}
        return weights | moments | scale | {LOSS: self._loss}

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Continue where another trainer of the same stage was, after `examples` texts with these `tensors`."""
        weights = {name.removeprefix(MODEL): found for name, found in tensors.items() if name.startswith(MODEL)}
        self._learnt.load_state_dict(weights)
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith(OPTIMIZER):
                index, _, name = key.removeprefix(OPTIMIZER).partition(".")
                state.setdefault(int(index), {})[name] = value
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": state})
        scale = {name.removeprefix(SCALE): found for name, found in tensors.items() if name.startswith(SCALE)}
        resume_scale(self._scale, scale)
        self._loss.copy_(tensors[LOSS])
        if self._static is not None:
            self._static.release()  # graphs write to the tensors that the optimizer had before
            self._masked_step.bind()
        self._batches.skip_to(examples)
        self.examples = examples

    def steps(self) -> Iterator[None]:
        """Train to the end of the budget, and yield after each step.

        Raises:
            Diverged: the loss is NaN or infinite.
        """
        self._encoder.train()
        with self._compute.parts.sparing(self._release):
            for step, batch in enumerate(self._batches.take(self.budget - self.examples), start=1):
                self._step(batch)
                if step % self._check_every == 0:
                    self._check()
                yield
            self._check()
            self._release()

    def _step(self, batch: Batch) -> None:
        masked = self._masking.cover(batch, np.random.default_rng([self._seed, self.examples]))
        if not self._static_step(masked):
            self._dynamic_step(masked)
        self.examples += len(batch)

    def _static_steps(self, corpus: EncodedSplit, share: float) -> StaticSteps:
        longest = longest_bucket(int(corpus.lengths.max()), self._encoder.config)
        self._masked_step = MaskedStep(
            self._encoder,
            self._head,
            self._optimizer,
            self._learnt,
            rows=BATCH_SIZE,
            longest=longest,
            share=share,
            clip=self._settings.gradient_clip,
            dtype=self._compute.dtype,
            device=self._compute.device,
        )
        self._loss = self._masked_step.total
        return StaticSteps(self._masked_step, corpus.lengths, longest, graphs=self._compute.graphs)

    def _static_step(self, masked: MaskedBatch) -> bool:
        """Train on a batch in one of a few shapes.

        It returns False, with nothing changed, if the batch must be trained on otherwise: memory is short for it, or
        more tokens are masked than a step has room for.
        """
        parts, length = self._compute.parts, masked.batch.tokens.shape[1]
        if self._static is None:
            return False
        if parts.count == 1 and masked.guesses <= self._masked_step.most_masked(length):
            with self._static.running():
                self._masked_step.load(masked, self._learning_rate_factor(len(masked.batch)), self._last_weight)
                if self._static.run(length):
                    return True
            parts.count = 2
        self._static.release()
        return False

    def _dynamic_step(self, masked: MaskedBatch) -> None:
        """Train on a batch in its own shape."""
        factor = self._learning_rate_factor(len(masked.batch))
        for group in self._optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        loss = self._compute.parts.fit(len(masked.batch), lambda parts: self._backward(masked, parts))
        self._scale.unscale_(self._optimizer)
        clip_grad_norm_(self._learnt.parameters(), self._settings.gradient_clip)
        align_gradients(self._optimizer)
        self._scale.step(self._optimizer)
        self._scale.update()
        self._optimizer.zero_grad(set_to_none=True)
        self._loss.lerp_(loss, self._last_weight)
        if self._static is not None:
            self._masked_step.bind()

    @property
    def _last_weight(self) -> float:
        return LAST_BATCH_WEIGHT if self.examples else 1.0

    def _release(self) -> bool:
        """Give up the memory that steps of a few shapes hold; False if there is none."""
        return self._static is not None and self._static.release()

    def _backward(self, masked: MaskedBatch, parts: int) -> torch.Tensor:
        """Compute the gradients of the mean loss over all masked tokens, and return that loss."""
        self._optimizer.zero_grad(set_to_none=True)  # a try that ran out of memory may have left some
        mean = torch.zeros((), device=self._compute.device)
        for part in masked.split(parts):
            loss = self._loss_of(part) / max(1, masked.guesses)
            self._scale.scale(loss).backward()  # type: ignore[no-untyped-call]
            mean += loss.detach()
        return mean

    def _loss_of(self, part: MaskedBatch) -> torch.Tensor:
        """Return the sum of the losses of the masked tokens; scores are computed for no others.

        Their positions are computed on the CPU, so that it need not wait for the GPU.
        """
        positions = np.flatnonzero(part.targets != NOTHING)
        mask = None if part.batch.mask is None else self._to_device(part.batch.mask)
        states = states_of(self._encoder, self._to_device(part.batch.tokens), mask, self._compute.dtype)
        chosen = states.flatten(0, 1)[self._to_device(positions)]
        scores = self._head.scores(chosen, self._encoder.get_input_embeddings().weight, self._compute.dtype)
        return cross_entropy(scores, self._to_device(part.targets.flat[positions]), reduction="sum")

    def _to_device(self, array: NDArray[Any]) -> torch.Tensor:
        """Copy the array to the device, asynchronously where possible."""
        tensor = torch.from_numpy(array)
        if self._compute.device.type != "cuda":
            return tensor
        return tensor.pin_memory().to(self._compute.device, non_blocking=True)

    def _learning_rate_factor(self, batch_size: int) -> float:
        progress = (self.examples + batch_size / 2) / self.budget
        return learning_rate_factor(progress, self._settings.warmup_share, self._settings.schedule)

    def _check(self) -> None:
        if not torch.isfinite(self._loss):
            raise Diverged(f"the loss of the pretraining is no longer finite after {self.examples} texts")


def _optimizer(settings: Pretraining) -> Optimizer:
    """Return the AdamW settings of RoBERTa (Liu et al., 2019, table 9), except for the learning rate."""
    return Optimizer(
        learning_rate=settings.learning_rate,
        beta1=0.9,
        beta2=0.98,
        epsilon=1e-6,
        weight_decay=0.01,
        warmup_share=0.06,
        schedule="linear",
        gradient_clip=1.0,
    )
