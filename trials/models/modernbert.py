"""The family `modernbert`: pre-norm layers, rotary positions, gated feed-forward, pooling over the first or all tokens.

Warner et al., "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder", 2024. Every layer attends globally:
texts here are short, and the local layers of the paper only pay on long ones.
"""

from transformers import ModernBertConfig, ModernBertForSequenceClassification, PreTrainedModel

from search_spaces import Architecture
from trials.data import PADDING_ID
from trials.hub import label_fields
from trials.models.family import CLS_ID, SEP_ID, Family, check_rotary


def build(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """Build a ModernBERT classifier with initial weights.

    Raises:
        SpaceError: the head width is odd, which rotary positions cannot split into pairs.
    """
    check_rotary(architecture)
    config = ModernBertConfig(
        vocab_size=vocabulary_size,
        hidden_size=architecture.width,
        num_hidden_layers=architecture.depth,
        num_attention_heads=architecture.heads,
        intermediate_size=architecture.feed_forward_width,
        hidden_activation=architecture.activation,
        embedding_dropout=architecture.hidden_dropout,
        mlp_dropout=architecture.hidden_dropout,
        attention_dropout=architecture.attention_dropout,
        classifier_dropout=architecture.classifier_dropout,
        classifier_pooling=architecture.pooling,
        layer_types=["full_attention"] * architecture.depth,
        max_position_embeddings=max_length,
        pad_token_id=PADDING_ID,
        cls_token_id=CLS_ID,
        sep_token_id=SEP_ID,
        bos_token_id=CLS_ID,
        eos_token_id=SEP_ID,
        attn_implementation="sdpa",
        **label_fields(label_names),
    )
    return ModernBertForSequenceClassification(config)


MODERNBERT = Family(name="modernbert", poolings=("cls", "mean"), build=build, residual=("attn.Wo", "mlp.Wo"))
