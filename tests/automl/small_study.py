"""A study that is made in no time: two trials that ended, and one that waits."""

import os
import subprocess
import sys
from pathlib import Path

import optuna
from optuna.pruners import NopPruner
from optuna.samplers import RandomSampler
from optuna.study import Study

from automl.storage import attributes
from automl.storage.coordination.process_identity import ProcessIdentity, this_process
from automl.storage.study_store import NewStudy, StudyStore
from tests.automl.goals import MACRO_F1
from trials.protocol import TrialEnd

STUDY = "s"


def make_study(store: StudyStore) -> None:
    store.create(NewStudy(STUDY, MACRO_F1, "{}", "abc", 810, 64), {"depth": 1})
    study = open_study(store)
    for number in range(2):
        trial = study.ask()
        trial.suggest_int("depth", 1, 3)
        trial.set_user_attr(attributes.END, TrialEnd.COMPLETED.value)
        study.tell(trial, 0.5 + number / 10)
    study.enqueue_trial({"depth": 3})


def open_study(store: StudyStore) -> Study:
    return optuna.load_study(
        study_name=STUDY, storage=store.study(STUDY).mirror(), sampler=RandomSampler(seed=0), pruner=NopPruner()
    )


def make_model(folder: Path, *more: str) -> None:
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors", *more):
        (folder / name).write_text("{}")


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder with its bytes."""
    return {os.path.relpath(path, folder): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def ended_process() -> ProcessIdentity:
    """A process of this machine that is no more."""
    here = this_process()
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    return ProcessIdentity(here.host, here.boot_id, child.pid, "1")
