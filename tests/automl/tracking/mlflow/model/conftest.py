"""Models as a search hands them over, with their facts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.tiny_model import LABEL_NAMES, tiny_model
from tests.trials.toy import LABELS, toy_texts
from trials.data import Split
from trials.files import save_classifier
from trials.linear import fit_linear

__all__ = ["tiny_model"]


def write_facts(folder: Path, label_names: tuple[str, ...], created: str) -> None:
    scores = {"handed_over": {"test": {"macro_f1": 0.9, "log_loss": None}}}
    facts = {"created": created, "study": "s", "trial": 3, "label_names": label_names, "scores": scores}
    (folder / "automl.json").write_text(json.dumps(facts))


@pytest.fixture
def transformer(tiny_model: Path, tmp_path: Path) -> Path:
    folder = shutil.copytree(tiny_model, tmp_path / "transformer" / "best")
    write_facts(folder, LABEL_NAMES, "2026-01-02T03:04:05+00:00")
    return folder


@pytest.fixture
def linear(tmp_path: Path) -> Path:
    folder = tmp_path / "linear" / "best"
    texts, labels = toy_texts(30, 0)
    split = Split(tuple(texts), np.array(labels))
    save_classifier(fit_linear(SPACES["linear"](Defaults()), split, LABELS), folder)
    write_facts(folder, LABELS, "2026-01-02T03:04:06+00:00")
    return folder
