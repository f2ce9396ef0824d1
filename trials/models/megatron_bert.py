"""The family `megatron-bert`: BERT with pre-norm layers, and a norm above the last one.

Shoeybi et al., "Megatron-LM: Training Multi-Billion Parameter Language Models Using Model Parallelism", 2019, section
5.3. Why norms before each half of a layer make deep models easier to train: Xiong et al., "On Layer Normalization in
the Transformer Architecture", 2020.
"""

from torch import nn
from transformers import MegatronBertConfig, MegatronBertForSequenceClassification, PreTrainedModel

from search_spaces import Architecture
from trials.models.bert import RESIDUAL, bert_fields
from trials.models.family import Family


def build(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """Build a Megatron BERT classifier with initial weights. Its config has one dropout for layers and classifier."""
    config = MegatronBertConfig(
        **bert_fields(architecture, vocabulary_size=vocabulary_size, max_length=max_length, label_names=label_names)
    )
    model = MegatronBertForSequenceClassification(config)
    model.dropout = nn.Dropout(architecture.classifier_dropout)
    return model


MEGATRON_BERT = Family(name="megatron-bert", poolings=("cls",), build=build, residual=RESIDUAL)
