"""The scale of the loss in fp16, without which small gradients would become zero.

Micikevicius et al., "Mixed Precision Training", 2018, section 3.2. The scale grows as long as all gradients are finite;
a step with others is left out, and halves it.
"""

from collections.abc import Mapping

import torch

SCALE, FINITE_STEPS = "scale", "finite_steps"
"""Names in what `tensors_of_scale` returns."""


def loss_scale(device: torch.device, dtype: torch.dtype) -> torch.amp.GradScaler:
    """Return a scale that follows the gradients in fp16, and that changes nothing in other formats.

    Args:
        device: where the loss is computed.
        dtype: format of large products.
    """
    return torch.amp.GradScaler(device.type, enabled=dtype is torch.float16)


def tensors_of_scale(scale: torch.amp.GradScaler) -> dict[str, torch.Tensor]:
    """Return the state of a scale by name; it has none in formats without one."""
    state = scale.state_dict()
    if not state:
        return {}
    return {SCALE: torch.tensor(state["scale"]), FINITE_STEPS: torch.tensor(state["_growth_tracker"])}


def resume_scale(scale: torch.amp.GradScaler, tensors: Mapping[str, torch.Tensor]) -> None:
    """Continue with the state of another scale; without one, or in formats without a scale, nothing happens.

    Args:
        scale: the scale, which is changed in place.
        tensors: the state, as `tensors_of_scale` returned it.
    """
    if not scale.is_enabled() or SCALE not in tensors:
        return
    found = {"scale": tensors[SCALE].item(), "_growth_tracker": int(tensors[FINITE_STEPS].item())}
    scale.load_state_dict({**scale.state_dict(), **found})
