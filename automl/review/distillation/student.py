"""The student of a distillation: a trial like any other, whose loss has soft targets."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from automl.core import SearchFailed, UsageError, WorkspaceError, one_line, unknown_name, usable_cores
from automl.review.distillation.texts import StudyTexts
from automl.worker import ForkDied, TrialProcess, training_pace
from search_spaces import READING, SPACES, AnyPoint, Point, PretrainedText, Space, Value
from trials.data import TextDataset, TrialData
from trials.data.encoding import APART, PAIR, choose_max_length, encode
from trials.errors import TrialsError
from trials.hub import locate
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, PaceJob, TrialEnd, TrialJob, evaluation_steps

STUDENTS = {
    "linear": Space("linear", SPACES["linear"]),
    "subnet": Space("subnet", SPACES["subnet"]),
    "minilm": Space("finetune", SPACES["finetune"]),
}
"""The spaces of which students are the default points, by what a student is called."""

MOST_EPOCHS = 6.0
"""Largest budget of a student, in passes over all texts."""

USED_SHARE = 0.8
"""Share of the time that is left which the training is planned to take.

The rest is for evaluations. A student stops at one of them, so there are many if they take no more than this rest.
"""

READING_SHARE = 0.4
"""Largest share of the time in which the teacher reads."""

FEWEST_EXAMPLES = 2000
"""A student trains on so many texts, or on all of its texts once if these are fewer; otherwise it learns too little."""

PACE = "student"


def student_parameters(into: str, *, tells_columns_apart: bool) -> dict[str, Value]:
    """Return the parameters of a student by name.

    Args:
        into: what the student is.
        tells_columns_apart: whether its teacher tells two text columns apart, as the student then does, too.
    """
    parameters = STUDENTS[into].defaults()
    return {**parameters, READING: APART if into == "linear" else PAIR} if tells_columns_apart else parameters


def student_point(into: str, *, tells_columns_apart: bool = False) -> AnyPoint:
    """Return the point of a student, whose encoder must be installed.

    Args:
        into: what the student is.
        tells_columns_apart: whether its teacher tells two text columns apart, as the student then does, too.

    Raises:
        UsageError: there is no such student, or its encoder is not installed.
    """
    if into not in STUDENTS:
        raise UsageError(f"--into: {unknown_name('student', into, STUDENTS)}")
    point = STUDENTS[into].replay(student_parameters(into, tells_columns_apart=tells_columns_apart))
    if isinstance(point, Point) and isinstance(point.text, PretrainedText):
        try:
            locate(point.text.checkpoint)
        except TrialsError as error:
            raise UsageError(f"the student {into!r} begins with an encoder that cannot be read: {error}") from error
    return point


def train_student(
    point: AnyPoint, texts: StudyTexts, dataset: TextDataset, folder: Path, ends: float, say: Callable[[str], None]
) -> None:
    """Train a student, and write the best of its states on the validation split to `folder / "model"`.

    Args:
        point: its parameters.
        texts: the settings of the study.
        dataset: the data, whose training split has soft targets.
        folder: an existing folder.
        ends: when the time is over, in `time.monotonic()` seconds; the first state that was evaluated is kept then.
        say: receives a line at each evaluation.

    Raises:
        UsageError: the time is too short for it.
        SearchFailed: it cannot be trained.
        WorkspaceError: the process that trained was killed, or the disk rejects the model.
    """
    data: TrialData = dataset
    budget = len(dataset.train)
    steps: tuple[int, ...] = EVALUATION_STEPS
    if isinstance(point, Point):
        longest = texts.max_length or choose_max_length(dataset)
        data = encode(dataset, point.text, longest, None)
        budget = _budget(point, texts, dataset, longest, float(data.train.lengths.mean()), ends)
        steps = evaluation_steps(budget, len(dataset.validation), 1 / USED_SHARE - 1)
        say(f"The student trains on {len(dataset.train):,} texts for {budget / len(dataset.train):.1f} epochs")
    else:
        say(f"The student is fitted to {len(dataset.train):,} texts")
    job = TrialJob(
        number=0,
        point=point,
        seed=texts.seed,
        budget_examples=budget,
        metric=texts.metric,
        checkpoint=folder / "model",
        state=folder / "state",
        steps=steps,
        precision=texts.precision,
        threads=usable_cores(),
    )
    try:
        process = TrialProcess()
        try:
            _run(process, job, data, ends, say)
        finally:
            process.end()
    except ForkDied as error:
        raise WorkspaceError(f"{error}, usually because memory ran out; free some memory, and try again") from error
    except TrialsError as error:
        raise WorkspaceError(one_line(error)) from error


def _run(process: TrialProcess, job: TrialJob, data: TrialData, ends: float, say: Callable[[str], None]) -> None:
    process.begin([job], data)
    is_saved = False
    while True:
        for report in (each.report for each in process.next_reports().reports):
            if report.end not in {None, TrialEnd.COMPLETED}:
                raise SearchFailed(f"the student could not be trained ({report.end}): {report.cause.strip()}")
            if (found := report.evaluation) is not None and isinstance(job.point, Point):
                say(f"{found.fraction:.0%}: {job.metric} {found.metrics[job.metric]:.3f} on the validation split")
                is_saved = is_saved or not found.is_look
            if report.end is TrialEnd.COMPLETED:
                return
        if is_saved and time.monotonic() > ends:
            say("The time is over: the best state so far is the student")
            process.leave()
            return


def _budget(point: Point, texts: StudyTexts, dataset: TextDataset, longest: int, tokens: float, ends: float) -> int:
    """Return the examples that the student can train on until `ends`, up to `MOST_EPOCHS`.

    Args:
        point: its parameters.
        texts: the settings of the study.
        dataset: the data.
        longest: tokens at which a text is truncated.
        tokens: mean number of tokens of a text.
        ends: when the time is over.

    Raises:
        UsageError: that is less than one pass over them, or than `FEWEST_EXAMPLES`.
    """
    chosen = dataset.train.texts
    typical = sum(map(len, chosen)) / len(chosen)
    measured = training_pace(
        PaceJob(
            points={PACE: point},
            texts=tuple(sorted(chosen, key=lambda text: abs(len(text) - typical))[:32]),
            max_length=longest,
            classes=len(dataset.label_names),
            precision=texts.precision,
            threads=usable_cores(),
        )
    )
    left, pace = ends - time.monotonic(), USED_SHARE * measured[PACE].alone / tokens
    fewest = min(len(chosen), FEWEST_EXAMPLES)
    if left * pace < fewest:
        whole = len(texts.dataset.train) + len(texts.dataset.unlabeled)  # the teacher reads more in more time
        more = math.ceil((min(whole, FEWEST_EXAMPLES) / pace - left) / (1 - READING_SHARE))
        raise UsageError(
            f"the student needs about {fewest / pace:.0f} s to train on {fewest:,} texts, but {max(0.0, left):.0f} s "
            f"are left; make --time-budget {more} s longer"
        )
    most = round(MOST_EPOCHS * len(chosen))
    return max(BUDGET_STEPS, min(most, round(left * pace)))
