"""A probe as one torch module, from token ids to logits."""

from copy import deepcopy

import torch

from search_spaces import POOLINGS
from trials.probe.features import pooled_layers
from trials.probe.model import ProbeClassifier


class ProbeModule(torch.nn.Module):
    """Encoder, pooling and head of a probe.

    Args:
        probe: the probe, whose head is shared. Its encoder is copied, as the module may be moved, and other probes may
            have the same encoder.
    """

    def __init__(self, probe: ProbeClassifier) -> None:
        super().__init__()
        self.encoder = deepcopy(probe.encoder)
        self._head = probe.head
        self._pooling = POOLINGS.index(probe.point.pooling)
        self._layers = probe.point.layers

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return logits (n, classes) of token ids and their mask, both (n, tokens)."""
        outputs = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        features = pooled_layers(outputs.hidden_states[1:], attention_mask.bool())[:, self._pooling]
        return self._head.logits(features[:, -self._layers :].flatten(1))


def probe_module(probe: ProbeClassifier) -> ProbeModule:
    """Return `probe` as a torch module; gradients do not flow through it."""
    return ProbeModule(probe).requires_grad_(False)
