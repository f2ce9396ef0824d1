"""`automl.distill`: a smaller model learns the probabilities of another one."""

from collections.abc import Sequence
from pathlib import Path

from automl.console import Console
from automl.review import Distillation, Distilled, named_data, seconds_for
from automl.review import distill as distil_model


def distill(
    model: str | Path,
    into: str,
    output: str | Path,
    *,
    data: str | None = None,
    text: str | Sequence[str] | None = None,
    label: str | Sequence[str] | None = None,
    also: str | Sequence[str] | None = None,
    task: str | None = None,
    label_separator: str | None = None,
    unlabeled: str | None = None,
    time_budget: str | float = "3m",
    temperature: float = 1.0,
    storage: str | None = None,
    progress: bool = True,
) -> Distilled:
    """Train a smaller model on the probabilities of another one, as `automl distill` does.

    `load_classifier(result.folder)` loads the student.

    Args:
        model: the folder of the teacher, such as `runs/STUDY/best` or `result.folder`.
        into: what the student is: `linear`, `subnet` or `minilm`.
        output: the folder of the student: a new one, or that of an earlier model, which is replaced.
        data: labelled data, as a path or the name of a corpus; None: those of the teacher's study.
        text: the column of `data` that holds the text, or several.
        label: the column of `data` that holds the label or labels, or several columns of 0 and 1, one for each label.
        also: the column of `data` that is read beside the text, or several.
        task: `single-label`, `multi-label`, `ordinal` or `regression`; None: that of the teacher, or this follows from
            the labels.
        label_separator: what stands between several labels in a cell.
        unlabeled: further texts, as a path or the name of a corpus; labels are ignored.
        time_budget: time for all: `"10m"`, or seconds.
        temperature: temperature of the teacher's and the student's logits in the loss.
        storage: SQLAlchemy URL of the studies; None: that of the workspace in which the teacher lies.
        progress: whether messages are shown.

    Returns:
        The student and its teacher with their scores on the test split, latencies and sizes.

    Raises:
        UsageError: an argument is wrong, or the time is too short.
        DataProblem: data cannot be used.
        SearchFailed: the student cannot be trained.
        WorkspaceError: the folder cannot be written, or memory is short.
    """
    source = None if data is None else str(data)
    options = named_data(source, _names(text), _names(label), _names(also), task, label_separator)
    wanted = Distillation(
        Path(model), into, Path(output), options, unlabeled, seconds_for(time_budget), temperature, storage
    )
    return distil_model(wanted, Console().say if progress else _silent)


def _names(columns: str | Sequence[str] | None) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns or ())


def _silent(message: str) -> None:
    """Show nothing."""
