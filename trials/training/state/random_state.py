"""Random states, which make a trial reproducible in any process, also after it resumes."""

import random
from typing import TypedDict

import numpy as np
import torch


class RandomStates(TypedDict):
    """States of all random number generators as JSON. Bytes are in hex; `cuda` is None without a GPU."""

    python: tuple[int, list[int], float | None]
    numpy: tuple[str, list[int], int, int, float]
    torch: str
    cuda: str | None


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch (every device) with `seed`, so that earlier trials have no influence.

    On a CPU the same job then gives the same numbers for the same number of threads. On a GPU some kernels (the
    gradients of embeddings and of attention) add in any order, and results differ in their last digits.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def random_states(device: torch.device) -> RandomStates:
    """Return the states of all generators, including that of `device`."""
    version, numbers, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    return {
        "python": (version, list(numbers), gauss),
        "numpy": (str(kind), [int(key) for key in keys], int(position), int(has_gauss), float(cached)),
        "torch": _hex(torch.get_rng_state()),
        "cuda": _hex(torch.cuda.get_rng_state(device)) if device.type == "cuda" else None,
    }


def restore_random_states(states: RandomStates, device: torch.device) -> None:
    """Restore the states of all generators.

    Args:
        states: what `random_states` returned. Without a GPU's state, the GPU's generator is not changed.
        device: the device of the trial.
    """
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
