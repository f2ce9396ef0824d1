from pathlib import Path

import numpy as np
import pytest
from transformers import BertForSequenceClassification

from tests.tiny_model import tiny_model
from trials.classifiers.token_attributions import attribute_tokens
from trials.classifiers.transformer import TransformerClassifier

__all__ = ["tiny_model"]

TEXT = "The film is good, and the match was bad"


def test_the_weights_add_up_to_the_difference_from_padding(tiny_model: Path) -> None:
    classifier = TransformerClassifier(tiny_model)
    coarse, fine = (attribute_tokens(classifier, TEXT, 1, steps) for steps in (4, 512))
    total = sum(token.weight for token in fine.tokens)
    assert abs(fine.gap) < 0.02 * max(1.0, abs(total))
    assert abs(fine.gap) < abs(coarse.gap)


def test_tokens_are_places_in_the_text_as_far_as_the_model_reads_it(tiny_model: Path) -> None:
    found = attribute_tokens(TransformerClassifier(tiny_model), TEXT, 0)
    words = [TEXT[token.start : token.end] for token in found.tokens]
    assert words[:5] == ["The", "film", "is", "good", ","]
    assert len(words) == 10, "the model reads 12 tokens, two of which are added"


def test_a_token_that_the_model_does_not_look_at_has_no_weight(tiny_model: Path, tmp_path: Path) -> None:
    model = BertForSequenceClassification.from_pretrained(tiny_model)
    tokenizer = [file for file in tiny_model.iterdir() if file.name.startswith("tokenizer")]
    ids = TransformerClassifier(tiny_model)._tokenizer("good")["input_ids"]
    weights = model.get_input_embeddings().weight
    weights.data[ids[1]] = weights.data[model.config.pad_token_id]
    model.save_pretrained(tmp_path)
    for file in tokenizer:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    by_word = {
        TEXT[token.start : token.end]: token.weight
        for token in attribute_tokens(TransformerClassifier(tmp_path), TEXT, 0).tokens
    }
    assert by_word["good"] == pytest.approx(0.0, abs=1e-6)
    assert np.abs(list(by_word.values())).max() > 1e-3
