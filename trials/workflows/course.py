"""The course of a trial in steps: what is trained, evaluated, saved and reported, whoever carries it out.

It is a generator that yields the work to be done and is sent the result, so that it is the same for a trial alone and
for a member of a pack, whose work is done together with that of others.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trials.classifiers import ModelCheckpoint, latency_texts, measure
from trials.data import EncodedDataset, EncodedSplit, first_look
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Evaluation, TrialJob, TrialReport
from trials.tasks import KNOWN_METRICS, task_of
from trials.training import Compute, CostMeter, ReportHistory, Trainee, TrainingState, identity_of

STATE_BYTES = 16
"""Bytes of a training state for each parameter: weight, two moments, and average."""

BYTES_PER_SECOND = 1e9
"""How fast a training state is written."""

QUICK_SECONDS = 0.1
"""The states of a pack are written after each evaluation if that takes less time than this."""

LARGEST_SHARE = 0.1
"""Largest share of the time of a pack in which states are written otherwise."""


@dataclass(frozen=True)
class Train:
    """Train on the next `examples` examples; the result is their mean loss."""

    examples: int


@dataclass(frozen=True)
class Predict:
    """Predict with averaged weights; the result is the logits of `split`, shape (n, classes)."""

    split: EncodedSplit


Work = Train | Predict

Result = float | NDArray[np.float64]

Course = Generator[TrialReport | Work, Result | None, Evaluation]
"""Yields reports and work, is sent the result of the work, and returns the last evaluation."""


class TrialCourse:
    """The course of one trial.

    Args:
        job: the trial.
        data: its data.
        trainee: the model in training.
        head: name of the layer whose outputs are its logits; None if unknown.
        cost: receives the cost.
        compute: where and how the trial computes.
        sample: validation texts of the first evaluation, as `first_look` returns them; members of a pack share them.
        mates: returns how many trials share the process, this one included; None if it has the process for itself. One
            with mates does not restore random numbers when it resumes, and saves its state less often if that takes
            long.

    Raises:
        CheckpointError: the disk rejects the change.
    """

    def __init__(
        self,
        job: TrialJob,
        data: EncodedDataset,
        trainee: Trainee,
        head: str | None,
        cost: CostMeter,
        compute: Compute,
        *,
        sample: EncodedSplit | None = None,
        mates: Callable[[], int] | None = None,
    ) -> None:
        self._job = job
        self._data = data
        self._trainee = trainee
        self._head = head
        self._cost = cost
        self._compute = compute
        self._mates = mates
        self._saved_at = 0.0
        self._checkpoint = ModelCheckpoint(job.checkpoint, data, head)
        self._state = self._state_of(job)
        self._history = ReportHistory()
        self._sample = first_look(data.validation) if sample is None else sample

    def resume(self) -> None:
        """Continue from the trial's own training state, or from the one that it inherits; otherwise begin."""
        # Earlier reports are about the model in the checkpoint; if that is gone, the trial starts again.
        history = self._state.resume() if self._checkpoint.exists else None
        if history is None:
            history = self._inherited() or ReportHistory()
            history.best = self._job.best if self._checkpoint.exists else None
        elif self._job.best is not None and _is_best(self._job.best, self._job.metric, history.best, is_sample=False):
            history.best = self._job.best  # the model is newer than the state: of an evaluation that saved no state
        self._history = history

    def run(self) -> Course:
        """Yield reports and work up to the end of the budget, and return the last evaluation, which is not reported.

        Raises:
            CheckpointError: the disk rejects the model or the training state.
            Diverged: a loss or an output is not finite.
        """
        job, history, task = self._job, self._history, task_of(self._data.train.labels)
        scale = task.scale(self._data.train.labels)
        yield from self._reports_again()
        costs = history.measured(job.measures)
        for step in (step for step in job.steps if step > history.step):
            portion = examples_at(step, job.budget_examples) - self._trainee.examples
            with self._cost.training(portion):
                train_loss = yield Train(portion)
            self._cost.note_steps(self._trainee.eager_because, self._trainee.held_bytes)
            is_sample = step == EVALUATION_STEPS[0]
            scored = self._sample if is_sample else self._data.validation
            logits = yield Predict(scored)
            if not isinstance(train_loss, float) or not isinstance(logits, np.ndarray):
                raise TypeError("training must give a loss, and prediction logits")
            logits = scale.restored(logits)
            calibration = task.calibrate(logits, scored.labels, tempered=self._head is not None)
            outputs = calibration.outputs(logits)
            metrics = task.evaluate(outputs, scored.labels)
            is_best = _is_best(metrics[job.metric], job.metric, history.best, is_sample)
            if is_best:
                kept = None if is_sample else outputs
                with self._trainee.evaluated() as model:
                    self._checkpoint.save(model, calibration.temperature, kept, calibration.thresholds)
                history.best = None if is_sample else metrics[job.metric]
            costs = costs or self._costs()  # training does not change them
            evaluation = Evaluation(
                step=step,
                examples=self._trainee.examples,
                metrics={**metrics, **costs},
                train_loss=train_loss,
                learning_rate=self._trainee.learning_rate,
                seconds=self._cost.seconds,
                is_best=is_best,
                temperature=calibration.temperature,
                thresholds=calibration.thresholds,
                saves_state=self._is_worth_saving(),
            )
            if step < BUDGET_STEPS:
                report = TrialReport(evaluation, None, self._cost.so_far())
                history.reports.append(report)
                if evaluation.saves_state:
                    self._state.save(history)
                    self._saved_at = self._cost.seconds
                yield report
        return evaluation

    def _is_worth_saving(self) -> bool:
        """Return whether the state is to be saved now: in a pack, all members wait while the states of all are written.

        A state that is older than the last report costs a killed trial the time in between.
        """
        if self._mates is None:
            return True
        seconds = self._mates() * STATE_BYTES * self._cost.so_far().parameters / BYTES_PER_SECOND
        return seconds <= QUICK_SECONDS or self._cost.seconds - self._saved_at >= seconds / LARGEST_SHARE

    def _reports_again(self) -> Iterator[TrialReport]:
        return self._history.after(self._job.told)

    def _costs(self) -> dict[str, float]:
        job = self._job
        return measure(job.measures, job.checkpoint, latency_texts(job.measures, self._data))

    def _inherited(self) -> ReportHistory | None:
        """Start from the state of the trial in `job.inherits`; None if there is none, or no usable state."""
        inherits = self._job.inherits
        if inherits is None:
            return None
        return self._state_of(replace(self._job, point=inherits.point, state=inherits.state)).inherit()

    def _state_of(self, job: TrialJob) -> TrainingState:
        identity = identity_of(job, self._data)
        return TrainingState(job.state, identity, self._trainee, self._cost, self._compute, alone=self._mates is None)


def examples_at(step: int, budget: int) -> int:
    """Return the number of examples at which `step` is reached, rounded up; independent of the batch size."""
    return -(-budget * step // BUDGET_STEPS)


def _is_best(score: float, metric: str, best: float | None, is_sample: bool) -> bool:
    """Return whether a model replaces the checkpoint; scores of a sample and of the split are not comparable."""
    return best is None or (not is_sample and KNOWN_METRICS[metric].better(score, than=best))
