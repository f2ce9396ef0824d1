"""The prediction for a whole split."""

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from trials.data import EncodedSplit
from trials.data.encoding import EVALUATION_TOKENS, Batch, collate, evaluation_rows
from trials.distributed import Command, SingleProcess
from trials.errors import Diverged
from trials.training.compute import Compute
from trials.training.static_steps import look_from_device


def predict(
    model: PreTrainedModel, split: EncodedSplit, compute: Compute, team: SingleProcess | None = None
) -> NDArray[np.float64]:
    """Return the logits of every text, in the order of the split, shape (n, classes).

    Args:
        model: the classifier; it is put into evaluation mode.
        split: the texts.
        compute: where and how to compute.
        team: the processes that compute together; None means this process only.

    Raises:
        Diverged: a logit is NaN or infinite.
    """
    team = team or SingleProcess()
    team.announce(Command.PREDICT, len(split))
    model.eval()
    tokens = EVALUATION_TOKENS.get(compute.device.type, EVALUATION_TOKENS["cpu"])
    batches = evaluation_rows(split.lengths, tokens)
    with torch.inference_mode():
        if compute.is_static and type(team) is SingleProcess:
            outputs = look_from_device(model, split, batches, compute)
        else:
            outputs = torch.cat([_predict_batch(model, collate(split, rows), compute, team) for rows in batches])
    logits = np.empty(outputs.shape, dtype=np.float64)
    logits[np.concatenate(batches)] = outputs.cpu().numpy()
    return require_finite(logits)


def require_finite(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logits of a split.

    Raises:
        Diverged: one is NaN or infinite.
    """
    if not np.isfinite(logits).all():
        raise Diverged("the logits of the validation split are no longer finite")
    return logits


def _predict_batch(model: PreTrainedModel, batch: Batch, compute: Compute, team: SingleProcess) -> torch.Tensor:
    def compute_parts(parts: int) -> torch.Tensor:
        return team.together([compute.logits(model, part) for part, _ in team.passes(batch, parts)], batch, parts)

    return team.fit(compute.parts, len(batch), compute_parts)
