"""Studies of tiny finetunings; what their models say of the validation rows is made up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from automl.core import StudyRecord
from automl.export import ModelScores
from automl.export.score_model import score
from automl.planning import Plan
from automl.selection import Scores
from automl.session.handover.candidates import Candidate
from search_spaces import SPACES, Space
from tests.automl.report.records import make_study
from tests.automl.session.voters import DATA, logits, plans_in, trial
from tests.trials.toy import LABELS, MAX_LENGTH, toy_dataset, toy_point, toy_tokenizer
from trials.classifiers import ModelCheckpoint
from trials.data import Split
from trials.files import read_validation_logits
from trials.models import build_model
from trials.pretrained import head_of

FINETUNE = Space("finetune", SPACES["finetune"])


def finetunings_in(folder: Path) -> Callable[..., tuple[Plan, StudyRecord, Candidate]]:
    """Makes a plan, a study with tiny models of the trials 0 to 2, and the best of them."""

    def made(**search: object) -> tuple[Plan, StudyRecord, Candidate]:
        plan = plans_in(folder)({}, **{"space": "finetune", "soup": "auto", **search})
        trials = tuple(replace(trial(n, latency_ms=5.0), params=FINETUNE.defaults()) for n in range(3))
        model = plan.workspace.study("news").model
        for number in range(3):
            _save(model(number), number)
        single = Candidate(trials[0], model(0), Scores({}, {}), logits(0), np.zeros((30, 3)), None)
        return plan, make_study(*trials), single

    return made


def _save(folder: Path, seed: int) -> None:
    torch.manual_seed(seed)
    size, architecture = toy_tokenizer().get_vocab_size(), toy_point().architecture
    model = build_model(architecture, vocabulary_size=size, max_length=MAX_LENGTH, label_names=LABELS)
    ModelCheckpoint(folder, toy_dataset(), head_of(model)).save(model, 1.0, logits(seed))


class Scorer:
    """Says what was made up of the validation rows, and what a model says of the test rows.

    Args:
        means: the skill of each mean of weights that is tried.
    """

    def __init__(self, *means: float) -> None:
        self.means, self.folders = list(means), list[Path]()

    def __call__(self, folder: Path, split: Split) -> ModelScores:
        found = score(folder, split)
        if split is DATA.test:
            return found
        if (kept := read_validation_logits(folder)) is not None:
            return replace(found, logits=kept)
        self.folders.append(folder)
        return replace(found, logits=logits(50 + len(self.means), self.means.pop(0)))
