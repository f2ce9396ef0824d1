"""Small pretrained checkpoints, as others save them."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModel, BertConfig, PreTrainedConfig, PreTrainedTokenizerFast

from tests.trials.toy import FILLER, TOPICS

WORDS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>", *TOPICS, *FILLER)
"""In the order of RoBERTa's, in which padding is not 0."""

BERT_SIZES = {
    "vocab_size": len(WORDS),
    "hidden_size": 32,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 20,
    "pad_token_id": 1,
}
BERT = BertConfig(**BERT_SIZES)


def their_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(7)
    tokenizer.enable_padding(length=9)
    return tokenizer


def save_checkpoint(folder: Path, config: PreTrainedConfig = BERT, seed: int = 0) -> Path:
    """An encoder without a classifier, with a tokenizer that cuts and pads, which is not for us to follow."""
    torch.manual_seed(seed)
    AutoModel.from_config(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=their_tokenizer(),
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=512,
    ).save_pretrained(folder)
    return folder
