"""The memory that a trial is predicted to need, against what its model really has and keeps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from search_spaces import (
    SPACES,
    Architecture,
    Defaults,
    Kept,
    LowRank,
    Pretrained,
    PretrainedText,
    Pretraining,
    Probe,
    Space,
    Text,
)
from tests.trials.toy import toy_dataset
from trials.data.encoding.batches import Batch
from trials.hardware.encoder_sizes import encoder_of
from trials.hardware.memory_estimate import (
    FLOAT,
    TEMPORARY_SCORES,
    TEXTS_OF_A_STAGE,
    WORKSPACE_BYTES,
    footprint_of,
    largest_gradients,
)
from trials.models import build_model
from trials.models.cpu.dropout import use_byte_dropout
from trials.pretrained.encoder_loading import load_model
from trials.training.compute import Compute

BATCH, LENGTH, VOCABULARY = 8, 64, 800
ENCODER = Space("encoder", SPACES["encoder"]).ask(Defaults())
FINETUNE = Space("finetune", SPACES["finetune"]).ask(Defaults())
FAMILIES = ("bert/cls", "modernbert/mean", "megatron-bert/cls", "roformer/cls")


def fresh(encoder, attention_dropout=0.1):
    family, pooling = encoder.split("/")
    model = Architecture(family, pooling, 3, 4, 16, 4.0, "gelu", 0.1, attention_dropout, 0.1)
    training = replace(ENCODER.training, batch_size=BATCH)
    return replace(ENCODER, text=Text(VOCABULARY), architecture=model, training=training)


def pretrained(**settings):
    model = replace(FINETUNE.architecture, checkpoint="minilm", **settings)
    training = replace(FINETUNE.training, batch_size=BATCH)
    return replace(FINETUNE, text=PretrainedText("minilm", LENGTH), architecture=model, training=training)


def built(point):
    if isinstance(point.architecture, Pretrained):
        return load_model(point.architecture, ("a", "b"), toy_dataset().train)
    model = build_model(point.architecture, vocabulary_size=VOCABULARY, max_length=LENGTH, label_names=("a", "b"))
    use_byte_dropout(model)
    return model


def kept_bytes(model) -> int:
    """What a forward pass leaves for the backward pass, beside the weights."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes(), tensor
        return tensor

    tokens = np.random.default_rng(0).integers(5, VOCABULARY, (BATCH, LENGTH))
    labels = np.zeros(BATCH, dtype=np.int64)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        logits = Compute(torch.device("cpu"), torch.float32).logits(model.train(), Batch(tokens, None, labels))
        loss = cross_entropy(logits, torch.from_numpy(labels))
    assert torch.isfinite(loss)
    return sum(size for size, _ in kept.values())


POINTS = {
    **{name: fresh(name) for name in FAMILIES},
    "fused attention": fresh("bert/cls", attention_dropout=0.0),
    "minilm": pretrained(),
    "half frozen": pretrained(frozen_share=0.5),
    "lora": pretrained(adapter=LowRank(8, 16, "attention", 0.0)),
    "lora everywhere": pretrained(adapter=LowRank(8, 16, "all", 0.1)),
    "subnet": pretrained(kept=Kept(0.5, 0.5, 0.5, "lowest")),
}


@pytest.mark.parametrize("name", POINTS)
def test_weights_and_activations_are_told_before_anything_is_built(name):
    point = POINTS[name]
    model = built(point)
    sizes = encoder_of(point, LENGTH)
    assert sizes.weights == pytest.approx(sum(each.numel() for each in model.parameters()), rel=0.02)
    trained = sum(each.numel() for each in model.parameters() if each.requires_grad)
    assert sizes.trained_weights == pytest.approx(trained, rel=0.02)
    fused = point.architecture.attention_dropout == 0
    footprint = footprint_of(point, LENGTH, "cuda" if fused else "cpu")
    in_passing = largest_gradients(sizes) + (0 if fused else TEMPORARY_SCORES * sizes.heads * LENGTH)
    kept = footprint.activations - FLOAT * BATCH * LENGTH * in_passing
    assert kept == pytest.approx(kept_bytes(model), rel=0.2)


def test_parts_longer_texts_and_larger_batches_tell():
    point = POINTS["minilm"]
    whole = footprint_of(point, 512, "cuda")
    assert footprint_of(point, 32, "cuda").activations == pytest.approx(whole.activations / 2, rel=0.01)
    assert footprint_of(point, 512, "cuda", parts=4).activations == pytest.approx(whole.activations / 4, rel=0.01)
    assert footprint_of(point, 512, "cuda", parts=4).weights == whole.weights
    passing = max(whole.activations, whole.evaluation) + WORKSPACE_BYTES
    assert whole.bytes == whole.weights + whole.training_state + passing


PEAKS = {
    "bert/cls": (553, 427),
    "modernbert/mean": (750, 490),
    "megatron-bert/cls": (841, 696),
    "roformer/cls": (840, 714),
}
"""MiB at the peak of training 4 layers of width 256 on 32 texts of 256 tokens, in fp32 and bf16, on an H200."""


@pytest.mark.parametrize("encoder", PEAKS)
@pytest.mark.parametrize("narrow", [False, True])
def test_the_formula_is_near_the_peaks_of_a_gpu_in_both_formats(encoder, narrow):
    space = Space("encoder", SPACES["encoder"])
    point = space.replay({**space.defaults(), "architecture.encoder": encoder})
    architecture = replace(point.architecture, depth=4, heads=4, head_width=64)
    text, training = replace(point.text, vocabulary_size=1000), replace(point.training, batch_size=32)
    point = replace(point, architecture=architecture, text=text, training=training)
    told = footprint_of(point, 256, "cuda", narrow=narrow).bytes / 2**20
    assert 0.9 < told / PEAKS[encoder][narrow] < 1.3


def test_guessing_masked_words_takes_scores_of_all_words():
    point = fresh("bert/cls")
    point = replace(point, training=replace(point.training, batch_size=TEXTS_OF_A_STAGE))
    stage = replace(point, pretraining=Pretraining(1.0, 1e-4, 0.15))
    more = footprint_of(stage, 512, "cuda").activations - footprint_of(point, 512, "cuda").activations
    assert more == pytest.approx(3 * 4 * TEXTS_OF_A_STAGE * 512 * 0.15 * VOCABULARY, rel=0.01)


def test_the_stage_trains_the_whole_encoder_whatever_the_trial_does():
    lora = POINTS["lora"]
    staged = replace(lora, pretraining=Pretraining(1.0, 1e-4, 0.15))
    assert (
        footprint_of(staged, LENGTH, "cuda").training_state
        == footprint_of(POINTS["minilm"], LENGTH, "cuda").training_state
    )


def test_attention_by_hand_keeps_its_scores_on_a_gpu_too():
    bert, roformer = (footprint_of(fresh(name), 512, "cuda").activations for name in ("bert/cls", "roformer/cls"))
    assert roformer > 1.5 * bert


def test_a_probe_trains_nothing_on_the_gpu():
    probe = footprint_of(Probe(PretrainedText("minilm", LENGTH), "mean", 1, 0, 1.0), LENGTH, "cuda")
    assert (probe.training_state, probe.activations) == (0, 0)
    assert probe.weights == pytest.approx(4 * 22_700_000, rel=0.02)
