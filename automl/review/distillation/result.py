"""What a distillation gave, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automl.selection import Comparison
from search_spaces import Value
from trials.data import TextDataset


@dataclass(frozen=True)
class MeasuredModel:
    """A model, measured on this machine.

    Attributes:
        validation: metrics on the validation split, by which its probabilities are calibrated.
        test: metrics on the test split.
        intervals: 95% intervals of test scores by metric.
        latency_ms: median milliseconds for one text.
        megabytes: size of all its files.
    """

    validation: Mapping[str, float]
    test: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    latency_ms: float
    megabytes: float


@dataclass(frozen=True)
class Distilled:
    """A student and its teacher.

    Attributes:
        folder: the folder of the student.
        into: what the student is, a key of `STUDENTS`.
        teacher_folder: the folder of the teacher.
        study: name of the teacher's study, or of the data if it has none.
        metric: the metric that decided between the states of the student.
        student: the student.
        teacher: the teacher.
        comparison: the student compared with its teacher on the test rows.
        parameters: those of the student, by name.
        temperature: by which the logits of both were divided in the loss.
        labelled: number of training texts that the teacher read.
        unlabeled: number of further texts.
        left: number of texts for which the teacher had no time.
        seconds: time of all.
        dataset: the data.
        doubt: a sentence if the test rows may be known to the teacher; empty otherwise.
    """

    folder: Path
    into: str
    teacher_folder: Path
    study: str
    metric: str
    student: MeasuredModel
    teacher: MeasuredModel
    comparison: Comparison
    parameters: Mapping[str, Value]
    temperature: float
    labelled: int
    unlabeled: int
    left: int
    seconds: float
    dataset: TextDataset
    doubt: str = ""
