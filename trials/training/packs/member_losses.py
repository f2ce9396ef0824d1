"""The losses of all members of a pack, as `trials.training.optimization` defines them for each."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from trials.tasks import Scale
from trials.training.optimization import FOCUS, number_losses, rank_losses
from trials.training.packs.member_settings import MemberSettings


def member_losses(settings: MemberSettings, scale: Scale, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the loss of each row, shape (places, rows).

    Args:
        settings: the settings of the members.
        scale: the scale of training, of numbers.
        logits: shape (places, rows, classes).
        labels: whether a row has each label, shape (places, rows, classes); or of one thing a row, shape (places,
            rows): class ids (int64), ranks (int32) or numbers (float64).
    """
    if labels.ndim == logits.ndim:
        return _of_sets(settings, logits, labels)
    if labels.is_floating_point():
        return number_losses(logits, labels, scale, settings.delta[:, None])
    ids = labels.long()
    logs = log_softmax(logits, dim=2)
    own = logs.gather(2, ids[:, :, None])[:, :, 0]
    if labels.dtype == torch.int32:
        losses = rank_losses(logits, ids, settings.smoothing[:, None, None])
    else:
        smoothing = settings.smoothing[:, None]
        losses = -(1 - smoothing) * own - smoothing * logs.mean(2)
    weights = settings.class_weights.gather(1, ids)
    focus = settings.focus[:, None]
    unknown = torch.where(focus > 0, (1 - own.exp()).clamp(min=0.0) ** FOCUS, 1.0)
    return losses * weights * unknown


def _of_sets(settings: MemberSettings, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    present = labels.to(logits.dtype)
    smoothing = settings.smoothing[:, None, None]
    smoothed = present * (1 - smoothing) + smoothing / 2
    weights = settings.class_weights[:, None, :]
    losses = binary_cross_entropy_with_logits(logits, smoothed, pos_weight=weights, reduction="none")
    focus = settings.focus[:, None, None]
    unknown = torch.where(focus > 0, (present - logits.sigmoid()).abs() ** FOCUS, 1.0)
    return (losses * unknown).mean(2)
