import json
import random

import numpy as np
import torch

from trials.training.state.random_state import random_states, restore_random_states, seed_everything

CPU = torch.device("cpu")


def draws() -> list[float]:
    """Normal ones come in pairs, of which a generator keeps the second."""
    return [
        *(random.random(), random.gauss(), float(np.random.rand()), float(np.random.randn())),
        *(torch.rand(()).item(), torch.randn(()).item()),
    ]


def test_the_same_seed_gives_the_same_draws_everywhere() -> None:
    seed_everything(2**40 + 1)
    first = draws()
    draws()
    seed_everything(2**40 + 1)
    assert draws() == first
    seed_everything(2)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


def test_generators_go_on_from_where_they_were() -> None:
    seed_everything(5)
    draws()
    states = json.loads(json.dumps(random_states(CPU)))
    expected = draws() + draws()
    seed_everything(6)
    restore_random_states(states, CPU)
    assert draws() + draws() == expected
