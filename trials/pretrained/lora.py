"""Low-rank matrices beside those of a pretrained encoder, by the `peft` library; and one set of weights of both."""

import torch
from torch import nn
from transformers import PreTrainedModel

from search_spaces import LowRank
from trials.pretrained.layer_levels import levels_of

ADAPTED = "is_adapted"
"""What a model that has an adapter is marked with."""


def add_adapter(model: PreTrainedModel, settings: LowRank) -> None:
    """Has the matrices of the encoder's layers be trained by what is beside them, and all that is new as it is.

    Raises:
        ValueError: the encoder has no such matrices.
    """
    from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - two seconds that only this space is worth

    known = levels_of(model).heights
    new = [parameter for name, parameter in model.named_parameters() if name not in known]
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=_matrices(model, settings.targets),
    )
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
    """The names of the matrices within layers that an adapter is beside."""
    within = levels_of(model).within
    heights = levels_of(model).heights
    names = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        and f"{name}.weight" in within
        and heights[f"{name}.weight"] > 0
        and (targets == "all" or "att" in name.rpartition(".layer")[2])
    ]
    if not names:
        raise ValueError(f"a {type(model).__name__} must have matrices for the targets {targets!r} of an adapter")
    return names
