"""Families of transformer classifiers. To add one: one file with one `Family`, and one line in `FAMILIES`."""

from transformers import PreTrainedModel

from search_spaces import Architecture
from trials.models.bert import BERT
from trials.models.family import Build, Family, check_architecture
from trials.models.initialization import INITIALIZATIONS, initialize
from trials.models.megatron_bert import MEGATRON_BERT
from trials.models.modernbert import MODERNBERT
from trials.models.roformer import ROFORMER

FAMILIES: dict[str, Family] = {
    "bert": BERT,
    "megatron-bert": MEGATRON_BERT,
    "modernbert": MODERNBERT,
    "roformer": ROFORMER,
}


def build_model(
    architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
) -> PreTrainedModel:
    """Build a classifier of the family that `architecture` names, with initial weights, on the CPU, in fp32.

    Raises:
        SpaceError: family, pooling, activation, widths or initialization do not exist or do not fit together.
    """
    family = check_architecture(architecture, FAMILIES, INITIALIZATIONS)
    model = family.build(architecture, vocabulary_size=vocabulary_size, max_length=max_length, label_names=label_names)
    initialize(model, family, architecture.initialization)
    return model


__all__ = ["FAMILIES", "INITIALIZATIONS", "Build", "Family", "build_model", "check_architecture"]
