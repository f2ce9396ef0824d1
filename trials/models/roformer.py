"""The family `roformer`: post-norm layers as BERT's, rotary positions, and a classifier that reads the first token.

Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021.
"""

from torch import nn
from transformers import PreTrainedModel, RoFormerConfig, RoFormerForSequenceClassification

from search_spaces import Architecture
from trials.models.bert import RESIDUAL, bert_fields
from trials.models.family import Family, check_rotary


def build(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """Build a RoFormer classifier with initial weights. Its config has one dropout for layers and classifier.

    Raises:
        SpaceError: the head width is odd, which rotary positions cannot split into pairs.
    """
    check_rotary(architecture)
    config = RoFormerConfig(
        **bert_fields(architecture, vocabulary_size=vocabulary_size, max_length=max_length, label_names=label_names)
    )
    model = RoFormerForSequenceClassification(config)
    model.classifier.dropout = nn.Dropout(architecture.classifier_dropout)
    return model


ROFORMER = Family(name="roformer", poolings=("cls",), build=build, residual=RESIDUAL)
