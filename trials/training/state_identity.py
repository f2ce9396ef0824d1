"""Which trial a training state belongs to."""

import hashlib

import numpy as np

from trials.data import EncodedDataset
from trials.protocol import TrialJob

MOST_TOKENS = 2**20
"""Tokens of a split that are looked at: a change of the data that spares every one of them would be a strange one."""


def identity_of(job: TrialJob, data: EncodedDataset) -> str:
    """SHA-256 in hex over all that decides what a trial computes: some milliseconds for 10 000 texts.

    Left out is what may change while a trial waits: folders, device, threads, and in how many parts it computes.
    """
    settings = (job.point, job.seed, job.budget_examples, job.metric, job.precision, job.steps)
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(repr((data.label_names, data.vocabulary_size, data.max_length, data.tokenizer)).encode())
    for split in (data.train, data.validation, *([] if data.unlabeled is None else [data.unlabeled])):
        stride = max(1, len(split.tokens) // MOST_TOKENS)
        for array in (split.offsets, split.labels, split.tokens[::stride]):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
