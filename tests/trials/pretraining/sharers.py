"""Trials with a stage; and a process that runs one, and writes down each step of its stage."""

import os
import time
from dataclasses import replace
from pathlib import Path

from search_spaces import Point, Pretraining
from tests.trials.toy import encode, toy_dataset, toy_job, toy_point, toy_texts
from trials.pretraining import shared_encoder
from trials.pretraining.mlm_trainer import MlmTrainer
from trials.protocol import TrialEnd
from trials.run import run_trial

DATA = replace(toy_dataset(), unlabeled=encode(*toy_texts(70, seed=5)))
"""160 texts for the stage: ten steps in two passes."""

STAGE = Pretraining(epochs=2.0, learning_rate=3e-3, mask_share=0.15)


def staged(encoder: str = "modernbert/mean", **fields: float) -> Point:
    return replace(toy_point(encoder, learning_rate=3e-3), pretraining=replace(STAGE, **fields))


def run_and_log(folder: Path, log: Path, name: str) -> None:
    real = MlmTrainer._step

    def slowly(self: MlmTrainer, batch: object) -> None:
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(0.05)
        real(self, batch)

    MlmTrainer._step = slowly
    shared_encoder.SECONDS_BETWEEN_STATES = 0.0
    *_, last = run_trial(toy_job(folder / name, staged(), cache=folder / "cache", budget_examples=81), DATA)
    assert last.end is TrialEnd.COMPLETED, last.cause
