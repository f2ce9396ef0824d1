"""What an unfinished trial needs to go on from its last evaluation, in another process or on another day."""

from pathlib import Path
from typing import Any

from trials.files import read_state, write_state
from trials.training.compute import Compute
from trials.training.cost_meter import CostMeter
from trials.training.random_state import random_states, restore_random_states
from trials.training.report_history import ReportHistory
from trials.training.trainer import Trainer


class TrainingState:
    """Keeps in `folder` where a trial is: weights, optimizer, random numbers, place in the data, cost and history.

    The order of the data follows from the seed, so the number of examples seen tells the place in it.
    """

    def __init__(self, folder: Path, identity: str, trainer: Trainer, cost: CostMeter, compute: Compute) -> None:
        """A state in `folder` that does not have this `identity` is another trial's."""
        self._folder = folder
        self._identity = identity
        self._trainer = trainer
        self._cost = cost
        self._compute = compute

    def save(self, history: ReportHistory) -> None:
        """Replaces the state in the folder.

        Raises:
            CheckpointError: the disk refuses it; the state before is whole.
        """
        facts = {
            "examples": self._trainer.examples,
            "parts": self._compute.parts.count,
            "cost": self._cost.counted(),
            "history": history.to_json(),
            "random": random_states(self._compute.device),
        }
        write_state(self._folder, self._identity, self._trainer.saved(), facts)

    def resume(self) -> ReportHistory | None:
        """Puts the trial where the state in the folder was. None if no usable one is there; then all is as before."""
        found = self._go_on()
        if found is None:
            return None
        history, facts = found
        self._cost.resume(facts["cost"])
        return history

    def inherit(self) -> ReportHistory | None:
        """The same with the state of another trial, whose cost and reports stay its own."""
        found = self._go_on()
        return None if found is None else ReportHistory(begun=found[0].step)

    def _go_on(self) -> tuple[ReportHistory, dict[str, Any]] | None:
        """What the state in the folder says, once the trial is there."""
        saved = read_state(self._folder, self._identity)
        if saved is None:
            return None
        tensors, facts = saved
        try:
            history = ReportHistory.from_json(facts["history"])
            self._trainer.resume(tensors, facts["examples"])
        except (LookupError, TypeError, ValueError):  # another version of the program, with other records or weights
            return None
        self._compute.parts.count = max(self._compute.parts.count, facts["parts"])
        restore_random_states(facts["random"], self._compute.device)
        return history, facts
