"""Measures the serving costs of a model on its exported files, as their users would."""

import math
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch
from safetensors import safe_open

from trials.classifiers.graph import graph_of
from trials.classifiers.loaders import load
from trials.classifiers.onnx_classifier import load_onnx
from trials.classifiers.onnx_writer import write_int8_classifier
from trials.errors import ClassifierError
from trials.files import ARRAYS, VALIDATION_LOGITS, TextClassifier, read_kind
from trials.hardware import fast_products
from trials.linear import KIND as LINEAR
from trials.serving_costs import BYTES, LATENCIES, LATENCY, LATENCY_32, LATENCY_32_INT8, LATENCY_INT8, PARAMETERS
from trials.training import random_states, restore_random_states

STATISTICS = re.compile(r"mean$|deviation$|idf\.|cosine\.")
"""Names of the arrays in a file of our own format that are statistics of the training texts, and not learnt."""

BATCH = 32
"""Number of texts in a batch for `LATENCY_32`."""

WARM_UPS = 3
FEWEST_PASSES, MOST_PASSES = 11, 100
SECONDS = 0.5
"""Minimum duration of the timed passes, within the limits of their number: short, because every trial is measured."""


def measure(
    names: Collection[str], folder: Path, texts: Sequence[str], parameters: int | None = None
) -> dict[str, float]:
    """Measure the serving costs in `names` of the model in `folder`.

    Latency is the time from texts to logits, in this process, with its number of threads. The random states are
    restored afterwards.

    Args:
        names: keys of `trials.serving_costs.SERVING_COSTS`.
        folder: the folder of a complete model.
        texts: those that are passed to the model, from `latency_texts`; unused if no latency is measured.
        parameters: number of parameters of the model; None counts them in its files.
    """
    found: dict[str, float] = {}
    if PARAMETERS in names:
        found[PARAMETERS] = float(_parameters_in(folder) if parameters is None else parameters)
    if BYTES in names:
        found[BYTES] = float(sum(file.stat().st_size for file in _files(folder)))
    if not LATENCIES.isdisjoint(names):
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        states = random_states(device)
        with fast_products(False):  # torch's usual library, as in any other process
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


def _files(folder: Path) -> list[Path]:
    """Return the files that are handed over, including those that are linked, because a copy has them.

    Weights that several members of an ensemble link to are one file, as they are in what is handed over.
    """
    inside = (Path(place) / name for place, _, names in os.walk(folder, followlinks=True) for name in sorted(names))
    files = [file for file in inside if file.is_file() and file.name != VALIDATION_LOGITS]
    weights = {(found.st_dev, found.st_ino): file for file in files if (found := file.stat()) and _is_weights(file)}
    return [*weights.values(), *(file for file in files if not _is_weights(file))]


def _is_weights(file: Path) -> bool:
    return file.suffix == ".safetensors"


def _parameters_in(folder: Path) -> int:
    total = 0
    for path in _files(folder):
        if _is_weights(path):
            with safe_open(path, framework="numpy") as file:
                names = list(file.keys())
                learnt = [name for name in names if path.name != ARRAYS or not STATISTICS.match(name)]
                total += sum(math.prod(file.get_slice(name).get_shape()) for name in learnt)
    return total
