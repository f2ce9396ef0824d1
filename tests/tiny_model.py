"""A model that is made in no time."""

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

WORDS = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "film", "match", "goal", "market", "price", "win"),
    *("loss", "team", "bank", "good", "bad", "is", "was", "and", "in", "of", "share", "cup", "plot", "song", ",", "."),
)
LABEL_NAMES = ("business", "film", "sport")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of width 16 whose large random weights give each text clearly different logits."""
    folder = tmp_path_factory.mktemp("checkpoint") / "model"
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=12,
        initializer_range=1.0,
        id2label=dict(enumerate(LABEL_NAMES)),
        label2id={name: index for index, name in enumerate(LABEL_NAMES)},
    )
    torch.manual_seed(3)
    BertForSequenceClassification(config).save_pretrained(folder)
    vocabulary = {word: index for index, word in enumerate(WORDS)}
    BertTokenizerFast(vocab=vocabulary, model_max_length=12).save_pretrained(folder)
    return folder
