"""A classifier whose encoder has fewer heads than its transformers config can express: its folder, and its loader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from trials.data.encoding import Reading, unlabelled
from trials.errors import ClassifierError
from trials.files import ENCODER, TEXTS_AT_ONCE, read_parts
from trials.hardware import put_on
from trials.hub import PretrainedTokenizer, read_tokenizer
from trials.pretrained import keep_any_heads
from trials.training import Compute, predict

KIND = "subnet"


@dataclass(frozen=True)
class Subnet:
    """A model that was loaded from its folder, with its tokenizer; `reading` says how texts become tokens."""

    label_names: tuple[str, ...]
    model: PreTrainedModel
    tokenizer: PretrainedTokenizer
    reading: Reading
    compute: Compute

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes).

        Long texts are truncated, and batches hold a fixed number of tokens, whatever `batch_size` is.
        """
        if not texts:
            return np.zeros((0, len(self.label_names)))
        return predict(self.model, unlabelled(self.tokenizer, texts, self.reading), self.compute)


def facts_of(heads: int, label_names: Sequence[str], reading: Reading) -> dict[str, object]:
    """Return the facts that the folder stores besides weights, config and tokenizer."""
    return {"heads": heads, "label_names": list(label_names), **reading.facts()}


def load_subnet(folder: Path, compute: Compute) -> Subnet:
    """Load the classifier in a folder.

    Args:
        folder: the folder.
        compute: where and how to compute; the CPU is used if the model does not fit into the device's memory.

    Raises:
        ClassifierError: the classifier cannot be read.
        PretrainedError: its tokenizer cannot be read.
    """
    facts, arrays = read_parts(folder)
    weights = {name: torch.from_numpy(array) for name, array in arrays.items()}
    model = _model(folder, facts["heads"], weights).eval()
    compute = replace(compute, device=put_on(model, compute.device))
    tokenizer = read_tokenizer(folder / ENCODER)
    return Subnet(tuple(facts["label_names"]), model, tokenizer, Reading.of_facts(facts), compute)


def _model(folder: Path, heads: int, weights: Mapping[str, torch.Tensor]) -> PreTrainedModel:
    try:
        config = AutoConfig.from_pretrained(folder / ENCODER, local_files_only=True)  # nosec B615
        model: PreTrainedModel = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
        keep_any_heads(model, heads)
        model.load_state_dict(dict(weights))
    except (OSError, RuntimeError) as error:  # no config, or weights of other names or shapes
        raise ClassifierError(f"the classifier in {str(folder)!r} cannot be read: {error}") from error
    return model
