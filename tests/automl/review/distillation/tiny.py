"""Tiny teachers, their data, and a process of trials that is this one."""

import csv
import json
from pathlib import Path

import numpy as np

from search_spaces import SPACES, Defaults
from tests.trials.toy import toy_texts
from trials.data import Split
from trials.files import save_classifier
from trials.linear import fit_linear
from trials.protocol import MemberReport, WorkerReports
from trials.run import run_trial

NAMES = ("culture", "politics", "sport")


class Process:
    """Runs a trial here."""

    def __init__(self) -> None:
        self.left = False

    def begin(self, jobs, data) -> None:
        self.reports = iter(run_trial(jobs[0], data))

    def next_reports(self) -> WorkerReports:
        return WorkerReports((MemberReport(0, next(self.reports)),))

    def leave(self) -> None:
        self.left = True

    def end(self) -> None:
        self.reports = iter(())


def rows(count: int, seed: int) -> list[tuple[str, str]]:
    texts, labels = toy_texts(count, seed)
    return list(zip(texts, [("sport", "politics", "culture")[label] for label in labels], strict=True))


def write_teacher(folder: Path) -> Path:
    known = rows(90, 1)
    labels = np.array([NAMES.index(label) for _, label in known])
    split = Split(tuple(text for text, _ in known), labels)
    save_classifier(fit_linear(SPACES["linear"](Defaults()), split, NAMES), folder)
    return folder


def write_data(folder: Path) -> tuple[Path, Path]:
    labelled, unlabeled = folder / "data.csv", folder / "more.txt"
    with labelled.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows(240, 2)])
    unlabeled.write_text("\n".join(text for text, _ in rows(60, 3)))
    return labelled, unlabeled


def write_teacher_of(task: str, folder: Path) -> Path:
    """A teacher of ordered classes, or of a number that grows with them, which says so."""
    folder.parent.mkdir()
    known = rows(90, 1)
    ids = np.array([NAMES.index(label) for _, label in known])
    labels = ids.astype(np.int32) if task == "ordinal" else 1000.0 + 25.0 * ids
    names = NAMES if task == "ordinal" else ("score",)
    split = Split(tuple(text for text, _ in known), labels)
    save_classifier(fit_linear(SPACES["linear"](Defaults()), split, names), folder)
    (folder / "automl.json").write_text(json.dumps({"task": task, "label_names": names}))
    return folder


def write_data_of(task: str, folder: Path) -> tuple[Path, Path]:
    """The data of such a teacher, and texts alone."""
    labelled, unlabeled = write_data(folder)
    if task == "regression":
        with labelled.open("w", newline="") as file:
            known = [(text, 1000 + 25 * NAMES.index(label)) for text, label in rows(240, 2)]
            csv.writer(file).writerows([("text", "score"), *known])
    return labelled, unlabeled
