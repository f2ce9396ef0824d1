import random

import numpy as np
import torch

from trials.determinism import seed_everything


def draws() -> list[float]:
    return [random.random(), float(np.random.rand()), torch.rand(()).item()]


def test_the_same_seed_gives_the_same_draws_everywhere() -> None:
    seed_everything(2**40 + 1)
    first = draws()
    draws()
    seed_everything(2**40 + 1)
    assert draws() == first
    seed_everything(2)
    assert all(a != b for a, b in zip(draws(), first, strict=True))
