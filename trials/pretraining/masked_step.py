"""One step of the self-supervised stage, of a fixed shape, all of which happens on the device."""

import math
from contextlib import AbstractContextManager

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from trials.hardware import send
from trials.models.cpu import states_of
from trials.pretraining.masking import NOTHING, MaskedBatch
from trials.pretraining.mlm_head import MlmHead
from trials.training.static_steps import DeviceOptimizer

DEVIATIONS = 6
"""Standard deviations by which the number of masked tokens may exceed its mean; one batch in a billion has more."""

COUNT, FACTOR, WEIGHT, FACTS = 0, 1, 2, 3
"""Places in the input of a step: how many tokens are masked, the factor of the learning rate, and the weight of this
batch in the mean loss. The lengths of the texts come next, then the masked tokens, and then all tokens.
"""


class MaskedStep:
    """A step with always as many texts and as many masked tokens, of which the last ones may not count.

    Its input is one tensor on the device. A step reads nothing else from the CPU, and never waits for the device.

    Args:
        encoder: the encoder, on the device.
        head: predicts masked tokens.
        optimizer: trains both; it clips `learnt`.
        learnt: both.
        rows: texts in a batch.
        longest: largest number of tokens to which texts are padded.
        share: share of the tokens that are masked.
        clip: largest norm of all gradients together.
        dtype: format of large products.
        device: the device.
    """

    def __init__(
        self,
        encoder: PreTrainedModel,
        head: MlmHead,
        optimizer: torch.optim.Optimizer,
        learnt: nn.Module,
        *,
        rows: int,
        longest: int,
        share: float,
        clip: float,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self._encoder = encoder
        self._head = head
        self._optimizer = DeviceOptimizer(optimizer, learnt, clip, device)
        self._rows = rows
        self._longest = longest
        self._share = share
        self._dtype = dtype
        self._most = self.most_masked(longest)
        self._input = torch.zeros(FACTS + rows + 2 * self._most + rows * longest, dtype=torch.float64, device=device)
        self._columns = torch.arange(longest, device=device)
        self._order = torch.arange(self._most, device=device)
        self.total = torch.zeros((), device=device)
        """Mean loss of the last batches, where later ones count more."""

    def most_masked(self, length: int) -> int:
        """Return the number of masked tokens for which a step over texts of `length` tokens has room."""
        tokens = self._rows * length
        mean = self._share * tokens
        return min(tokens, math.ceil(mean + DEVIATIONS * math.sqrt(mean * (1 - self._share)) + 1))

    def bind(self) -> None:
        """Take the optimizer back, after it has loaded a state or made a step of another kind."""
        self._optimizer.bind()

    def capturable(self) -> AbstractContextManager[None]:
        """Return a context in which the step can be captured."""
        return self._optimizer.capturable()

    def forget(self) -> None:
        """Drop the gradients that an attempt may have left."""
        self._optimizer.forget()

    def load(self, masked: MaskedBatch, factor: float, weight: float) -> None:
        """Send the input of the next step to the device.

        Args:
            masked: the batch, with at most as many texts and masked tokens as the step has room for.
            factor: share of the peak learning rates.
            weight: weight of its loss in `total`, in (0, 1].
        """
        tokens, mask = masked.batch.tokens, masked.batch.mask
        count, length = tokens.shape
        rows, columns = np.nonzero(masked.targets != NOTHING)
        values = np.zeros(len(self._input))
        values[COUNT], values[FACTOR], values[WEIGHT] = len(rows), factor, weight
        lengths, places, targets, texts = np.split(values[FACTS:], self._edges())
        lengths[:] = length  # texts that are not there are as long as the first one, whose tokens they have
        lengths[:count] = length if mask is None else mask.sum(axis=1)
        lengths[count:] = lengths[0]
        places[: len(rows)] = rows * self._longest + columns
        targets[: len(rows)] = masked.targets[rows, columns]
        padded = texts.reshape(self._rows, self._longest)
        padded[:count, :length] = tokens
        padded[count:] = padded[0]
        send(values, self._input)

    def backward(self, length: int) -> torch.Tensor:
        """Set the gradients of the mean loss over the masked tokens, and return that loss.

        Args:
            length: tokens to which texts are padded.
        """
        self.forget()  # an attempt that failed may have left gradients
        most = self.most_masked(length)
        lengths, places, targets, texts = torch.tensor_split(self._input[FACTS:], self._edges())
        tokens = texts.view(self._rows, self._longest)[:, :length].long()
        mask = self._columns[:length] < lengths[:, None]
        states = states_of(self._encoder, tokens, mask, self._dtype)
        rows, columns = (places[:most].long() // self._longest), places[:most].long() % self._longest
        chosen = states.flatten(0, 1).index_select(0, rows * length + columns)
        scores = self._head.scores(chosen, self._encoder.get_input_embeddings().weight, self._dtype)
        each = cross_entropy(scores, targets[:most].long(), reduction="none")
        count = self._input[COUNT]
        loss = torch.where(self._order[:most] < count, each, 0.0).sum() / count.clamp(min=1.0).float()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    def update(self, losses: torch.Tensor) -> None:
        """Clip the gradients, change the weights, drop the gradients, and let the loss `losses` count in `total`."""
        self._optimizer.update(self._input[FACTOR])
        self.total.lerp_(losses, self._input[WEIGHT].float())

    def _edges(self) -> tuple[int, int, int]:
        """Return where the parts of the input end, after the facts."""
        return self._rows, self._rows + self._most, self._rows + 2 * self._most
