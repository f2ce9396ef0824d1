"""ModernBERT's forward pass over the weights of the transformers model."""

import torch
from transformers import ModernBertForSequenceClassification

from trials.models.cpu.attention import attend
from trials.models.cpu.gated import GatedFeedForward
from trials.models.cpu.layers import linear, mean_of_real, padding_bias
from trials.models.cpu.rotary import RotaryProjection, rotations_of


def modernbert_logits(
    model: ModernBertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Return logits, shape (b, classes).

    If only the first token is read, the last layer is computed for it alone.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
    """
    reads_first = model.config.classifier_pooling == "cls"
    hidden = modernbert_states(model, tokens, mask, dtype, first_only=reads_first)
    pooled = hidden[:, 0] if reads_first else mean_of_real(hidden, mask)
    logits: torch.Tensor = model.classifier(model.drop(model.head(pooled)))
    return logits


def modernbert_states(
    model: ModernBertForSequenceClassification,
    tokens: torch.Tensor,
    mask: torch.Tensor | None,
    dtype: torch.dtype,
    *,
    first_only: bool = False,
) -> torch.Tensor:
    """Return the encoder's output for each token, shape (b, length, width).

    The model is one that `trials.models.modernbert` builds: all its layers attend globally, and linear layers have no
    bias. Products within layers are computed in `dtype`, residual sums in fp32.

    Args:
        model: the classifier.
        tokens: token ids, shape (b, length).
        mask: shape (b, length), True at real tokens; None if all are real.
        dtype: format of large products.
        first_only: compute the last layer for the first token only, shape (b, 1, width).
    """
    config, encoder = model.config, model.model
    heads, width = config.num_attention_heads, config.hidden_size
    rotations = rotations_of(
        tokens.shape[1], width, width // heads, config.rope_parameters["full_attention"]["rope_theta"]
    )
    bias = padding_bias(mask)
    hidden = encoder.embeddings(input_ids=tokens)
    for layer in encoder.layers:
        attention, mlp = layer.attn, layer.mlp
        projected = layer.attn_norm(hidden), attention.Wqkv.weight, rotations, heads, dtype
        queries, keys, values = RotaryProjection.apply(*projected)  # type: ignore[no-untyped-call]
        if first_only and layer is encoder.layers[-1]:
            queries, hidden = queries[:, :, :1], hidden[:, :1]
        mixed = attend(queries, keys, values, bias, attention.attention_dropout if model.training else 0.0)
        mixed = attention.out_drop(linear(mixed.transpose(1, 2).reshape(hidden.shape), attention.Wo, dtype))
        hidden = GatedFeedForward.apply(  # type: ignore[no-untyped-call]
            hidden + mixed,
            layer.mlp_norm.weight,
            mlp.Wi.weight,
            mlp.Wo.weight,
            config.norm_eps,
            config.hidden_activation,
            mlp.drop.p if model.training else 0.0,
            dtype,
        )
    states: torch.Tensor = encoder.final_norm(hidden)
    return states
