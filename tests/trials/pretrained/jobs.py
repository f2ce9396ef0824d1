"""Trials that start from a pretrained checkpoint, on texts of a few words."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from search_spaces import SPACES, Point, PretrainedText, Space
from tests.trials.toy import LABELS, toy_texts
from trials.data.dataset import EncodedDataset, Split, TextDataset
from trials.data.encoding.tokenization import encode
from trials.protocol import EVALUATION_STEPS, TrialJob


def dataset() -> TextDataset:
    splits = [Split(tuple(texts), np.array(labels)) for texts, labels in (toy_texts(90, 0), toy_texts(30, 1))]
    return TextDataset("toy", LABELS, *splits, test=splits[1], fingerprint="f" * 64)


def point(checkpoint: Path, **values: object) -> Point:
    space = Space("finetune", SPACES["finetune"])
    given = {name if "." in name else f"architecture.{name}": value for name, value in values.items()}
    return space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint), **given})


def encoded(checkpoint: Path) -> EncodedDataset:
    return encode(dataset(), PretrainedText(str(checkpoint), 64), 64, None)


def job_of(tmp_path: Path, found: Point, **fields: object) -> TrialJob:
    job = TrialJob(0, found, 7, 900, "macro_f1", tmp_path / "model", tmp_path / "state", EVALUATION_STEPS)
    return replace(job, **fields)
