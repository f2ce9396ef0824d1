"""ModernBERT's forward pass over the weights of the transformers model."""

import torch
from transformers import ModernBertForSequenceClassification

from trials.models.fast.attention import attend
from trials.models.fast.gated import GatedFeedForward
from trials.models.fast.linear import linear
from trials.models.fast.padding import mean_of_real, padding_bias
from trials.models.fast.rotary import RotaryProjection, turns_of


def modernbert_logits(
    model: ModernBertForSequenceClassification, tokens: torch.Tensor, mask: torch.Tensor | None, dtype: torch.dtype
) -> torch.Tensor:
    """Logits (b, classes) of tokens (b, length); `mask` is True at real tokens, or None if all are real.

    For a model as `trials.models.modernbert` builds it: every layer attends globally, no linear layer but the last
    one has a bias. The layers' products are computed in `dtype`, all that they are added to in fp32. Where the first
    token alone is read, the last layer is computed for it alone.
    """
    config, encoder = model.config, model.model
    heads, width = config.num_attention_heads, config.hidden_size
    turns = turns_of(tokens.shape[1], width, width // heads, config.rope_parameters["full_attention"]["rope_theta"])
    bias = padding_bias(mask)
    reads_first = config.classifier_pooling == "cls"
    hidden = encoder.embeddings(input_ids=tokens)
    for layer in encoder.layers:
        attention, mlp = layer.attn, layer.mlp
        projected = layer.attn_norm(hidden), attention.Wqkv.weight, turns, heads, dtype
        queries, keys, values = RotaryProjection.apply(*projected)  # type: ignore[no-untyped-call]
        if reads_first and layer is encoder.layers[-1]:
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
    hidden = encoder.final_norm(hidden)
    pooled = hidden[:, 0] if reads_first else mean_of_real(hidden, mask)
    logits: torch.Tensor = model.classifier(model.drop(model.head(pooled)))
    return logits
