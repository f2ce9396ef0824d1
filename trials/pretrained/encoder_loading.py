"""Loading of pretrained encoders, and of classifiers on them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging

from search_spaces import Kept, Pretrained
from trials.data import EncodedSplit
from trials.errors import PretrainedError
from trials.hardware import is_out_of_memory
from trials.hub import label_fields, locate, read_tokenizer
from trials.pretrained.layer_levels import freeze, levels_of
from trials.pretrained.lora import add_adapter
from trials.pretrained.structured_pruning import cut

DROPOUTS = {
    "hidden_dropout": ("hidden_dropout_prob", "hidden_dropout", "dropout", "embedding_dropout", "mlp_dropout"),
    "attention_dropout": ("attention_probs_dropout_prob", "attention_dropout"),
    "classifier_dropout": ("classifier_dropout", "seq_classif_dropout", "cls_dropout", "classifier_dropout_prob"),
}
"""Our dropouts, with the fields that they have in configs of transformers, which differ by family; some families lack
one.
"""


def load_model(
    settings: Pretrained,
    label_names: tuple[str, ...],
    texts: EncodedSplit | None = None,
    weights: Mapping[str, torch.Tensor] | None = None,
) -> PreTrainedModel:
    """Return the encoder of a checkpoint, or the part of it that is kept, under a new classifier, on the CPU, in fp32.

    Frozen weights need no gradient. Everything that the encoder lacks is drawn from torch's generator, also if the
    checkpoint has a classifier of its own. No code of the checkpoint is run.

    Args:
        settings: the checkpoint, and what is frozen, adapted or cut.
        label_names: class names.
        texts: texts that show which heads and units are least important; only used if some are cut.
        weights: weights by the encoder's own names that replace its weights; None keeps them.

    Raises:
        PretrainedError: the checkpoint is missing or lacks weights, transformers has no such classifier, or its kind
            cannot be cut.
    """
    folder = locate(settings.checkpoint)
    try:
        with _quiet():
            config = AutoConfig.from_pretrained(folder, **label_fields(label_names))  # nosec B615
            _set_dropouts(config, settings)
            _set_padding(config, folder)
            config.problem_type = "single_label_classification"
            model: PreTrainedModel = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
            _take_encoder(model, folder, config)
            if weights is not None:
                model.base_model.load_state_dict(weights)
            if settings.kept is not None:
                _cut(model, settings.kept, texts, settings.checkpoint)
            freeze(model, settings.frozen_share)
            if settings.adapter is not None:
                add_adapter(model, settings.adapter)
    except Exception as error:  # transformers and safetensors raise all kinds for files of all kinds
        if isinstance(error, PretrainedError) or is_out_of_memory(error):
            raise
        raise PretrainedError(
            f"the checkpoint {settings.checkpoint!r} must be an encoder that transformers makes a classifier of, "
            f"but: {type(error).__name__}: {error}"
        ) from error
    return model


def load_encoder(folder: Path) -> PreTrainedModel:
    """Return the encoder in `folder`, in the format of transformers, on the CPU, in fp32. No code of the folder is run.

    Raises:
        PretrainedError: it lacks weights, or transformers has no such encoder.
    """
    try:
        with _quiet():
            config = AutoConfig.from_pretrained(folder)  # nosec B615
            encoder, report = _loaded(folder, config)
            needed, prefix = levels_of(encoder).within, encoder.base_model_prefix
            _require_none(name for name in report["missing_keys"] if f"{prefix}.{name}" in needed)
    except Exception as error:  # transformers and safetensors raise all kinds for files of all kinds
        if is_out_of_memory(error):
            raise
        raise PretrainedError(
            f"the checkpoint in {str(folder)!r} must be an encoder that transformers reads, "
            f"but: {type(error).__name__}: {error}"
        ) from error
    return encoder


def _loaded(folder: Path, config: PreTrainedConfig) -> tuple[PreTrainedModel, Mapping[str, Collection[str]]]:
    """Return the encoder, and what transformers reports about its loading."""
    encoder, report = AutoModel.from_pretrained(  # nosec B615
        folder,
        config=config,
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
    )
    return encoder, report


def _require_none(missing: Iterable[str]) -> None:
    """Raise a ValueError if there are missing weights."""
    if names := sorted(missing):
        raise ValueError(f"its file has no weights {', '.join(names[:3])}" + (" and others" if names[3:] else ""))


def _take_encoder(model: PreTrainedModel, folder: Path, config: PreTrainedConfig) -> None:
    """Load the encoder's weights into `model`, and mark weights that the checkpoint lacks, such as a pooler, as new.

    Raises:
        ValueError: the checkpoint lacks weights of the embeddings or of a layer.
    """
    encoder, report = _loaded(folder, config)
    missing = set(report["missing_keys"])
    own = dict(model.base_model.named_parameters())
    levels = levels_of(model)
    needed = {name for name in own if f"{model.base_model_prefix}.{name}" in levels.within}
    _require_none(needed & missing)
    model.base_model.load_state_dict(encoder.state_dict(), strict=False)
    for name in own.keys() & missing:
        own[name].is_new = True  # read by `levels_of`


def _cut(model: PreTrainedModel, kept: Kept, texts: EncodedSplit | None, checkpoint: str) -> None:
    try:
        cut(model, kept, texts)
    except ValueError as error:
        raise PretrainedError(
            f"the checkpoint {checkpoint!r} must be of a kind that can be pruned, but {error}; "
            "search it with the space 'finetune'"
        ) from error


def _set_dropouts(config: PreTrainedConfig, settings: Pretrained) -> None:
    for ours, theirs in DROPOUTS.items():
        for name in theirs:
            if hasattr(config, name) or (name == "cls_dropout" and config.model_type.startswith("deberta")):
                setattr(config, name, getattr(settings, ours))


def _set_padding(config: PreTrainedConfig, folder: Path) -> None:
    """Let a model whose config names no padding pad with the token that its texts are padded with.

    Decoders classify by the last token that is no padding, so without one they refuse batches.
    """
    padding_id = getattr(config, "pad_token_id", None)
    if padding_id is None or padding_id < 0:
        config.pad_token_id = read_tokenizer(folder).padding_id
    if getattr(config, "use_cache", False):
        config.use_cache = False  # keys and values of earlier tokens, which only generation reads again


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress the progress bar of loading, and the warning that the classifier is new, which it always is here."""
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        logging.enable_progress_bar()
