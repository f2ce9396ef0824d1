"""A split whose tokens lie on the device, where batches are put together without the CPU."""

import torch

from trials.data import EncodedSplit


class DeviceSplit:
    """The texts of a split on a device.

    Args:
        split: the texts.
        device: where its tokens are kept; they take 4 bytes each.
    """

    def __init__(self, split: EncodedSplit, device: torch.device) -> None:
        self._tokens = torch.tensor(split.tokens, device=device)
        self._offsets = torch.tensor(split.offsets, device=device)
        self._padding_id = split.padding_id
        self.labels = torch.tensor(split.learned, device=device)
        self.device = device

    def batch(self, rows: torch.Tensor, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the tokens of some texts and the mask of what is real, both of shape (b, length).

        Args:
            rows: indices of the texts, on the device, shape (b,).
            length: tokens to which texts are padded; at least those of the longest one.
        """
        starts = self._offsets[rows]
        columns = torch.arange(length, device=self.device)
        mask = columns < (self._offsets[rows + 1] - starts)[:, None]
        places = (starts[:, None] + columns).clamp_(max=len(self._tokens) - 1)
        return self._tokens[places].long().masked_fill_(~mask, self._padding_id), mask
