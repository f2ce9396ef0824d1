"""A cross-validated study from its first trial to the model that is handed over; trials run in this process."""

import io
import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pytest
from rich.console import Console

from automl.config.loader import build_experiment
from automl.core.budgets import Budgets
from automl.core.records import StudyRecord
from automl.core.workspace import Workspace
from automl.engine.trial_manager import TrialManager
from automl.planning import Plan, PreparedData
from automl.report.no_winner import why_no_winner
from automl.report.result_json import winner_facts
from automl.report.summary import summary
from automl.report.trials import study_view
from automl.selection.choose import choose_winner
from automl.selection.result import Winner
from automl.session.handover import hand_over_winner
from search_spaces import SPACES, Space
from tests.automl.engine.helpers import NEW, Bench
from tests.trials.toy import LABELS, toy_texts
from trials.data.dataset import Split, TextDataset
from trials.metrics import Outputs, accuracy
from trials.run import run_trial

SPACE = Space("linear", SPACES["linear"])
FOLDS = 3


def dataset() -> TextDataset:
    """A tenth of the labels are wrong, so that no score is perfect."""
    chance = np.random.default_rng(0)

    def split(rows: int, seed: int) -> Split:
        texts, labels = toy_texts(rows, seed)
        wrong = chance.random(rows) < 0.1
        return Split(tuple(texts), np.where(wrong, chance.integers(0, 3, rows), labels).astype(np.int64))

    return TextDataset("toy", LABELS, split(120, 0), split(30, 1), split(60, 2), "f" * 64)


DATA = dataset()


class Search(Bench):
    """Trials whose models lie where a workspace keeps them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.workspace = Workspace(folder)

    def checkpoint(self, number: int) -> Path:
        return self.workspace.study(NEW.name).model(number)

    def run(self, trials: int, stop_after: int | None = None) -> TrialManager:
        """Runs trials to their ends; or one, until it has reported so often."""
        ledger = self.ledger(trials=trials, space=SPACE, pruner="wilcoxon", folds=FOLDS)
        while (job := ledger.begin()) is not None:
            for count, report in enumerate(run_trial(job, DATA), start=1):
                if not ledger.record(job.number, report) or count == stop_after:
                    break
            if stop_after is not None:
                break
        return ledger


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> tuple[Winner, StudyRecord]:
    bench = Search(tmp_path_factory.mktemp("search"))
    bench.create(space=SPACE)
    bench.run(1, stop_after=2).close()  # an interruption after two folds
    bench.run(4)
    study = bench.store.study(NEW.name).record()
    best = choose_winner(study, lambda number: bench.checkpoint(number).exists())
    experiment = build_experiment("bbc-news", [], {"search.folds": FOLDS, "search.ensemble": "off", "data.seed": 3})
    prepared = replace(PreparedData(DATA, 64, Budgets(100, 100)), folds=FOLDS)
    plan = Plan(experiment, bench.workspace, SPACE, prepared, None, None, 0.0)
    return hand_over_winner(plan, study, best, study.trials[0], lambda _: None).winner, study


def test_the_validation_score_is_the_mean_of_folds_and_not_of_rows_that_the_model_has_seen(found):
    winner, _ = found
    for name, value in winner.scores.validation.items():
        scores = [fold.metrics[name] for fold in winner.trial.folds]
        assert value == pytest.approx(fmean(scores))
        assert winner.scores.deviations[name] == pytest.approx(stdev(scores))
    assert len(winner.trial.folds) == FOLDS
    assert winner.scores.validation["accuracy"] < 1.0


def test_the_default_and_the_baseline_are_measured_on_the_same_folds(found):
    winner, study = found
    assert winner.default.validation == study.trials[0].best.metrics
    assert len(study.trials[0].folds) == FOLDS, "those before the interruption, too"
    assert winner.baseline.deviations["accuracy"] > 0
    assert winner.baseline.validation["accuracy"] == pytest.approx(winner.default.validation["accuracy"], abs=0.1)


def test_the_test_score_is_that_of_the_model_that_is_handed_over(found):
    from automl.export.load_model import load_classifier

    winner, _ = found
    logits = load_classifier(winner.folder).logits(DATA.test.texts)
    assert winner.scores.test["accuracy"] == accuracy(Outputs(logits, DATA.test.labels))


def test_card_and_facts_and_summary_say_what_the_scores_are(found):
    winner, study = found
    card = (winner.folder / "README.md").read_text()
    assert "3-fold cross-validation" in card
    assert "means over 3 folds with their standard deviation" in card
    assert "±" in card
    facts = json.loads((winner.folder / "automl.json").read_text())
    assert facts["folds"] == FOLDS
    assert facts["scores"]["winner"]["deviations"].keys() == winner.scores.validation.keys()
    assert [each["fold"] for each in facts["learning_curve"]] == [0, 1, 2, None]
    assert winner_facts(winner)["folds"] == FOLDS
    assert "means over 3 folds" in printed(summary(winner, study, 1.0, Workspace(winner.folder.parent)))


def test_show_has_means_deviations_and_each_fold(found):
    _, study = found
    text = printed(study_view(study))
    assert "over 3 folds (mean ± standard deviation)" in text
    scores = [fold.metrics["macro_f1"] for fold in study.trials[0].folds]
    assert all(f"{score:.3f}" in text for score in scores)
    assert f"{fmean(scores):.3f} ± {stdev(scores):.3f}" in text


def test_a_study_whose_time_was_too_short_says_so(tmp_path):
    bench = Search(tmp_path)
    bench.create(space=SPACE)
    bench.run(1, stop_after=2).close()
    study = bench.store.study(NEW.name).record()
    assert choose_winner(study, lambda number: True) is None
    assert "only after all of its folds" in why_no_winner(study, lambda _: False, Path, "automl resume s")


def printed(thing: object) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(thing)
    return console.file.getvalue()
