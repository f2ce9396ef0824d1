"""Measures the serving costs of a model on its exported files, as their users would."""

import math
import time
from collections.abc import Collection, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
import torch
from safetensors import safe_open
from tokenizers import Tokenizer

from trials.classifiers.loaders import load
from trials.data import EncodedDataset, TrialData
from trials.files import VALIDATION_LOGITS, TextClassifier
from trials.hardware import fast_products
from trials.serving_costs import BYTES, LATENCY, LATENCY_32, PARAMETERS
from trials.training import random_states, restore_random_states

BATCH = 32
"""Number of texts in a batch for `LATENCY_32`."""

TEXTS = 64
"""Number of texts of the validation split that are used, evenly spaced."""

WARM_UPS = 3
FEWEST_PASSES, MOST_PASSES = 11, 100
SECONDS = 0.5
"""Minimum duration of the timed passes, within the limits of their number: short, because every trial is measured."""


def measure(names: Collection[str], folder: Path, data: TrialData, parameters: int | None = None) -> dict[str, float]:
    """Measure the serving costs in `names` of the model in `folder`.

    Latency is the time from texts to logits, in this process, with its number of threads. The random states are
    restored afterwards.

    Args:
        names: keys of `trials.serving_costs.SERVING_COSTS`.
        folder: the folder of a complete model.
        data: the data, from which texts are taken.
        parameters: number of parameters of the model; None counts them in its files.
    """
    found: dict[str, float] = {}
    if PARAMETERS in names:
        found[PARAMETERS] = float(_parameters_in(folder) if parameters is None else parameters)
    if BYTES in names:
        found[BYTES] = float(sum(file.stat().st_size for file in _files(folder)))
    if LATENCY in names or LATENCY_32 in names:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        states = random_states(device)
        with fast_products(False):  # torch's usual library, as in any other process
            classifier, texts = load(folder), _texts(data)
            found |= {
                name: milliseconds(classifier, texts, batch)
                for name, batch in ((LATENCY, 1), (LATENCY_32, BATCH))
                if name in names
            }
        restore_random_states(states, device)
    return found


def milliseconds(classifier: TextClassifier, texts: Sequence[str], batch: int) -> float:
    """Return the median time of a pass, after some passes to warm up; each pass has other texts.

    Args:
        classifier: the model.
        texts: the texts, which are used again when all have been.
        batch: number of texts in a pass.
    """
    endless, seconds = cycle(texts), list[float]()
    for _ in range(WARM_UPS):
        classifier.logits(list(islice(endless, batch)), batch)
    while len(seconds) < FEWEST_PASSES or (len(seconds) < MOST_PASSES and sum(seconds) < SECONDS):
        chosen = list(islice(endless, batch))
        started = time.perf_counter()
        classifier.logits(chosen, batch)
        seconds.append(time.perf_counter() - started)
    return 1000 * median(seconds)


def _texts(data: TrialData) -> list[str]:
    """Return texts of the validation split; if the trial has only their tokens, they are decoded."""
    split = data.validation
    rows = np.linspace(0, len(split) - 1, min(TEXTS, len(split)), dtype=np.int64)
    if not isinstance(data, EncodedDataset):
        return [data.validation.texts[row] for row in rows]
    tokenizer, tokens, ends = Tokenizer.from_str(data.tokenizer), data.validation.tokens, data.validation.offsets
    added = {tokenizer.token_to_id(token) for role, token in data.specials.items() if role != "unk_token"}
    ids = ([token for token in tokens[ends[row] : ends[row + 1]].tolist() if token not in added] for row in rows)
    return [tokenizer.decode(text_ids, skip_special_tokens=False) for text_ids in ids]


def _files(folder: Path) -> Iterator[Path]:
    """Return the files that are handed over, including those that are linked, because a copy has them."""
    return (file for file in folder.rglob("*") if file.is_file() and file.name != VALIDATION_LOGITS)


def _parameters_in(folder: Path) -> int:
    total = 0
    for path in _files(folder):
        if path.suffix == ".safetensors":
            with safe_open(path, framework="numpy") as file:
                total += sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
    return total
