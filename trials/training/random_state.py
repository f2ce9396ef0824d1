"""What makes a trial repeatable, in whatever process it runs, and wherever it goes on."""

import random
from typing import TypedDict

import numpy as np
import torch


class RandomStates(TypedDict):
    """Where every generator of random numbers is, in JSON. Bytes are in hex; `cuda` is None without a GPU."""

    python: tuple[int, list[int], float | None]
    numpy: tuple[str, list[int], int, int, float]
    torch: str
    cuda: str | None


def seed_everything(seed: int) -> None:
    """Seeds Python, NumPy and torch (every device), so that a trial does not depend on what ran here before.

    On a CPU the same job then gives the same numbers for the same number of threads. On a GPU some kernels (the
    gradients of embeddings and of attention) add in any order, and results differ in their last digits.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def random_states(device: torch.device) -> RandomStates:
    """Where the generators are now, that of `device` among them."""
    version, numbers, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    return {
        "python": (version, list(numbers), gauss),
        "numpy": (str(kind), [int(key) for key in keys], int(position), int(has_gauss), float(cached)),
        "torch": _hex(torch.get_rng_state()),
        "cuda": _hex(torch.cuda.get_rng_state(device)) if device.type == "cuda" else None,
    }


def restore_random_states(states: RandomStates, device: torch.device) -> None:
    """Puts the generators where they were. That of a GPU stays as it is if the states come from a CPU."""
    version, numbers, gauss = states["python"]
    random.setstate((version, tuple(numbers), gauss))
    kind, keys, position, has_gauss, cached = states["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), position, has_gauss, cached))
    torch.set_rng_state(_bytes(states["torch"]))
    if device.type == "cuda" and states["cuda"] is not None:
        torch.cuda.set_rng_state(_bytes(states["cuda"]), device)


def _hex(state: torch.Tensor) -> str:
    return state.numpy().tobytes().hex()


def _bytes(state: str) -> torch.Tensor:
    return torch.tensor(list(bytes.fromhex(state)), dtype=torch.uint8)
