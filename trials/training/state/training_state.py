"""The training state, from which an unfinished trial resumes in another process or at another time."""

from pathlib import Path
from typing import Any

from trials.files import read_state, write_state
from trials.training.compute import Compute
from trials.training.cost_meter import CostMeter
from trials.training.state.random_state import random_states, restore_random_states
from trials.training.state.report_history import ReportHistory
from trials.training.trainee import Trainee


class TrainingState:
    """Stores a trial's state: weights, optimizer, random states, position in the data, cost and history.

    The order of the data follows from the seed, so the number of examples seen gives the position in it.

    Args:
        folder: folder of the state.
        identity: identity of the trial; a state in the folder with another identity is ignored.
        trainee: the model in training, which is saved and resumed.
        cost: the cost of the trial, likewise.
        compute: where and how the trial computes.
        alone: whether the trial has its process for itself; if not, random numbers of the process are not restored.
    """

    def __init__(
        self,
        folder: Path,
        identity: str,
        trainee: Trainee,
        cost: CostMeter,
        compute: Compute,
        *,
        alone: bool = True,
    ) -> None:
        self._folder = folder
        self._identity = identity
        self._trainee = trainee
        self._cost = cost
        self._compute = compute
        self._alone = alone

    def save(self, history: ReportHistory) -> None:
        """Replace the state in the folder; `history` has the reports so far.

        Raises:
            CheckpointError: the disk rejects the write; the previous state is intact.
        """
        facts = {
            "examples": self._trainee.examples,
            "parts": self._compute.parts.count,
            "cost": self._cost.counted(),
            "history": history.to_json(),
            "random": random_states(self._compute.device),
        }
        write_state(self._folder, self._identity, self._trainee.saved(), facts)

    def resume(self) -> ReportHistory | None:
        """Resume from the state in the folder; None if there is no usable state, and then nothing has changed."""
        found = self._go_on()
        if found is None:
            return None
        history, facts = found
        self._cost.resume(facts["cost"])
        return history

    def inherit(self) -> ReportHistory | None:
        """Start from the state of another trial, without its cost and reports; None as for `resume`."""
        found = self._go_on()
        return None if found is None else ReportHistory(begun=found[0].step)

    def _go_on(self) -> tuple[ReportHistory, dict[str, Any]] | None:
        """Restore trainer and random states; return the history and the other facts of the state."""
        saved = read_state(self._folder, self._identity)
        if saved is None:
            return None
        tensors, facts = saved
        try:
            history = ReportHistory.from_json(facts["history"])
            self._trainee.resume(tensors, facts["examples"])
        except (LookupError, TypeError, ValueError):  # another version of the program, with other records or weights
            return None
        self._compute.parts.count = max(self._compute.parts.count, facts["parts"])
        if self._alone:
            restore_random_states(facts["random"], self._compute.device)
        return history, facts
