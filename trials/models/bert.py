"""The family `bert`: post-norm layers, learnt positions, and a classifier that reads the first token.

Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019.
"""

from typing import Any

from transformers import BertConfig, BertForSequenceClassification, PreTrainedModel

from search_spaces import Architecture
from trials.data import PADDING_ID
from trials.hub import label_fields
from trials.models.family import Family

RESIDUAL = ("output.dense",)
"""Name endings of the modules whose outputs are added to a layer's input, in BERT and in families derived from it."""


def build(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """Build a BERT classifier with initial weights."""
    config = BertConfig(
        classifier_dropout=architecture.classifier_dropout,
        attn_implementation="sdpa",
        **bert_fields(architecture, vocabulary_size=vocabulary_size, max_length=max_length, label_names=label_names),
    )
    return BertForSequenceClassification(config)


def bert_fields(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> dict[str, Any]:
    """Return the config fields that BERT and the families derived from it share."""
    return {
        "vocab_size": vocabulary_size,
        "hidden_size": architecture.width,
        "num_hidden_layers": architecture.depth,
        "num_attention_heads": architecture.heads,
        "intermediate_size": architecture.feed_forward_width,
        "hidden_act": architecture.activation,
        "hidden_dropout_prob": architecture.hidden_dropout,
        "attention_probs_dropout_prob": architecture.attention_dropout,
        "max_position_embeddings": max_length,
        "pad_token_id": PADDING_ID,
        **label_fields(label_names),
    }


BERT = Family(name="bert", poolings=("cls",), build=build, residual=RESIDUAL)
