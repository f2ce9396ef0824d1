"""Distillation: a smaller model learns the probabilities or numbers of another one, and is measured beside it.

Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
"""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from automl.config import parse_duration
from automl.core import FACTS_FILE, UsageError, WorkspaceError
from automl.export import ModelScores, describe, load_classifier, replaceable, score
from automl.review.distillation.result import Distilled, MeasuredModel
from automl.review.distillation.student import READING_SHARE, student_parameters, student_point, train_student
from automl.review.distillation.teacher import load_teacher, taught
from automl.review.distillation.texts import StudyTexts, texts_of
from automl.review.distillation.wording import distilled_json, student_card
from automl.selection import compare, score_interval
from trials.classifiers import milliseconds, pair_read_by
from trials.data import DataOptions
from trials.errors import CheckpointError
from trials.files import VALIDATION_LOGITS, read_kind, replacing
from trials.tasks import REGRESSION, task_of

TEXTS_OF_LATENCY = 64

MOST_TEMPERATURE = 100.0


@dataclass(frozen=True)
class Distillation:
    """What a user asks for.

    Attributes:
        teacher: the folder of a model.
        into: what the student is, a key of `STUDENTS`.
        output: the folder of the student: a new one, or that of an earlier student, which is replaced.
        data: labelled data; None: those of the teacher's study.
        unlabeled: a corpus, file or folder with further texts; None: those of the study.
        seconds: time for all.
        temperature: by which the logits of both models are divided in the loss.
        storage: SQLAlchemy URL of the studies; None: that of the workspace in which the teacher lies.
    """

    teacher: Path
    into: str
    output: Path
    data: DataOptions | None = None
    unlabeled: str | None = None
    seconds: float = 180.0
    temperature: float = 1.0
    storage: str | None = None


def distill(wanted: Distillation, say: Callable[[str], None]) -> Distilled:
    """Train a student, write it as a model folder with a card, and measure it beside its teacher on the test split.

    The student is a trial whose loss has soft targets. The folder appears completely or not at all.

    Args:
        wanted: what is asked for.
        say: receives a line before each step.

    Raises:
        UsageError: an argument is wrong, or the time is too short.
        DataProblem: data cannot be used.
        SearchFailed: the student cannot be trained.
        WorkspaceError: the folder cannot be written, or memory is short.
    """
    started = time.monotonic()
    output = _checked(wanted)
    student_point(wanted.into)  # what is wrong with it is told before the data are read
    texts = texts_of(wanted.teacher, wanted.data, wanted.unlabeled, wanted.storage, say)
    if texts.dataset.task is REGRESSION and wanted.temperature != 1.0:
        raise UsageError(
            f"--temperature must be left out, not {wanted.temperature:g}: the model gives numbers, and no "
            "probabilities that it could soften"
        )
    teacher = load_teacher(wanted.teacher, texts.dataset)
    tells_apart = pair_read_by(wanted.teacher) is not None
    lesson = taught(teacher, texts.dataset, wanted.temperature, READING_SHARE * wanted.seconds, say)
    data, total = lesson.dataset, len(texts.dataset.train) + len(texts.dataset.unlabeled)
    del teacher
    with TemporaryDirectory(prefix="automl-distill-", ignore_cleanup_errors=True) as place:
        point = student_point(wanted.into, tells_columns_apart=tells_apart)
        train_student(point, texts, data, Path(place), started + wanted.seconds, say)
        say("Measuring teacher and student on the test split")
        student = Path(place) / "model"
        own, its = (score(folder, texts.dataset.test) for folder in (student, wanted.teacher))
        made = Distilled(
            folder=output,
            into=wanted.into,
            teacher_folder=wanted.teacher,
            study=texts.name,
            metric=texts.metric,
            student=_measured(student, own, texts),
            teacher=_measured(wanted.teacher, its, texts),
            comparison=compare(texts.metric, own.logits, its.logits, texts.dataset.test.labels),
            parameters=student_parameters(wanted.into, tells_columns_apart=tells_apart),
            temperature=wanted.temperature,
            labelled=lesson.labelled,
            unlabeled=len(data.train) - lesson.labelled,
            left=total - len(data.train),
            seconds=time.monotonic() - started,
            dataset=texts.dataset,
            doubt=texts.doubt,
        )
        _write(made, student)
    return made


def seconds_for(time_budget: str | float) -> float:
    """Return a time budget in seconds.

    Args:
        time_budget: such as `90s`, `10m`, `1h30m`, or a number of seconds.

    Raises:
        UsageError: it has another form, or is not above 0.
    """
    try:
        return parse_duration(str(time_budget))
    except ValueError as error:
        raise UsageError(f"--time-budget: {error}") from error


def _checked(wanted: Distillation) -> Path:
    """Check what needs no model, and return the absolute path of the output.

    Raises:
        UsageError: an argument is wrong.
    """
    if not 0 < wanted.temperature <= MOST_TEMPERATURE:
        raise UsageError(f"--temperature must be above 0 and at most {MOST_TEMPERATURE:g}, not {wanted.temperature:g}")
    if not wanted.teacher.is_dir():
        raise UsageError(
            f"the model must be a folder such as runs/STUDY/best, but there is no folder {str(wanted.teacher)!r}"
        )
    return replaceable(wanted.output, wanted.teacher, _is_student)


def _is_student(folder: Path) -> bool:
    try:
        return "distilled_from" in json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False


def _measured(folder: Path, tested: ModelScores, texts: StudyTexts) -> MeasuredModel:
    dataset, task = texts.dataset, task_of(texts.dataset.test.labels)
    names = dict.fromkeys((texts.metric, task.shown_metric))
    classifier = load_classifier(folder)
    return MeasuredModel(
        validation=score(folder, dataset.validation).metrics,
        test=tested.metrics,
        intervals={name: score_interval(name, tested.logits, dataset.test.labels) for name in names},
        latency_ms=milliseconds(classifier, dataset.validation.texts[:TEXTS_OF_LATENCY], 1),
        megabytes=sum(_sizes(folder)) / 1e6,
    )


def _sizes(folder: Path) -> list[int]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != VALIDATION_LOGITS)
    return [file.stat().st_size for file in files]


def _write(made: Distilled, student: Path) -> None:
    try:
        with replacing(made.folder) as staging:
            shutil.copytree(student, staging, ignore=shutil.ignore_patterns(VALIDATION_LOGITS), dirs_exist_ok=True)
            describe(
                staging,
                student_card(made, read_kind(staging), pair_read_by(staging)),
                distilled_json(made),
                made.dataset.form,
            )
    except (CheckpointError, OSError) as error:
        raise WorkspaceError(f"the student cannot be written to {str(made.folder)!r}: {error}") from error
