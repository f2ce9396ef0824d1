"""The last layer of a classifier of transformers, which computes its logits."""

from collections.abc import Mapping

import torch
from torch import nn
from transformers import PreTrainedModel

from trials.errors import PretrainedError
from trials.tasks import Scale

TOKENS = 3
"""Number of tokens on which a layer is checked."""


def head_of(model: PreTrainedModel) -> str | None:
    """Return the name of the linear layer whose outputs are the logits of `model`; None if there is none.

    Nothing is assumed about a family: the layer must give the logits for some tokens.

    Args:
        model: a classifier, in any mode; nothing in it is changed.
    """
    candidates = [(name, module) for name, module in model.named_modules() if _may_be_head(module, model)]
    if not candidates:
        return None
    name, module = candidates[-1]
    seen = list[torch.Tensor]()
    handle = module.register_forward_hook(lambda _, __, output: seen.append(output))
    was_training, device = model.training, next(model.parameters()).device
    tokens = torch.arange(TOKENS, device=device)[None] % model.config.vocab_size
    try:
        with torch.inference_mode():
            logits = model.eval()(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits
    finally:
        handle.remove()
        model.train(was_training)
    is_head = len(seen) == 1 and any(torch.equal(row, logits[0]) for row in seen[0].reshape(-1, logits.shape[1]))
    return name if is_head else None


def tempered(weights: Mapping[str, torch.Tensor], head: str, temperature: float) -> dict[str, torch.Tensor]:
    """Return weights that give the same logits, divided by a temperature.

    Args:
        weights: all weights of a classifier by name.
        head: name of the layer that computes the logits.
        temperature: by which the weights of that layer are divided.
    """
    own = {f"{head}.weight", f"{head}.bias"}
    return {name: tensor / temperature if name in own else tensor for name, tensor in weights.items()}


def rescaled(weights: Mapping[str, torch.Tensor], head: str, scale: Scale) -> dict[str, torch.Tensor]:
    """Return weights that give the same outputs on the scale of the labels.

    Args:
        weights: all weights of a model of numbers by name.
        head: name of the layer that computes its outputs.
        scale: the scale on which it was trained.

    Raises:
        PretrainedError: the layer has no bias, so it cannot be moved to the scale.
    """
    matrix, bias = f"{head}.weight", f"{head}.bias"
    if bias not in weights:
        raise PretrainedError(
            f"the last layer {head!r} of a model of numbers must have a bias, so that it can be written on the scale "
            "of the data, but that of this kind of checkpoint has none; start from another one, such as a BERT"
        )
    changed = {matrix: weights[matrix] * scale.deviation, bias: weights[bias] * scale.deviation + scale.mean}
    return {**weights, **changed}


def _may_be_head(module: nn.Module, model: PreTrainedModel) -> bool:
    """Return whether `module` has an output for each class, and is no part of the encoder."""
    if not isinstance(module, nn.Linear) or module.out_features != model.config.num_labels:
        return False
    return model.base_model is model or module not in set(model.base_model.modules())
