"""One training step of all members of a pack, all of which happens on the device."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from trials.hardware import send
from trials.tasks import UNSCALED, Scale
from trials.training.packs.member_losses import member_losses
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.stacked_adamw import adamw_step
from trials.training.packs.stacked_model import StackedModel
from trials.training.static_steps import DeviceSplit

COUNT, FACTOR = -2, -1
"""Places in a member's input of a step, after the rows of its batch."""


class PackStep:
    """A step in which each member has a batch of its own, of which the last rows may not count.

    A member with a batch without rows is not changed. What is not finite in one member does not reach another.

    Args:
        model: the models.
        settings: their settings.
        texts: the training texts, on the device.
        rows: rows of each batch.
        dtype: format of large products.
        scale: the scale of the labels in training.
    """

    def __init__(
        self,
        model: StackedModel,
        settings: MemberSettings,
        texts: DeviceSplit,
        *,
        rows: int,
        dtype: torch.dtype,
        scale: Scale = UNSCALED,
    ) -> None:
        self._model = model
        self._settings = settings
        self._texts = texts
        self._rows = rows
        self._dtype = dtype
        self._scale = scale
        self._order = torch.arange(rows, device=texts.device)
        self.resize(len(settings.steps))

    def resize(self, places: int) -> None:
        """Make a step of another number of places; sums of losses begin at zero."""
        self._input = torch.zeros(places, self._rows + 2, dtype=torch.float64, device=self._texts.device)
        self.total = torch.zeros(places, device=self._texts.device)
        """Sum of the losses of each member so far, shape (places,)."""

    @contextmanager
    def capturable(self) -> Iterator[None]:
        """Do nothing: the step can be captured as it is."""
        yield

    def forget(self) -> None:
        """Drop the gradients that an attempt may have left."""
        for group in self._model.weights.groups:
            group.forget_gradients()

    def load(self, batches: list[NDArray[np.int64]], factors: list[float]) -> None:
        """Send the input of the next step to the device.

        Args:
            batches: row indices of the batch of each place; empty for a place that pauses.
            factors: share of the peak learning rates of each place.
        """
        values = np.zeros(self._input.shape, dtype=np.float64)
        for own, rows in zip(values, batches, strict=True):
            own[:COUNT] = rows[0] if len(rows) else 0
            own[: len(rows)] = rows
            own[COUNT] = len(rows)
        values[:, FACTOR] = factors
        send(values, self._input)

    def backward(self, length: int) -> torch.Tensor:
        """Set the gradients of each member's mean loss; return the sum of the losses of each, shape (places,).

        Args:
            length: tokens to which texts are padded.
        """
        self.forget()
        rows, counts = self._input[:, :COUNT].long(), self._input[:, COUNT].float()
        tokens, mask = self._texts.batch(rows.flatten(), length)
        shape = (*rows.shape, length)
        logits = self._model.logits(tokens.view(shape), mask.view(shape), self._dtype)
        each = member_losses(self._settings, self._scale, logits, self._texts.labels[rows])
        totals = torch.where(self._order < counts[:, None], each, 0.0).sum(1)
        (totals / counts.clamp(min=1.0)).sum().backward()  # type: ignore[no-untyped-call]
        return totals.detach()

    def update(self, losses: torch.Tensor) -> None:
        """Change the weights, drop the gradients, and add the sums of losses `losses` to `total`."""
        takes_part = (self._input[:, COUNT] > 0).float()
        with torch.no_grad():
            adamw_step(self._model.weights, self._settings, self._input[:, FACTOR].float(), takes_part)
        self.forget()
        self.total.add_(losses)
