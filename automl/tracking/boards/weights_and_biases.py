"""Shows a search in Weights & Biases: a project for the study, a run for each trial."""

import netrc
import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automl.core import EFFECTS, TrialEnded
from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.trial_runs import TrialRuns
from automl.tracking.mlflow import cost_metrics, run_name
from search_spaces import algorithm_of

if TYPE_CHECKING:
    import wandb

STEP = "examples"
"""The axis of all charts: training examples seen."""

LONGEST_PROJECT = 100
"""Characters of the name of a project; W&B takes 128."""

OFFLINE = ("offline", "dryrun", "disabled")
"""Values of `WANDB_MODE` with which nothing is sent."""


class WeightsAndBiases(TrialRuns):
    """Writes a run for each trial. A trial that goes on, goes on in its run.

    Args:
        place: the study and the folder of W&B's files.
        mode: `online` or one of `OFFLINE`.
    """

    def __init__(self, place: BoardPlace, mode: str) -> None:
        super().__init__()
        self._place = place
        self._mode = mode
        self._runs: dict[int, wandb.Run] = {}

    def close(self) -> None:
        """Send what is in memory, and end all runs."""
        for run in self._runs.values():
            run.finish()
        self._runs.clear()

    def _log(self, number: int, metrics: Mapping[tuple[str, int], float]) -> None:
        by_step: dict[int, dict[str, float]] = {}
        for (name, step), value in metrics.items():
            by_step.setdefault(step, {})[name] = value
        for step, values in by_step.items():
            self._run(number).log({**values, STEP: step})

    def _end(self, event: TrialEnded) -> None:
        if event.number not in self._runs and event.best is None:
            return  # it ended before there was anything to show
        if event.cost is not None:
            self._log(event.number, cost_metrics(event.cost))
        run = self._run(event.number)
        run.summary["end"] = event.end.value
        for name, value in self._best(event).items():
            run.summary[name] = value
        run.finish(exit_code=int(EFFECTS[event.end].mlflow_status == "FAILED"))
        del self._runs[event.number]

    def _run(self, number: int) -> "wandb.Run":
        import wandb  # noqa: PLC0415 - an extra

        if number not in self._runs:
            study, params = self._place.study, dict(self._params.get(number, {}))
            self._place.folder.parent.mkdir(parents=True, exist_ok=True)
            run = wandb.init(
                project=project_of(study.name),
                id=f"{study.uuid[:12] or 'study'}-{number}",
                name=run_name(number, params, self._confirms.get(number)),
                job_type=algorithm_of(params) or "own",
                config=params,
                dir=str(self._place.folder.parent),  # W&B adds a folder `wandb`
                mode=self._mode,  # type: ignore[arg-type]
                resume="allow",
                reinit="create_new",  # trials run beside each other
                settings=wandb.Settings(silent=True, console="off", x_disable_stats=True, disable_git=True),
            )
            run.define_metric("*", step_metric=STEP)
            self._runs[number] = run
        return self._runs[number]


def open_weights_and_biases(place: BoardPlace, say: Callable[[str], None]) -> WeightsAndBiases:
    """Open the board; without a key, which nobody may be asked for in a search, nothing is sent.

    Args:
        place: the study and the folder of W&B's files.
        say: is told if nothing is sent.
    """
    mode = os.environ.get("WANDB_MODE", "online")
    if mode not in OFFLINE and not _has_key():
        mode = "offline"
        say(
            "Weights & Biases has no key (WANDB_API_KEY, or `wandb login`), so its records are written to "
            f"{place.folder}, and `wandb sync` sends them."
        )
    return WeightsAndBiases(place, mode)


def project_of(study: str) -> str:
    """Return the name of a study's project, in which W&B allows no other characters."""
    return re.sub(r"[^\w.-]+", "-", study, flags=re.ASCII).strip("-")[:LONGEST_PROJECT] or "study"


def _has_key() -> bool:
    if os.environ.get("WANDB_API_KEY"):
        return True
    host = urlsplit(os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai")).hostname or ""
    try:
        return netrc.netrc().authenticators(host) is not None
    except (OSError, netrc.NetrcParseError):
        return False
