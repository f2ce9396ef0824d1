"""What a trial needs of the model that is trained for it, alone or as a member of a pack."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import torch
from transformers import PreTrainedModel


class Trainee(Protocol):
    """A model in training."""

    @property
    def examples(self) -> int:
        """Number of examples that it has seen."""

    @property
    def learning_rate(self) -> float:
        """Learning rate of the latest step."""

    @property
    def eager_because(self) -> str:
        """Why steps are not CUDA graphs on a GPU; empty where they are, and on a CPU."""

    @property
    def held_bytes(self) -> int:
        """GPU memory that CUDA graphs and all else that stays took together; 0 without graphs."""

    def saved(self) -> dict[str, torch.Tensor]:
        """Return the training state for writing."""

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Continue from a training state.

        Args:
            tensors: the state, as `saved` returned it.
            examples: number of examples that the model had seen then.
        """

    def evaluated(self) -> AbstractContextManager[PreTrainedModel]:
        """Return a context with the model as it is evaluated and saved, with averaged weights."""
