"""Shows a search in TensorBoard: a run for each trial, with its scores, its costs and its parameters."""

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from automl.core import Confirmation, TrialEnded
from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.trial_runs import TrialRuns
from automl.tracking.mlflow import cost_metrics
from search_spaces import Value, point_name

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter

LONGEST_FOLDER = 100
"""Characters of the name of a run's folder."""

FLUSH_SECONDS = 5
"""Seconds after which a page may show what was measured."""


class TensorBoard(TrialRuns):
    """Writes event files, which `tensorboard --logdir` shows. Steps count training examples seen.

    Args:
        place: the study and the folder; each trial has a folder in it.
    """

    def __init__(self, place: BoardPlace) -> None:
        super().__init__()
        self._folder = place.folder
        self._writers: dict[int, SummaryWriter] = {}

    def close(self) -> None:
        """Write what is in memory, and close all files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _log(self, number: int, metrics: Mapping[tuple[str, int], float]) -> None:
        writer = self._writer(number)
        for (name, step), value in metrics.items():
            writer.add_scalar(name, value, step)

    def _end(self, event: TrialEnded) -> None:
        from tensorboardX.summary import hparams  # noqa: PLC0415 - an extra

        if event.cost is not None:
            self._log(event.number, cost_metrics(event.cost))
        if found := self._best(event):
            for summary in hparams({**self._params.get(event.number, {}), "end": event.end.value}, found):
                self._writer(event.number).file_writer.add_summary(summary)
        if event.number in self._writers:
            self._writers.pop(event.number).close()

    def _writer(self, number: int) -> "SummaryWriter":
        from tensorboardX import SummaryWriter  # noqa: PLC0415 - an extra

        if number not in self._writers:
            name = run_folder(number, self._params.get(number, {}), self._confirms.get(number))
            # The name of a file has the second at which it was made; TensorBoard reads files in the order of names.
            suffix = f".{time.time_ns()}"
            folder = str(self._folder / name)
            self._writers[number] = SummaryWriter(folder, flush_secs=FLUSH_SECONDS, filename_suffix=suffix)
        return self._writers[number]


def run_folder(number: int, params: Mapping[str, Value], confirms: Confirmation | None = None) -> str:
    """Return the name of a trial's folder, which TensorBoard shows as the name of its run: `0012 linear word+char C 1`.

    Args:
        number: number of the trial.
        params: its parameters by name.
        confirms: what it confirms; None for a trial that the search proposed.
    """
    again = "" if confirms is None else f"confirms {confirms.trial} "
    return re.sub(r"[^\w.,+% -]", "-", f"{number:04d} {again}{point_name(params)}")[:LONGEST_FOLDER].strip()
