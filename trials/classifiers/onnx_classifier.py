"""A classifier as an ONNX graph with its tokenizer. It needs onnxruntime and tokenizers, and no torch."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from trials.data.encoding import Reading
from trials.errors import ClassifierError, first_line
from trials.files import FACTS, TEXTS_AT_ONCE, read_facts

KIND = "onnx"
GRAPH, TOKENIZER = "model.onnx", "tokenizer.json"
INPUTS = ("input_ids", "attention_mask")
LOGITS, PROBABILITIES = "logits", "probabilities"
"""Outputs of a graph; one of numbers, or of an earlier version, has logits alone."""


@dataclass(frozen=True)
class OnnxClassifier:
    """A graph that was loaded from its folder. `reading` says how texts become tokens."""

    label_names: tuple[str, ...]
    session: Any
    tokenizer: Tokenizer
    padding_id: int
    reading: Reading

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes); batches are sorted by length over all texts given."""
        logits = np.zeros((len(texts), len(self.label_names)))
        valid = [text.encode("utf-8", "replace").decode() for text in texts]  # JSON may hold half a surrogate pair
        encoded = list(self.reading.encode(self.tokenizer, valid))
        order = np.argsort([len(ids) for ids in encoded], kind="stable")
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            logits[rows] = self._logits_of([encoded[row] for row in rows])
        return logits

    def _logits_of(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(ids) for ids in batch])
        mask = np.arange(lengths.max()) < lengths[:, None]
        tokens = np.full(mask.shape, self.padding_id, dtype=np.int64)
        tokens[mask] = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in batch])
        (found,) = self.session.run([LOGITS], dict(zip(INPUTS, (tokens, mask.astype(np.int64)), strict=True)))
        logits: NDArray[np.float32] = found
        return logits


def _usual_threads() -> int:
    """Return the threads that `OMP_NUM_THREADS` gives the outermost level, else the cores; 0: onnxruntime decides."""
    outermost = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if outermost.isdecimal() and int(outermost) > 0:
        return int(outermost)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def load_onnx(folder: Path, threads: int | None = None) -> OnnxClassifier:
    """Load the classifier in a folder.

    Args:
        folder: its folder.
        threads: number of threads that run it; None: what `OMP_NUM_THREADS` says, which Ray sets for its actors, else
            one for each core that this process may use.

    Raises:
        ClassifierError: it cannot be read, or onnxruntime is not installed.
    """
    facts = read_facts(folder)
    try:
        import onnxruntime  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ClassifierError(
            f"the classifier in {str(folder)!r} needs onnxruntime, which is not installed: pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _usual_threads()
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        return OnnxClassifier(
            tuple(facts["label_names"]), session, tokenizer, facts["padding_id"], Reading.of_facts(facts)
        )
    except Exception as error:  # `tokenizers` and onnxruntime raise nothing more precise
        raise ClassifierError(
            f"the classifier in {str(folder)!r} must have a complete {GRAPH}, {TOKENIZER} and {FACTS}, "
            f"but: {first_line(error)}"
        ) from error
