"""A study whose data has some flipped labels, made without a search."""

import json
from contextlib import closing
from pathlib import Path

import numpy as np

from automl.config import build_experiment, dump_experiment
from automl.core import FACTS_FILE, NewStudy, Workspace
from automl.planning import resolve_experiment
from automl.report import BASELINE
from automl.review import ReopenedStudy, reopen
from automl.storage import create_store
from tests.automl.goals import MACRO_F1
from tests.trials.data.rows import write_csv
from trials.data import load_dataset
from trials.files import write_thresholds
from trials.linear import fit_linear

WORDS = {"bad": ["dull", "weak", "poor", "slow", "bland"], "good": ["bright", "fine", "sharp", "warm", "witty"]}
FLIPPED = range(0, 300, 20)
"""Rows of the file whose label is the other one: 5%."""


def reviews() -> list[tuple[str, str]]:
    """300 texts of ten words, most of them of their class; every twentieth has the other class as its label."""
    generator, rows = np.random.default_rng(0), []
    for number in range(300):
        own, other = ("bad", "good") if number % 2 else ("good", "bad")
        words = [*generator.choice(WORDS[own], 7), *generator.choice(WORDS[other], 1), f"film{number}", f"take{number}"]
        rows.append((" ".join(generator.permutation(words)), other if number in FLIPPED else own))
    return rows


def topics() -> list[tuple[str, str]]:
    """300 texts with words of their labels, one or both, and some of either; every twentieth has lost its labels."""
    generator, rows = np.random.default_rng(0), []
    for number in range(300):
        labels = [["bad"], ["good"], ["bad", "good"]][number % 3]
        own = [word for label in labels for word in generator.choice(WORDS[label], 4 // len(labels))]
        others = generator.choice(WORDS["bad"] + WORDS["good"], 3)
        text = " ".join(generator.permutation([*own, *others, f"film{number}", f"take{number}"]))
        rows.append((text, json.dumps([] if number in FLIPPED else labels)))
    return rows


def ratings() -> list[tuple[str, str]]:
    """300 texts of eight words; their number is that of the good ones, times 10, and every twentieth has another."""
    generator, rows = np.random.default_rng(0), []
    for number in range(300):
        good = number % 9
        words = [*generator.choice(WORDS["good"], good), *generator.choice(WORDS["bad"], 8 - good), f"film{number}"]
        value = 10 * (good + 4 if good < 5 else good - 4) if number in FLIPPED else 10 * good
        rows.append((" ".join(generator.permutation(words)), f"{value + generator.uniform(-2, 2):.1f}"))
    return rows


def stars() -> list[tuple[str, str]]:
    """The same texts with a class of three, of which every twentieth has the farthest one."""
    ranks = [(number % 9) // 3 for number in range(300)]
    shown = [(2 if rank < 2 else 0) if number in FLIPPED else rank for number, rank in enumerate(ranks)]
    return [(text, ("low", "fair", "high")[rank]) for (text, _), rank in zip(ratings(), shown, strict=True)]


def review_study(folder: Path, rows: list[tuple[str, str]], space: str = "linear", **flags: object) -> Workspace:
    """A workspace in `folder` with the study `reviews` on these rows."""
    source = write_csv(folder / "reviews.csv", rows)
    given = {"space.name": space, "workspace": folder / "runs", **flags}
    experiment = build_experiment(str(source), [], given, [])
    fingerprint = load_dataset(experiment.data_options()).dataset.fingerprint
    workspace = Workspace(folder / "runs")
    with closing(create_store(workspace)) as store:
        defaults = {name: each.default for name, each in resolve_experiment(experiment).space.dimensions().items()}
        store.create(NewStudy("reviews", MACRO_F1, dump_experiment(experiment), fingerprint, 810, 64), defaults)
    return workspace


def hand_over(workspace: Workspace, *, refitted: bool = False, folds: int = 0) -> None:
    """Write a linear model of the study into `best`; with `refitted`, that of trial 0 into the folder of its trial."""
    study = reopen("reviews", workspace, lambda finding: None)
    folders, dataset = workspace.study("reviews"), study.prepared.dataset
    classifier = fit_linear(BASELINE, dataset.train, dataset.label_names)
    for folder in (folders.best, *([folders.model(0)] if refitted else [])):
        folder.mkdir(parents=True)
        classifier.write(folder)
        write_thresholds(folder, dataset.task.uncalibrated(len(dataset.label_names)).thresholds)
    facts = {"trial": 0, "folds": folds, "is_refitted": refitted}
    (folders.best / FACTS_FILE).write_text(json.dumps(facts))


def study_of(folder: Path, task: str, rows: list[tuple[str, str]], **flags: object) -> ReopenedStudy:
    """A study of another task on these rows, opened again, whose model was handed over."""
    workspace = review_study(folder, rows, **{"data.task": task, **flags})
    hand_over(workspace)
    return reopen("reviews", workspace, lambda finding: None)
