"""What makes a trial repeatable, in whatever process it runs."""

import random

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Seeds Python, NumPy and torch (every device), so that a trial does not depend on what ran here before.

    On a CPU the same job then gives the same numbers for the same number of threads. On a GPU some kernels (the
    gradients of embeddings and of attention) add in any order, and results differ in their last digits.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
