"""Features of texts, against the outputs of the encoder for each text alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoModel, BertConfig, PreTrainedModel

from search_spaces import HIGHEST, POOLINGS, PretrainedText, Probe
from tests.trials.pretrained.checkpoints import BERT_SIZES
from tests.trials.toy import encode, toy_texts
from trials.data.dataset import EncodedSplit
from trials.hardware import MicroBatches
from trials.probe import features
from trials.probe.features import chosen, encoder_features
from trials.training.compute import Compute

CPU = Compute(torch.device("cpu"), torch.float32)
SPLIT: EncodedSplit = encode(*toy_texts(30, seed=1))
WIDTH = BERT_SIZES["hidden_size"]


def built(layers: int) -> PreTrainedModel:
    torch.manual_seed(0)
    return AutoModel.from_config(
        BertConfig(**{**BERT_SIZES, "num_hidden_layers": layers, "max_position_embeddings": 24})
    )


def alone(encoder: PreTrainedModel, row: int) -> tuple[torch.Tensor, ...]:
    """Outputs of each layer for one text, (length, width)."""
    tokens = torch.from_numpy(SPLIT.tokens[SPLIT.offsets[row] : SPLIT.offsets[row + 1]].copy()).long()
    with torch.no_grad():
        states = encoder.eval()(tokens[None], output_hidden_states=True).hidden_states
    return tuple(layer[0] for layer in states[1:])


@pytest.mark.parametrize("layers", [2, 5])
def test_they_are_those_of_each_text_alone_whatever_batch_it_is_in(layers, monkeypatch):
    monkeypatch.setitem(features.EVALUATION_TOKENS, "cpu", 50)  # several batches
    encoder, rows = built(layers), np.array([5, 0, 17, 5, 29])
    found = encoder_features(encoder, SPLIT, rows, CPU)
    levels = min(layers, HIGHEST)
    assert found.shape == (5, len(POOLINGS), levels, WIDTH)
    assert found.dtype == np.float32
    for place, row in enumerate(rows):
        for level, expected in enumerate(alone(encoder, row)[-levels:]):
            np.testing.assert_allclose(found[place, POOLINGS.index("mean"), level], expected.mean(0), atol=1e-5)
            np.testing.assert_allclose(found[place, POOLINGS.index("first"), level], expected[0], atol=1e-5)


def test_in_parts_they_are_the_same():
    encoder, rows = built(2), np.arange(7)
    parts = replace(CPU, parts=MicroBatches(3))
    np.testing.assert_allclose(
        encoder_features(encoder, SPLIT, rows, parts), encoder_features(encoder, SPLIT, rows, CPU), atol=1e-6
    )


def test_an_encoder_that_is_in_training_is_asked_without_dropout():
    encoder = built(1).train()
    first, again = (encoder_features(encoder, SPLIT, np.arange(3), CPU) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("layers", [1, 2, HIGHEST])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_probe_reads_the_highest_layers_of_its_pooling_side_by_side(pooling, layers):
    found = np.random.default_rng(0).normal(size=(3, len(POOLINGS), HIGHEST, 5)).astype(np.float32)
    point = Probe(PretrainedText("minilm", 8), pooling, layers, hidden=0, penalty=1.0)
    expected = [found[:, POOLINGS.index(pooling), HIGHEST - layers + level] for level in range(layers)]
    np.testing.assert_array_equal(chosen(found, point), np.concatenate(expected, axis=1))


def test_of_fewer_layers_than_it_asks_for_it_reads_all():
    found = np.arange(2 * 2 * 2 * 3, dtype=np.float32).reshape(2, 2, 2, 3)
    point = Probe(PretrainedText("minilm", 8), "mean", layers=4, hidden=0, penalty=1.0)
    np.testing.assert_array_equal(chosen(found, point), found[:, 0].reshape(2, 6))
    assert chosen(found[:1], point).shape == (1, 6)


def test_those_of_windows_are_their_mean():
    encoder, lengths = built(2), [3, 8, 4]
    offsets, tokens = np.append(0, np.cumsum(lengths)), SPLIT.tokens[:15]
    texts = replace(SPLIT, tokens=tokens, offsets=offsets, labels=SPLIT.labels[:3])
    parts = replace(SPLIT, tokens=tokens, offsets=np.array([0, 3, 7, 11, 15]), labels=SPLIT.labels[:4])
    each = encoder_features(encoder, parts, np.arange(4), CPU)
    found = encoder_features(encoder, texts, np.array([2, 1, 0]), CPU, window=4)
    np.testing.assert_allclose(found, np.stack([each[3], (each[1] + each[2]) / 2, each[0]]), atol=1e-6)
