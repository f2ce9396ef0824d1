"""Dropout whose rate differs between the members of a pack."""

from copy import deepcopy
from dataclasses import replace

import torch
from torch import nn
from transformers import PreTrainedConfig

from search_spaces import Architecture, Pretrained

HIDDEN, CLASSIFIER = 0.1234567, 0.2345678
"""Marks: rates that no space has, by which the dropouts of hidden states and of the classifier are told apart."""


class MemberDropout(nn.Dropout):
    """Zeroes inputs at the rate in its buffer `rate`, which holds a value for each member of a pack.

    `p` stays as it is, because some attention layers pass it to their kernel.

    Args:
        p: the rate of the module that this one replaces.
    """

    rate: torch.Tensor

    def __init__(self, p: float) -> None:
        super().__init__(p)
        self.register_buffer("rate", torch.tensor(p), persistent=False)
        self.is_off = p == 0.0
        """Whether no member drops anything here."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Drop a share `rate` of the inputs, of any shape; in evaluation, return them unchanged."""
        if not self.training or self.is_off:
            return inputs
        kept = torch.rand_like(inputs, dtype=torch.float32) >= self.rate
        return inputs * (kept / (1.0 - self.rate)).to(inputs.dtype)


def marked(architecture: Architecture | Pretrained) -> Architecture | Pretrained:
    """Return the architecture with rates by which the dropouts that may differ are found in its model."""
    return replace(architecture, hidden_dropout=HIDDEN, classifier_dropout=CLASSIFIER)


def use_member_dropout(model: nn.Module) -> dict[str, MemberDropout]:
    """Replace every dropout in `model`, and return the new ones by the names of their buffers."""
    replaced: dict[str, MemberDropout] = {}
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Dropout):
            parent, _, own = name.rpartition(".")
            replaced[f"{name}.rate"] = MemberDropout(module.p)
            setattr(model.get_submodule(parent), own, replaced[f"{name}.rate"])
    return replaced


def rate_for(value: float, architecture: Architecture | Pretrained) -> float:
    """Return the rate that `architecture` has where a marked model has `value`."""
    return {HIDDEN: architecture.hidden_dropout, CLASSIFIER: architecture.classifier_dropout}.get(value, value)


def config_for(config: PreTrainedConfig, architecture: Architecture | Pretrained) -> PreTrainedConfig:
    """Return the config of a marked model with the rates of `architecture`."""
    own = deepcopy(config)
    for name, value in config.to_dict().items():
        if value in (HIDDEN, CLASSIFIER):
            setattr(own, name, rate_for(value, architecture))
    return own
