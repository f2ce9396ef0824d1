"""Identifies the trial that a training state belongs to."""

import hashlib

import numpy as np

from trials.data import EncodedDataset
from trials.protocol import TrialJob

MOST_TOKENS = 2**20
"""Number of evenly spaced tokens of a split that are hashed; a change of the data hardly misses all of them."""


def identity_of(job: TrialJob, data: EncodedDataset) -> str:
    """Return the SHA-256 in hex over all that determines the result of a trial; 10 000 texts take some milliseconds.

    Folders, device, threads and the number of batch parts are left out, because they may change while a trial waits.

    Args:
        job: the trial.
        data: its data.
    """
    settings = (job.point, job.seed, job.budget_examples, job.metric, job.precision, job.steps)
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(repr((data.label_names, data.vocabulary_size, data.max_length, data.tokenizer)).encode())
    for split in (data.train, data.validation, *([] if data.unlabeled is None else [data.unlabeled])):
        stride = max(1, len(split.tokens) // MOST_TOKENS)
        for array in (split.offsets, split.learned, split.tokens[::stride]):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
