"""An optimizer whose learning rates lie on the device, so that its steps can be captured."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from trials.training.optimization import align_gradients


class DeviceOptimizer:
    """Clips gradients and changes weights, without a look at anything on the CPU.

    Args:
        optimizer: the optimizer, whose learning rates become tensors on the device.
        model: what it trains; the gradients of all its weights are clipped together.
        clip: their largest norm.
        device: where the weights are.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, model: nn.Module, clip: float, device: torch.device) -> None:
        self._optimizer = optimizer
        self._model = model
        self._clip = clip
        self._peaks = torch.tensor([group["initial_lr"] for group in optimizer.param_groups], device=device)
        self._rates = torch.zeros_like(self._peaks)
        self.bind()

    def bind(self) -> None:
        """Give the optimizer's groups the learning rates on the device; needed again after it got others."""
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
        """Drop the gradients."""
        self._optimizer.zero_grad(set_to_none=True)

    def update(self, factor: torch.Tensor) -> None:
        """Clip the gradients, change the weights, and drop the gradients.

        Args:
            factor: share of the peak learning rates, on the device.
        """
        torch.mul(self._peaks, factor.float(), out=self._rates)
        clip_grad_norm_(self._model.parameters(), self._clip)
        align_gradients(self._optimizer)
        self._optimizer.step()
        self.forget()
