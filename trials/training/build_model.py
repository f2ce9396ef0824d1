"""Builds a trial's model on the device where it is trained."""

from collections.abc import Mapping

import torch
from transformers import PreTrainedModel

from search_spaces import Architecture, Pretrained
from trials.data import EncodedDataset
from trials.hardware import use_fast_products
from trials.models import build_model
from trials.models.cpu import has_own_forward, use_byte_dropout
from trials.pretrained import load_model
from trials.tasks import task_of
from trials.training.compute import Compute


def build(
    architecture: Architecture | Pretrained,
    data: EncodedDataset,
    compute: Compute,
    weights: Mapping[str, torch.Tensor] | None = None,
    on: str | None = None,
) -> PreTrainedModel:
    """Build the model of a trial.

    Args:
        architecture: the model, from scratch or pretrained.
        data: the encoded data, which gives vocabulary, maximum length and labels.
        compute: where the model is trained.
        weights: weights of the encoder after a self-supervised stage; None keeps its own.
        on: another device than that of `compute` to put the model on; None means none.
    """
    if isinstance(architecture, Pretrained):
        model = load_model(architecture, data.label_names, data.train, weights)
    else:
        model = build_model(
            architecture,
            vocabulary_size=data.vocabulary_size,
            max_length=data.max_length,
            label_names=data.label_names,
        )
        if weights is not None:
            model.base_model.load_state_dict(weights)
    if (problem := task_of(data.train.labels).problem_type) is not None:
        model.config.problem_type = problem
    if compute.device.type == "cpu":
        use_byte_dropout(model)
        use_fast_products(has_own_forward(model, compute.device))
    return model.to(on or compute.device)
