"""How long a model takes for one text: its forward pass on one thread, tokens at hand."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel

from trials.classifiers import load_subnet
from trials.files import ENCODER, read_kind
from trials.models.cpu import logits_of
from trials.training import Compute

WARM_UP = 3


def latency(folder: Path, texts: Sequence[str]) -> float:
    """Milliseconds for a text, the median over `texts`, by the same forward passes for every kind of model."""
    torch.set_num_threads(1)
    model, described = _loaded(folder)
    tokenizer = AutoTokenizer.from_pretrained(described)
    longest = min(tokenizer.model_max_length, model.config.max_position_embeddings)
    seconds = []
    with torch.inference_mode():
        for text in [*texts[:WARM_UP], *texts]:
            tokens = torch.tensor([tokenizer(text, truncation=True, max_length=longest).input_ids])
            started = time.perf_counter()
            logits_of(model, tokens, None)
            seconds.append(time.perf_counter() - started)
    return 1e3 * statistics.median(seconds[WARM_UP:])


def _loaded(folder: Path) -> tuple[PreTrainedModel, Path]:
    """The model in a trial's folder, and where its tokenizer lies."""
    if read_kind(folder) is None:
        return AutoModelForSequenceClassification.from_pretrained(folder).eval(), folder
    return load_subnet(folder, Compute(torch.device("cpu"), torch.float32)).model, folder / ENCODER
