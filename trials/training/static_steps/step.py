"""One training step of a fixed shape, all of which happens on the device."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import clip_grad_norm_
from transformers import PreTrainedModel

from trials.models.cpu import logits_of
from trials.training.loss import RowLosses
from trials.training.optimizer import align_gradients
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
        self._optimizer = optimizer
        self._losses = losses
        self._texts = texts
        self._rows = rows
        self._clip = clip
        self._dtype = dtype
        device = texts.device
        self._input = torch.zeros(rows + 2, dtype=torch.float64, device=device)
        self._places = torch.arange(rows, device=device)
        self._peaks = torch.tensor([group["initial_lr"] for group in optimizer.param_groups], device=device)
        self._rates = torch.zeros_like(self._peaks)
        self.total = torch.zeros((), device=device)
        self.bind()

    def bind(self) -> None:
        """Give the optimizer's groups the learning rates on the device; needed again after it has loaded a state."""
        for place, group in enumerate(self._optimizer.param_groups):
            group["lr"] = self._rates[place]

    @contextmanager
    def capturable(self) -> Iterator[None]:
        """Within the block, the optimizer agrees to be captured; outside of it torch would warn of that."""
        groups = self._optimizer.param_groups
        for group in groups:
            group["capturable"] = True
        try:
            yield
        finally:
            for group in groups:
                group["capturable"] = False

    def forget(self) -> None:
        """Drop the gradients that an attempt may have left."""
        self._optimizer.zero_grad(set_to_none=True)

    def load(self, rows: NDArray[np.int64], factor: float) -> None:
        """Send the input of the next step to the device.

        Args:
            rows: row indices of the batch, at most as many as the step has; others get its first row, and weight 0.
            factor: share of the peak learning rates.
        """
        values = np.full(self._rows + 2, rows[0], dtype=np.float64)
        values[: len(rows)] = rows
        values[COUNT], values[FACTOR] = len(rows), factor
        told = torch.from_numpy(values)
        if self._input.device.type == "cuda":
            told = told.pin_memory()
        self._input.copy_(told, non_blocking=True)

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
        torch.mul(self._peaks, self._input[FACTOR].float(), out=self._rates)
        clip_grad_norm_(self._model.parameters(), self._clip)
        align_gradients(self._optimizer)
        self._optimizer.step()
        self.forget()
        self.total.add_(loss)
