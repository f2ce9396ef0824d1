"""The family `bert`: post-norm layers, learnt positions, and a classifier that reads the first token.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019.
"""

from transformers import BertConfig, BertForSequenceClassification, PreTrainedModel

from search_spaces import Architecture
from trials.data.special_tokens import PADDING_ID
from trials.models.family import Family, label_fields


def build(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """A BERT classifier with fresh weights."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=architecture.width,
        num_hidden_layers=architecture.depth,
        num_attention_heads=architecture.heads,
        intermediate_size=architecture.feed_forward_width,
        hidden_act=architecture.activation,
        hidden_dropout_prob=architecture.hidden_dropout,
        attention_probs_dropout_prob=architecture.attention_dropout,
        classifier_dropout=architecture.classifier_dropout,
        max_position_embeddings=max_length,
        pad_token_id=PADDING_ID,
        attn_implementation="sdpa",
        **label_fields(label_names),
    )
    return BertForSequenceClassification(config)


BERT = Family(name="bert", poolings=("cls",), build=build)
