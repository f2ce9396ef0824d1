"""What is fitted to the rows of a fold, and what its cost counts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.trials.pretrained.jobs import dataset
from tests.trials.toy import toy_dataset, toy_job
from trials.data.fold_split import Fold, the_splits
from trials.linear.model import LinearClassifier
from trials.training.cost_meter import CostMeter
from trials.workflows import fitting as module
from trials.workflows.fit_trial import fit_and_evaluate
from trials.workflows.fitting import Fitting

DATA = dataset()
POINT = SPACES["linear"](Defaults())


def ended(work: object) -> object:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_a_linear_model_has_no_samples_and_rows_count_once(tmp_path: Path) -> None:
    cost = CostMeter()
    fitting = Fitting(toy_job(tmp_path, POINT), DATA, cost)
    assert ended(fitting.next_stage()) is None
    rows, fold = np.arange(40), the_splits(DATA)
    small = ended(fitting.fit(Fold(rows, fold.held_out)))
    assert cost.so_far().examples == 40
    whole = ended(fitting.fit(fold))
    assert cost.so_far().examples == len(DATA.train)
    assert small.logits.shape == whole.logits.shape == (len(DATA.validation), 3)
    assert cost.so_far().parameters == whole.parameters > small.parameters


def test_data_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a Linear cannot be fitted to a EncodedDataset"):
        ended(fit_and_evaluate(toy_job(tmp_path, POINT), toy_dataset(), CostMeter()))


def test_threads_of_the_job_do_not_change_the_model(tmp_path: Path) -> None:
    one, two = (
        ended(fit_and_evaluate(replace(toy_job(tmp_path, POINT), threads=threads), DATA, CostMeter()))
        for threads in (1, 2)
    )
    assert one.metrics["log_loss"] == pytest.approx(two.metrics["log_loss"], rel=1e-6)


def test_the_training_loss_is_of_as_many_rows_as_memory_has_logits_for(tmp_path: Path, monkeypatch) -> None:
    scored = []
    logits = LinearClassifier.logits
    monkeypatch.setattr(module, "MOST_LOGITS", 10 * len(DATA.label_names))
    monkeypatch.setattr(
        LinearClassifier, "logits", lambda self, texts: scored.append(len(texts)) or logits(self, texts)
    )
    ended(fit_and_evaluate(toy_job(tmp_path, POINT), DATA, CostMeter()))
    assert len(DATA.train) > 10
    assert scored[0] <= 10
    assert scored[1] == len(DATA.validation)
