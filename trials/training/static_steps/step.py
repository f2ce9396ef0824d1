"""One training step of a fixed shape, all of which happens on the device."""

from contextlib import AbstractContextManager

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from trials.hardware import send
from trials.models.cpu import logits_of
from trials.training.optimization import RowLosses
from trials.training.static_steps.device_optimizer import DeviceOptimizer
from trials.training.static_steps.device_split import DeviceSplit

COUNT, FACTOR = -2, -1
"""Places in the input of a step, after the rows of the batch."""


class StaticStep:
    """A step with always as many rows, of which the last ones may not count.

    Its input is one tensor on the device: the rows of the batch, how many of them count, and the factor of the learning
    rate. A step reads nothing else from the CPU, and never waits for the device.

    Args:
        model: the classifier, on the device.
        optimizer: its optimizer, whose learning rates become tensors on the device.
        losses: the loss of each row.
        texts: the training texts, on the device.
        rows: rows of each batch.
        clip: largest norm of all gradients together.
        dtype: format of large products.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        optimizer: torch.optim.Optimizer,
        losses: RowLosses,
        texts: DeviceSplit,
        *,
        rows: int,
        clip: float,
        dtype: torch.dtype,
    ) -> None:
        self._model = model
        self._optimizer = DeviceOptimizer(optimizer, model, clip, texts.device)
        self._losses = losses
        self._texts = texts
        self._rows = rows
        self._dtype = dtype
        device = texts.device
        self._input = torch.zeros(rows + 2, dtype=torch.float64, device=device)
        self._places = torch.arange(rows, device=device)
        self.total = torch.zeros((), device=device)

    def bind(self) -> None:
        """Give the optimizer's groups the learning rates on the device; needed again after it has loaded a state."""
        self._optimizer.bind()

    def capturable(self) -> AbstractContextManager[None]:
        """Return a context in which the optimizer agrees to be captured; outside of it torch would warn of that."""
        return self._optimizer.capturable()

    def forget(self) -> None:
        """Drop the gradients that an attempt may have left."""
        self._optimizer.forget()

    def load(self, rows: NDArray[np.int64], factor: float) -> None:
        """Send the input of the next step to the device.

        Args:
            rows: row indices of the batch, at most as many as the step has; others get its first row, and weight 0.
            factor: share of the peak learning rates.
        """
        values = np.full(self._rows + 2, rows[0], dtype=np.float64)
        values[: len(rows)] = rows
        values[COUNT], values[FACTOR] = len(rows), factor
        send(values, self._input)

    def backward(self, length: int) -> torch.Tensor:
        """Set the gradients of the mean loss over the rows that count; return the sum of their losses.

        Args:
            length: tokens to which texts are padded.
        """
        self.forget()  # an attempt that failed may have left gradients
        rows, count = self._input[:COUNT].long(), self._input[COUNT].float()
        tokens, mask = self._texts.batch(rows, length)
        logits = logits_of(self._model, tokens, mask, self._dtype)
        each = self._losses(logits, self._texts.labels[rows])
        total = (each * (self._places < count)).sum()
        (total / count).backward()  # type: ignore[no-untyped-call]
        return total.detach()

    def update(self, loss: torch.Tensor) -> None:
        """Clip the gradients, change the weights, drop the gradients, and add the sum of losses `loss` to `total`."""
        self._optimizer.update(self._input[FACTOR])
        self.total.add_(loss)
