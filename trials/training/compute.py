"""Device and number format of a trial."""

from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel

from trials.data.encoding import Batch
from trials.hardware import MicroBatches
from trials.models.cpu import logits_of

STATIC_DEVICES = {"cuda"}
"""Device types on which batches are padded to a few shapes. On a CPU, padding costs more than a new shape does."""


@dataclass(frozen=True)
class Compute:
    """Where and how a trial computes.

    Attributes:
        device: the device.
        dtype: format of large products: fp32, bf16 or fp16; all else is fp32.
        parts: number of parts in which each batch is computed.
        graphs: whether training steps become CUDA graphs, on a GPU and where they can.
    """

    device: torch.device
    dtype: torch.dtype
    parts: MicroBatches = field(default_factory=MicroBatches)
    graphs: bool = True

    @property
    def is_static(self) -> bool:
        """Whether batches are padded to a few shapes, so that steps can be CUDA graphs."""
        return self.device.type in STATIC_DEVICES

    def logits(self, model: PreTrainedModel, batch: Batch) -> torch.Tensor:
        """Return the logits of a batch on the device, fp32, shape (b, classes).

        Args:
            model: the classifier, on the device.
            batch: the batch, in main memory.
        """
        mask = None if batch.mask is None else torch.from_numpy(batch.mask).to(self.device, non_blocking=True)
        tokens = torch.from_numpy(batch.tokens).to(self.device, non_blocking=True)
        return logits_of(model, tokens, mask, self.dtype)
