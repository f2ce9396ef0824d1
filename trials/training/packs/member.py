"""One member of a pack: the training of one trial, as `Trainer` does it for a trial alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from search_spaces import Point
from trials.data import EncodedSplit
from trials.data.encoding import TrainingBatches
from trials.errors import Diverged
from trials.training.optimization import learning_rate_factor, share_of_average
from trials.training.packs.stacked_weights import AVERAGE as AVERAGES
from trials.training.packs.stacked_weights import FIRST, SECOND
from trials.training.packs.stacked_weights import WEIGHT as WEIGHTS
from trials.training.trainer import AVERAGE, OPTIMIZER, WEIGHT, part_of, shapes_of

if TYPE_CHECKING:
    from trials.training.packs.pack import Pack

NO_ROWS = np.zeros(0, dtype=np.int64)


class PackMember:
    """The training of one trial at a place of a pack.

    Args:
        pack: the pack.
        place: its place.
        point: its point.
        split: the training texts.
        budget: examples of the full training, repeats included.
        seed: seed of the order of the examples.
    """

    def __init__(self, pack: "Pack", place: int, point: Point, split: EncodedSplit, *, budget: int, seed: int) -> None:
        self.place = place
        self.examples = 0
        self.learning_rate = 0.0
        self._pack = pack
        self._settings = point.optimizer
        self._budget = budget
        balanced = point.training.balance == "sampling"
        self._batches = TrainingBatches(split, point.training.batch_size, seed, balanced=balanced)
        self._rows: Iterator[NDArray[np.int64]] = iter(())
        self._until = 0
        self._portion = 0
        self._averaged_at = 0

    @property
    def eager_because(self) -> str:
        """Why steps are not CUDA graphs on a GPU; empty where they are, and on a CPU."""
        return self._pack.eager_because

    @property
    def held_bytes(self) -> int:
        """The member's part of the GPU memory that the pack holds."""
        return self._pack.held_bytes // max(1, len(self._pack.members))

    @property
    def is_due(self) -> bool:
        """Whether the portion is done."""
        return self.examples >= self._until

    @contextmanager
    def evaluated(self) -> Iterator[PreTrainedModel]:
        """Yield the model with averaged weights, until the next member asks for its own."""
        yield self._pack.averaged_model(self.place)

    def begin(self, examples: int) -> None:
        """Begin a portion of some examples."""
        self._rows, self._portion = self._batches.rows(examples), examples
        self._until = self.examples + examples
        self._pack.clear_loss(self.place)

    def next_batch(self) -> tuple[NDArray[np.int64], float]:
        """Return the rows of the next batch and its share of the peak rate; no rows if the portion is done."""
        if self.is_due:
            return NO_ROWS, 0.0
        rows = next(self._rows)
        progress = (self.examples + len(rows) / 2) / self._budget
        factor = learning_rate_factor(progress, self._settings.warmup_share, self._settings.schedule)
        self.learning_rate = self._settings.learning_rate * factor
        self.examples += len(rows)
        return rows, factor

    def put_back(self, rows: NDArray[np.int64]) -> None:
        """Undo `next_batch`, because the step was not made."""
        if len(rows):
            self._rows = chain([rows], self._rows)
            self.examples -= len(rows)

    def average_share(self) -> float:
        """Return the share by which the averaged weights follow now; 0 if the last update was too recent."""
        share = share_of_average(self._averaged_at, self.examples)
        if share:
            self._averaged_at = self.examples
        return share

    def mean_loss(self) -> float:
        """Return the mean loss of the portion, which is done.

        Raises:
            Diverged: it is NaN or infinite.
        """
        total = self._pack.loss(self.place)
        self.require_finite(total)
        return total / self._portion

    def require_finite(self, total: float) -> None:
        """Check the sum of losses so far.

        Raises:
            Diverged: it is NaN or infinite.
        """
        if not np.isfinite(total):
            raise Diverged(
                f"the training loss is no longer finite after {self.examples} examples"
                f" (learning rate {self.learning_rate:g})"
            )

    def saved(self) -> dict[str, torch.Tensor]:
        """Return the training state for writing, in the form of `Trainer.saved`."""
        weights = self._pack.model.weights
        steps = self._pack.settings.steps[self.place]
        state = {f"{WEIGHT}{name}": tensor for name, tensor in self._pack.model.state_dict(self.place).items()}
        for kind in (FIRST, SECOND):
            state |= {f"{OPTIMIZER}{name}.{kind}": tensor for name, tensor in weights.of(self.place, kind).items()}
        state |= {f"{OPTIMIZER}{name}.step": steps for name in weights.names()}
        state |= {f"{AVERAGE}{name}": tensor for name, tensor in weights.of(self.place, AVERAGES).items()}
        return state | {f"{AVERAGE}examples": torch.tensor(self._averaged_at)}

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Continue the training of another member or trainer of an equal model.

        Args:
            tensors: the training state, as `saved` returned it.
            examples: number of examples that it has seen.

        Raises:
            ValueError: the weights are those of another model; nothing has changed.
        """
        stacked = self._pack.model.weights
        weights, averages = part_of(tensors, WEIGHT), part_of(tensors, AVERAGE)
        own = shapes_of(self._pack.model.state_dict(self.place)), shapes_of(stacked.of(self.place, AVERAGES))
        averaged_at = averages.pop("examples", torch.tensor(0))
        moments = part_of(tensors, OPTIMIZER)
        trained = stacked.of(self.place, WEIGHTS)
        suits = all(
            tensor.shape == trained[name.rpartition(".")[0]].shape
            for name, tensor in moments.items()
            if not name.endswith(".step") and name.rpartition(".")[0] in trained
        )
        if (shapes_of(weights), shapes_of(averages)) != own or not suits:
            raise ValueError("the weights are those of another model")
        stacked.put(self.place, WEIGHTS, weights)
        stacked.put(self.place, AVERAGES, averages)
        for kind in (FIRST, SECOND):
            of_kind = {name: tensor for name, tensor in moments.items() if name.endswith(f".{kind}")}
            stacked.put(self.place, kind, {name.removesuffix(f".{kind}"): value for name, value in of_kind.items()})
        steps = [float(tensor) for name, tensor in moments.items() if name.endswith(".step")]
        self._pack.settings.steps[self.place] = max(steps, default=0.0)
        self._averaged_at = int(averaged_at)
        self._batches.skip_to(examples)
        self.examples = examples
