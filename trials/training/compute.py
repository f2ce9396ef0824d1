"""Where a trial computes, and in which format."""

from dataclasses import dataclass, field

import torch
from transformers import PreTrainedModel

from trials.data.encoding import Batch
from trials.hardware import MicroBatches
from trials.models.cpu import logits_of


@dataclass(frozen=True)
class Compute:
    """Where a trial computes, in which format (fp32, or bf16 for large products), and in how many parts each batch."""

    device: torch.device
    dtype: torch.dtype
    parts: MicroBatches = field(default_factory=MicroBatches)

    def logits(self, model: PreTrainedModel, batch: Batch) -> torch.Tensor:
        """Logits of `batch` on the device, fp32, shape (b, classes)."""
        mask = None if batch.mask is None else torch.from_numpy(batch.mask).to(self.device, non_blocking=True)
        tokens = torch.from_numpy(batch.tokens).to(self.device, non_blocking=True)
        return logits_of(model, tokens, mask, self.dtype)
