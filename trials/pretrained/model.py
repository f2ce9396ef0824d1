"""A classifier over a pretrained encoder."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging

from search_spaces import Pretrained
from trials.errors import PretrainedError
from trials.models.family import label_fields
from trials.pretrained.levels import freeze
from trials.pretrained.location import locate

DROPOUTS = {
    "hidden_dropout": ("hidden_dropout_prob", "hidden_dropout", "dropout", "embedding_dropout", "mlp_dropout"),
    "attention_dropout": ("attention_probs_dropout_prob", "attention_dropout"),
    "classifier_dropout": ("classifier_dropout", "seq_classif_dropout", "cls_dropout"),
}
"""The fields of configs of transformers, which differ from family to family, by ours."""


def load_model(settings: Pretrained, label_names: tuple[str, ...]) -> PreTrainedModel:
    """The encoder of a checkpoint under a new classifier, on the CPU, in fp32; what is frozen needs no gradient.

    The classifier is drawn from torch's generator. No code of the checkpoint's is run.

    Raises:
        PretrainedError: the checkpoint is not there, or transformers has no classifier for it.
    """
    folder = locate(settings.checkpoint)
    try:
        with _quiet():
            config = AutoConfig.from_pretrained(folder, **label_fields(label_names))  # nosec B615 - a local folder
            _set_dropouts(config, settings)
            model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(  # nosec B615
                folder,
                config=config,
                dtype=torch.float32,
                ignore_mismatched_sizes=True,  # the classifier of another task
                use_safetensors=True,
                local_files_only=True,
            )
    except (OSError, ValueError) as error:
        raise PretrainedError(f"the checkpoint {settings.checkpoint!r} must be of a classifier: {error}") from error
    model.config.problem_type = "single_label_classification"
    freeze(model, settings.frozen_share)
    return model


def _set_dropouts(config: PreTrainedConfig, settings: Pretrained) -> None:
    for ours, theirs in DROPOUTS.items():
        for name in theirs:
            if hasattr(config, name):
                setattr(config, name, getattr(settings, ours))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the bar that loading draws, and the report that a classifier is new: here it always is."""
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        logging.enable_progress_bar()
