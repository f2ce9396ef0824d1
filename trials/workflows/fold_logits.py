"""The logits of held-out rows by fold, which outlive the process of a cross-validated trial."""

import hashlib
from collections.abc import Sequence

import numpy as np
import torch

from trials.data import Fold, TrialData, all_labels
from trials.files import LOGITS_BYTES, read_state, write_state
from trials.metrics import Logits
from trials.protocol import Folds, TrialJob


class FoldLogits:
    """The logits of the rows that each finished fold holds out, in the folder of the trial's training state.

    A trial that goes on in another process, or on a machine to which the state was copied, so has those of all folds.

    Args:
        job: the trial.
        folds: number and seed of its folds.
        data: the data, whose rows are divided.
    """

    def __init__(self, job: TrialJob, folds: Folds, data: TrialData) -> None:
        self._folder, self._shape = job.state, (len(all_labels(data)), len(data.label_names))
        self._identity = _identity_of(job, folds, data)
        found = read_state(self._folder, self._identity)
        self._known = {} if found is None else found[0]

    def add(self, number: int, logits: Logits) -> None:
        """Keep the logits of fold `number`, shape (held-out rows, classes), unless there are too many of all rows.

        Raises:
            CheckpointError: the disk rejects the write.
        """
        if np.prod(self._shape) * np.dtype(np.float32).itemsize > LOGITS_BYTES:
            return
        self._known[_name(number)] = torch.from_numpy(np.ascontiguousarray(logits, dtype=np.float64))
        write_state(self._folder, self._identity, self._known, {})

    def of_all_rows(self, parts: Sequence[Fold]) -> Logits | None:
        """Return the logits of all rows, shape (n, classes); None if those of a fold are not there.

        Args:
            parts: all folds, in the order of their numbers.
        """
        logits = np.empty(self._shape)
        for number, part in enumerate(parts):
            known = self._known.get(_name(number))
            if known is None or known.shape != (len(part.held_out), self._shape[1]):
                return None
            logits[part.held_out] = known.numpy()
        return logits


def _name(number: int) -> str:
    return f"fold-{number}"


def _identity_of(job: TrialJob, folds: Folds, data: TrialData) -> str:
    """Return the SHA-256 in hex over what determines the folds and their models, without the texts."""
    settings = (job.point, job.seed, job.budget_examples, job.precision, folds.count, folds.seed, data.label_names)
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(np.ascontiguousarray(all_labels(data)).data)
    return digest.hexdigest()
