"""Low-rank adapters of a pretrained encoder, by the `peft` library, and merging them into its weights."""

import warnings

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from search_spaces import LowRank
from trials.pretrained.layer_levels import levels_of

ADAPTED = "is_adapted"
"""Attribute that marks a model with an adapter."""


def add_adapter(model: PreTrainedModel, settings: LowRank) -> None:
    """Freeze the encoder and add trainable adapters to the matrices of its layers; new weights stay trainable.

    Raises:
        ValueError: the encoder has no such matrices.
    """
    from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - takes two seconds, and only this space needs it

    known = levels_of(model).heights
    new = [parameter for name, parameter in model.named_parameters() if name not in known]
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=_matrices(model, settings.targets),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*fan_in_fan_out")  # which it sets itself for transposed matrices
        inject_adapter_in_model(config, model)
    for parameter in new:
        parameter.requires_grad_(True)
    setattr(model, ADAPTED, True)


def is_adapted(model: nn.Module) -> bool:
    """Return whether `model` has an adapter."""
    return getattr(model, ADAPTED, False)


def merged_weights(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """Return the weights of `model` with its adapter merged into them; without an adapter, its own weights."""
    weights: dict[str, torch.Tensor] = model.state_dict()
    if not is_adapted(model):
        return weights
    from peft.tuners.lora import Linear  # noqa: PLC0415

    for name, module in model.named_modules():
        if isinstance(module, Linear):
            parts = {key: weights.pop(key) for key in list(weights) if key.startswith(f"{name}.")}
            (adapter,) = module.active_adapters
            with torch.no_grad():
                weights[f"{name}.weight"] = parts[f"{name}.base_layer.weight"] + module.get_delta_weight(adapter)
            if (bias := parts.get(f"{name}.base_layer.bias")) is not None:
                weights[f"{name}.bias"] = bias
    return weights


def _matrices(model: PreTrainedModel, targets: str) -> list[str]:
    """Return the names of the matrices within layers that get an adapter."""
    within = levels_of(model).within
    heights = levels_of(model).heights
    names = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear | Conv1D)  # the matrices of GPT-2 are the transpose of those of others
        and f"{name}.weight" in within
        and heights[f"{name}.weight"] > 0
        and (targets == "all" or "att" in name.rpartition(".layer")[2])
    ]
    if not names:
        raise ValueError(f"a {type(model).__name__} must have matrices for the targets {targets!r} of an adapter")
    return names
