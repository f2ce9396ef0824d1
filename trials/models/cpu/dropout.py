"""A dropout that is cheap on a CPU."""

import torch
from torch import nn


def rounded_share(p: float) -> float:
    """Return the multiple of 1/256 nearest to `p`, below 1: the share that `kept_bytes` drops."""
    return min(round(p * 256), 255) / 256


def kept_bytes(shape: torch.Size | tuple[int, ...], p: float) -> torch.Tensor:
    """Return a mask of that shape, on the CPU, uint8: 0 for a share `rounded_share(p)` of it, 1 elsewhere.

    Each element takes one random byte. torch draws a float for each, which takes ten times as long. Bytes are used
    instead of booleans because comparing into them and multiplying by them is vectorised.
    """
    size = torch.Size(shape).numel()
    words = torch.randint(-(2**63), 2**63 - 1, (size // 8 + 1,), dtype=torch.int64)
    return words.view(torch.uint8)[:size].view(shape).ge_(round(rounded_share(p) * 256))


class ByteDropout(nn.Dropout):
    """Zeroes a share `p` of the inputs and scales up the rest, as `torch.nn.Dropout` does, with `kept_bytes`.

    The scale fits the rounded share, so the mean stays right.
    """

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Drop a share of inputs of any shape, on the CPU; in evaluation, return them unchanged."""
        share = rounded_share(self.p)
        if not self.training or share == 0:
            return inputs
        scale = torch.tensor(1.0 / (1.0 - share), dtype=inputs.dtype)
        return inputs * (kept_bytes(inputs.shape, self.p) * scale)


def use_byte_dropout(model: nn.Module) -> None:
    """Replace every `torch.nn.Dropout` in `model` by a `ByteDropout`. Neither has weights to save."""
    for name, child in model.named_children():
        if isinstance(child, nn.Dropout):
            setattr(model, name, ByteDropout(child.p))
        else:
            use_byte_dropout(child)
