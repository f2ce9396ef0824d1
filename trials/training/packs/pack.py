"""A pack: several trials of one shape that are trained as one program."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from search_spaces import Point
from trials.data import EncodedSplit
from trials.data.encoding import EVALUATION_TOKENS, evaluation_rows
from trials.errors import Diverged
from trials.hardware import is_out_of_memory, release_memory
from trials.tasks import task_of
from trials.training.compute import Compute
from trials.training.optimization import balancing_weights
from trials.training.packs.member import NO_ROWS, PackMember
from trials.training.packs.member_settings import MemberSettings
from trials.training.packs.pack_step import PackStep
from trials.training.packs.stacked_adamw import follow_average
from trials.training.packs.stacked_model import StackedModel
from trials.training.static_steps import DeviceSplit, StaticSteps, bucket_of, longest_bucket
from trials.training.trainer import STEPS_BETWEEN_LOSS_CHECKS

MORE_TOKENS = {"cuda": 4}
"""Factor on the tokens of an evaluated batch, all members counted: a forward pass of several models takes the CPU
longer, and a pack has a larger share of a GPU."""

LEAST_TOKENS = 512
"""Tokens in a batch of an evaluation, below which no smaller batch is tried when memory is short."""


class PackTooLarge(Exception):
    """The device has no memory for a step of the pack; nothing has changed."""


class Pack:
    """Models of one shape in training.

    Members make their steps together. Each has its own batches, settings, averages and losses, and learns what it would
    learn alone. A member that leaves makes its place free for another one.

    Args:
        model: a model of a `marked` architecture of the shape of all members; it becomes a part of the pack.
        point: a point with this shape.
        split: the training texts.
        places: largest number of members.
        compute: where and how to compute.
    """

    def __init__(
        self, model: PreTrainedModel, point: Point, split: EncodedSplit, places: int, compute: Compute
    ) -> None:
        self.members: list[PackMember] = []
        self.places = places
        """Largest number of members."""
        self._split = split
        self._compute = compute
        self._labels = split.labels
        by_level = point.optimizer.head_learning_rate is not None
        self.model = StackedModel(model, places, compute.device, by_level=by_level)
        self.settings = MemberSettings(self.model.weights, places, self.model.classes, compute.device)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        """Number of parameters of each model."""
        self._texts = {id(split): DeviceSplit(split, compute.device)}
        self._kept = [split]
        longest = longest_bucket(int(split.lengths.max()), model.config)
        rows = point.training.batch_size
        scale = task_of(split.labels).scale(split.labels)
        self._step = PackStep(
            self.model, self.settings, self._texts[id(split)], rows=rows, dtype=compute.dtype, scale=scale
        )
        self._steps = StaticSteps(self._step, split.lengths, longest, graphs=compute.graphs)
        self._check_every = STEPS_BETWEEN_LOSS_CHECKS.get(compute.device.type, 1)
        self.failures: dict[int, Diverged] = {}
        """Members whose training has diverged, by place."""

    @property
    def eager_because(self) -> str:
        """Why steps are not CUDA graphs on a GPU; empty where they are, and on a CPU."""
        return "" if self._compute.device.type != "cuda" else self._steps.reason

    @property
    def held_bytes(self) -> int:
        """GPU memory that CUDA graphs and all else that stays took together; 0 without graphs."""
        return self._steps.held_bytes

    @property
    def free(self) -> int:
        """Number of free places."""
        return self.places - len(self.members)

    def join(self, weights: Mapping[str, torch.Tensor], point: Point, *, budget: int, seed: int) -> PackMember:
        """Give a free place to a new member.

        Args:
            weights: its first weights, by name.
            point: its point.
            budget: examples of its full training.
            seed: seed of the order of its examples.

        Raises:
            ValueError: there is no free place.
        """
        taken = {member.place for member in self.members}
        place = next((place for place in range(self.places) if place not in taken), None)
        if place is None:
            raise ValueError(f"a pack has {self.places} places, and all are taken")
        if self.model.put(place, weights, point.architecture):
            self._steps.release()
        balance = None
        if point.training.balance == "weights":
            balance = torch.from_numpy(balancing_weights(self._labels, self.model.classes)).to(self._compute.device)
        self.settings.put(place, point, balance)
        member = PackMember(self, place, point, self._split, budget=budget, seed=seed)
        self.members.append(member)
        return member

    def leave(self, member: PackMember) -> None:
        """Free the place of `member`."""
        self.members.remove(member)
        self.failures.pop(member.place, None)

    def resize(self, count: int) -> None:
        """Give up places, and with them their memory; the next steps are captured anew.

        Args:
            count: number of places that stay; at least as many as there are members.

        Raises:
            ValueError: there are more members.
        """
        if count < len(self.members):
            raise ValueError(f"a pack of {len(self.members)} members must keep as many places, not {count}")
        taken = [member.place for member in self.members]
        places = [*taken, *(place for place in range(self.places) if place not in taken)][:count]
        self._steps.release()
        totals = self._step.total[torch.tensor(places, device=self._compute.device)]
        self.model.select(places)
        self.settings.select(torch.tensor(places, device=self._compute.device))
        self._step.resize(len(places))
        self._step.total.copy_(totals)
        self.failures = {new: self.failures[old] for new, old in enumerate(places) if old in self.failures}
        for place, member in enumerate(self.members):
            member.place = place
        self.places = len(places)
        release_memory()

    def advance(self) -> list[PackMember]:
        """Make steps until at least one member is done with its portion, or has diverged; return those.

        A member that has diverged is in `failures`. It takes part in no further step.

        Raises:
            PackTooLarge: memory does not suffice for a step.
        """
        made = 0
        with self._steps.running():
            while not (done := [each for each in self.members if each.is_due or each.place in self.failures]):
                self._make_step()
                made += 1
                if made % self._check_every == 0:
                    self._check()
            self._check()
        return [each for each in self.members if each in done or each.place in self.failures]

    def predict(self, members: Sequence[PackMember], split: EncodedSplit) -> list[NDArray[np.float64]]:
        """Return the logits of the averaged models of some members, each of shape (n, classes).

        Args:
            members: the members whose models predict.
            split: the texts.

        Raises:
            MemoryError: memory is short even for small batches.
        """
        kind = self._compute.device.type
        tokens = EVALUATION_TOKENS.get(kind, EVALUATION_TOKENS["cpu"]) * MORE_TOKENS.get(kind, 1)
        places = [member.place for member in members]
        while True:
            try:
                return self._predicted(places, split, max(1, tokens // len(members)))
            except Exception as error:
                if not is_out_of_memory(error) or tokens <= LEAST_TOKENS:
                    raise
            # Out of the handler, whose traceback keeps the tensors of the failed try.
            self._steps.release()
            tokens //= 2
            release_memory()

    def averaged_model(self, place: int) -> PreTrainedModel:
        """Return the model with the averaged weights of `place`; it is good until the next call."""
        return self.model.averaged(place)

    def clear_loss(self, place: int) -> None:
        """Set the sum of losses of `place` to zero."""
        self._step.total[place] = 0.0

    def loss(self, place: int) -> float:
        """Return the sum of the losses of `place` since `clear_loss`."""
        return float(self._step.total[place])

    def _make_step(self) -> None:
        batches, factors = [NO_ROWS] * self.places, [0.0] * self.places
        shares = [0.0] * self.places
        for member in self.members:
            if member.place not in self.failures:
                batches[member.place], factors[member.place] = member.next_batch()
        self._step.load(batches, factors)
        if not self._steps.run(int(self._split.lengths[np.concatenate(batches)].max())):
            for member in self.members:
                member.put_back(batches[member.place])
            raise PackTooLarge(f"memory does not suffice for {len(self.members)} models at once")
        for member in self.members:
            shares[member.place] = member.average_share()
        if any(shares):
            told = torch.tensor(shares)
            if self._compute.device.type == "cuda":
                told = told.pin_memory()
            follow_average(self.model.weights, told.to(self._compute.device, non_blocking=True))

    def _check(self) -> None:
        """Find the members whose losses are no longer finite."""
        totals = self._step.total.tolist()
        for member in self.members:
            try:
                member.require_finite(totals[member.place])
            except Diverged as error:
                self.failures.setdefault(member.place, error)

    def _predicted(self, places: Sequence[int], split: EncodedSplit, tokens: int) -> list[NDArray[np.float64]]:
        if id(split) not in self._texts:
            self._texts[id(split)] = DeviceSplit(split, self._compute.device)
            self._kept.append(split)
        texts, lengths = self._texts[id(split)], split.lengths
        batches = evaluation_rows(lengths, tokens)
        most = longest_bucket(int(lengths.max()), self.model.config)
        order = torch.from_numpy(np.concatenate(batches)).to(self._compute.device)
        found, start = [], 0
        with torch.no_grad():
            for rows in batches:
                length = bucket_of(int(lengths[rows].max()), most)
                batch = texts.batch(order[start : start + len(rows)], length)
                found.append(self.model.evaluated(places, *batch, self._compute.dtype))
                start += len(rows)
            outputs = torch.cat(found, dim=1)
        logits = np.empty(outputs.shape, dtype=np.float64)
        logits[:, np.concatenate(batches)] = outputs.cpu().numpy()
        return list(logits)
