"""The texts of a distillation: those of the teacher's study, or of data that are named, and further ones."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from automl.core import FACTS_FILE, DataProblem, UsageError, Workspace, unknown_name
from automl.review.reopened_study import reopen
from trials.data import DataOptions, TextDataset, load_dataset, read_unlabeled, without_known
from trials.errors import DataError
from trials.tasks import ORDINAL, REGRESSION, TASKS

_DOUBT = (
    "The data are not those of the teacher's search as it split them, so test rows may be among the texts that the "
    "teacher was trained on, and flatter it."
)


@dataclass(frozen=True)
class StudyTexts:
    """What a student learns from and is judged by.

    Attributes:
        name: name of the study, or of the data.
        dataset: the data with their splits; `unlabeled` are further texts, which no split has.
        metric: the metric of the study, or the usual one.
        max_length: tokens at which a text is truncated; None: by the texts.
        seed: seed of the study.
        precision: precision of the study.
        doubt: a sentence if the test rows may be known to the teacher; empty otherwise.
    """

    name: str
    dataset: TextDataset
    metric: str
    max_length: int | None = None
    seed: int = 0
    precision: str = "auto"
    doubt: str = ""


def named_data(
    source: str | None,
    text: Sequence[str] = (),
    label: Sequence[str] = (),
    also: Sequence[str] = (),
    task: str | None = None,
    label_separator: str | None = None,
) -> DataOptions | None:
    """Return where labelled data lie; None if none are named.

    Args:
        source: a corpus, file or folder.
        text: columns of the text.
        label: the column of the labels, or columns of 0 and 1, one for each label.
        also: columns of categories and numbers that are read beside the text.
        task: what the labels are; None: this follows from them.
        label_separator: what stands between several labels in a cell.

    Raises:
        UsageError: columns are named without data, or there is no such task.
    """
    if source is None:
        if text or label or also or task or label_separator:
            raise UsageError(
                "--text, --label, --also, --task and --label-separator say how --data is read, which must be given"
            )
        return None
    if task is not None and task not in TASKS:
        raise UsageError(f"--task: {unknown_name('task', task, TASKS)}")
    return DataOptions(
        source,
        text=tuple(text),
        also=tuple(also),
        label=label[0] if len(label) == 1 else None,
        indicators=tuple(label) if len(label) > 1 else (),
        task=task or DataOptions.task,
        label_separator=label_separator,
    )


def texts_of(
    teacher: Path, data: DataOptions | None, unlabeled: str | None, storage: str | None, say: Callable[[str], None]
) -> StudyTexts:
    """Return the texts of `data`, or else those of the study that the folder of the teacher belongs to.

    Args:
        teacher: the folder of the teacher.
        data: labelled data; None: those of the study.
        unlabeled: a corpus, file or folder with further texts; None: those of the study, if it has some.
        storage: SQLAlchemy URL of the studies; None: that of the workspace in which the teacher lies.
        say: receives each finding about the data.

    Raises:
        UsageError: the study cannot be found, or its data have changed.
        DataProblem: data cannot be read.
    """
    facts = _facts(teacher)
    found = _of_study(teacher, facts, storage, say) if data is None else _of_data(data, facts, say)
    if unlabeled is None:
        return found
    dataset = found.dataset
    held_out = (*dataset.validation.texts, *dataset.test.texts)
    try:
        texts = [*dataset.unlabeled, *read_unlabeled(unlabeled, dataset.form)]
        kept, findings = without_known(texts, dataset.train.texts, held_out)
    except DataError as error:
        raise DataProblem(str(error)) from error
    for finding in findings:
        say(finding.message)
    return replace(found, dataset=replace(dataset, unlabeled=kept))


def _facts(teacher: Path) -> dict[str, Any]:
    """Return the content of `automl.json`; empty for a model from elsewhere."""
    try:
        facts = json.loads((teacher / FACTS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _of_study(teacher: Path, facts: dict[str, Any], storage: str | None, say: Callable[[str], None]) -> StudyTexts:
    name, folder = facts.get("study"), teacher.resolve().parent
    if not isinstance(name, str) or Workspace(folder.parent).study(name).folder != folder:
        raise UsageError(
            f"the data of the model in {str(teacher)!r} are unknown, because it does not lie in the folder of its "
            "study, as runs/STUDY/best does; name labelled data with --data"
        )
    study = reopen(name, Workspace(folder.parent, storage), say)
    return StudyTexts(
        name,
        study.prepared.dataset,
        study.record.goals.first.name,
        study.prepared.max_length,
        study.experiment.search.seed,
        study.experiment.trial.precision,
    )


def _of_data(options: DataOptions, facts: dict[str, Any], say: Callable[[str], None]) -> StudyTexts:
    try:
        loaded = load_dataset(_as_taught(options, facts))
    except DataError as error:
        raise DataProblem(str(error)) from error
    for finding in loaded.findings:
        say(finding.message)
    dataset, trained_on = loaded.dataset, facts.get("data") or {}
    doubt = "" if trained_on.get("fingerprint") == dataset.fingerprint else _DOUBT
    metric = facts.get("metric")
    known = metric if metric in dataset.task.metrics else dataset.task.default_metric
    return StudyTexts(str(facts.get("study") or dataset.name), dataset, str(known), doubt=doubt)


def _as_taught(options: DataOptions, facts: dict[str, Any]) -> DataOptions:
    """Return `options` for numbers or ordered classes, in the order of the teacher, if it gives these."""
    task, names = facts.get("task"), facts.get("label_names")
    if task not in {ORDINAL.name, REGRESSION.name} or options.task not in {DataOptions.task, task}:
        return options
    order = tuple(map(str, names)) if task == ORDINAL.name and isinstance(names, list) else ()
    return replace(options, task=task, order=order)
