"""Measures the serving costs of a model on its exported files, as their users would."""

import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors import safe_open
from tokenizers import Tokenizer

from trials.classifiers.graph import graph_of
from trials.classifiers.loaders import load
from trials.classifiers.onnx_classifier import load_onnx
from trials.classifiers.onnx_writer import write_int8_classifier
from trials.data import EncodedDataset, TrialData
from trials.errors import ClassifierError
from trials.files import VALIDATION_LOGITS, TextClassifier, read_kind
from trials.hardware import fast_products
from trials.linear import KIND as LINEAR
from trials.serving_costs import BYTES, LATENCY, LATENCY_32, LATENCY_32_INT8, LATENCY_INT8, PARAMETERS
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
    if any(name in names for name in (LATENCY, LATENCY_32, LATENCY_INT8, LATENCY_32_INT8)):
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        states = random_states(device)
        with fast_products(False):  # torch's usual library, as in any other process
            texts = _texts(data)
            if LATENCY in names or LATENCY_32 in names:
                found |= _latencies({LATENCY: 1, LATENCY_32: BATCH}, names, load(folder), texts)
            if LATENCY_INT8 in names or LATENCY_32_INT8 in names:
                with _int8_copy(folder) as classifier:
                    found |= _latencies({LATENCY_INT8: 1, LATENCY_32_INT8: BATCH}, names, classifier, texts)
        restore_random_states(states, device)
    return found


def _latencies(
    batches: Mapping[str, int], names: Collection[str], classifier: TextClassifier, texts: Sequence[str]
) -> dict[str, float]:
    return {name: milliseconds(classifier, texts, batch) for name, batch in batches.items() if name in names}


@contextmanager
def _int8_copy(folder: Path) -> Iterator[TextClassifier]:
    """Provide the model in `folder` exported to ONNX with int8 weights, or one that has no graph as it is."""
    if read_kind(folder) == LINEAR:
        yield load(folder)
        return
    try:
        graph = graph_of(folder)
    except ClassifierError:  # a probe that reads windows, two columns or more than the text is served as it is
        yield load(folder)
        return
    with TemporaryDirectory(prefix="automl-int8-") as temporary:
        write_int8_classifier(graph, Path(temporary))
        yield load_onnx(Path(temporary), threads=torch.get_num_threads())


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
    if data.second is not None:
        both = zip(_texts(replace(data, second=None)), _texts(data.second), strict=True)
        return [data.form.text_of(dict(zip(data.form.text, cells, strict=True))) for cells in both]
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
