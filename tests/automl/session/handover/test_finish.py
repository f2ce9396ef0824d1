import json
from contextlib import nullcontext
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from transformers import pipeline

from automl.console.console import Console
from automl.core import WorkspaceError
from automl.export import hand_over
from automl.export.load_model import load_classifier
from automl.export.score_model import score
from automl.report import reference_of
from automl.selection import compare
from automl.session.handover import finish
from automl.session.handover.finish import copy_to_storage_path, hand_over_winner
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_winner
from tests.automl.session.finetunings import Scorer, finetunings_in
from tests.automl.session.plans import make_plan
from tests.automl.session.voters import DATA, logits, plans_in, trial
from trials.files import read_validation_logits
from trials.tasks import SINGLE_LABEL


@pytest.fixture(autouse=True)
def baseline_here(monkeypatch):
    """The linear baseline is fitted in this process."""
    monkeypatch.setattr(finish, "reference", reference_of)


def test_a_model_is_copied_to_the_storage_path_and_a_failure_costs_nothing(tmp_path, capsys):
    winner = make_winner(tmp_path / "news" / "best")
    winner.folder.mkdir(parents=True)
    (winner.folder / "config.json").write_text("{}")
    plan = make_plan(tmp_path)
    copy_to_storage_path(winner, plan, Console())
    assert capsys.readouterr().out == ""

    (tmp_path / "store").mkdir()
    (tmp_path / "file").touch()
    for path, said in ((tmp_path / "store", "Copied to"), (tmp_path / "file", "")):
        stored = replace(plan, experiment=plan.experiment.model_copy(update={"storage_path": str(path)}))
        copy_to_storage_path(winner, stored, Console())
        assert said in capsys.readouterr().out
    assert [file.name for file in (tmp_path / "store").rglob("config.json")] == ["config.json"]


def test_an_ensemble_is_handed_over_with_the_best_single_model_beside_it_until_it_is_off(tmp_path, monkeypatch):
    plan = plans_in(tmp_path)
    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(score))
    study, of = make_study(trial(0), trial(1)), {0: logits(0), 1: logits(1)}
    both = plan(of)
    winner = hand_over_winner(both, study, study.trials[1], study.trials[0], print).winner
    folders = both.workspace.study("news")
    facts = json.loads((folders.best / "automl.json").read_text())
    assert {member["trial"] for member in facts["ensemble"]["members"]} == {0, 1}
    assert load_classifier(folders.best).logits(["a ball"]).shape == (1, 3)
    assert score(folders.best, DATA.test).metrics == winner.handed_over.test
    single = json.loads((folders.best_single / "automl.json").read_text())
    assert single["ensemble"] is None and single["trial"] == winner.trial.number
    assert "mean_and_default" in facts["comparisons"] and "mean_and_default" not in single["comparisons"]
    assert score(folders.best_single, DATA.test).metrics == winner.scores.test
    assert "Handed over is not this model" in (folders.best_single / "README.md").read_text()

    hand_over_winner(plan(of, ensemble="off"), study, study.trials[1], study.trials[0], print)
    assert json.loads((folders.best / "automl.json").read_text())["ensemble"] is None
    assert not folders.best_single.exists()


def test_the_mean_is_compared_with_the_default_and_not_with_the_best_trial(tmp_path, monkeypatch):
    """The default is right of no test row, the best trial of all, and the mean of all but one."""

    def scored(folder, split):
        found = score(folder, split)
        if split is not DATA.test:
            return found
        right = np.eye(3)[split.labels]
        made = {"00000": -right, "00001": right}.get(folder.name, np.where(np.arange(30)[:, None] == 0, -right, right))
        return replace(found, logits=made, metrics=SINGLE_LABEL.evaluate(made, split.labels))

    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(scored))
    study, plan = make_study(trial(0), trial(1)), plans_in(tmp_path)({0: logits(0), 1: logits(1)})
    winner = hand_over_winner(plan, study, study.trials[1], study.trials[0], print).winner
    compared = winner.mean_against_default
    assert (compared.only_first, compared.only_second) == (29, 0) and compared.gain > 0.9
    assert winner.against_default.only_first == 30


def test_an_untuned_default_is_compared_as_it_is_and_a_trial_that_its_score_chose_is_chosen_anew(tmp_path, monkeypatch):
    rivals = []

    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(score))
    monkeypatch.setattr(finish, "choose_members", lambda plan, study, single, rival: rivals.append(rival))
    study, plans = make_study(trial(0), trial(1)), plans_in(tmp_path)
    for best, margin in ((0, 1.0), (1, 1.0), (1, 0.0)):
        plan = plans({0: logits(0), 1: logits(1)}, margin=margin)
        hand_over_winner(plan, study, study.trials[best], study.trials[0], print)
    assert [rival is not None for rival in rivals] == [True, True, False]
    np.testing.assert_allclose(rivals[0], read_validation_logits(plan.workspace.study("news").model(0)))


def _worse(record):
    found = (replace(each, metrics={**each.metrics, "macro_f1": 0.6}) for each in record.evaluations)
    return replace(record, evaluations=tuple(found))


@pytest.mark.parametrize("ensemble", ["off", "auto"])
def test_a_mean_of_weights_is_handed_over_as_one_model_or_lies_beside_an_ensemble(tmp_path, monkeypatch, ensemble):
    plan, study, _ = finetunings_in(tmp_path)(ensemble=ensemble)
    goals = goals_for("macro_f1", constraints=["latency_ms<=90"])
    study = replace(study, goals=goals, trials=tuple(map(_worse, study.trials)))
    scorer = Scorer(1.35, *[0.1] * 9)
    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(scorer))
    default_logits = score(plan.workspace.study("news").model(1), DATA.test).logits
    handed_over = hand_over_winner(plan, study, study.trials[0], study.trials[1], print)
    folders, winner = plan.workspace.study("news"), handed_over.winner
    is_single = winner.ensemble is None
    assert is_single == (ensemble == "off")
    place = folders.best if is_single else folders.best_single
    facts = json.loads((place / "automl.json").read_text())
    assert facts["soup"]["trials"] == [0, 1]
    compared = compare("macro_f1", score(place, DATA.test).logits, default_logits, DATA.test.labels)
    assert facts["comparisons"]["mean_and_default"]["gain"] == compared.gain
    assert [member["trial"] for member in facts["front"]] == [None], "the mean dominates its trials"
    assert "this model**" in (folders.best / "README.md").read_text()
    assert facts["scores"]["handed_over"]["test"] == winner.soup.scores.test == score(place, DATA.test).metrics
    assert len(pipeline("text-classification", model=str(place))(["a ball"])) == 1
    assert "the mean of the weights of the trials 0 and 1" in (place / "README.md").read_text()
    assert (handed_over.logits == score(folders.best, DATA.test).logits).all()
    assert folders.unfinished_models == []


def test_a_disk_with_room_for_one_model_only_gets_the_best_single_model(tmp_path, monkeypatch):
    plan, said = plans_in(tmp_path), []
    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(score))

    def full(winner, folder):
        if winner.ensemble is not None:
            raise WorkspaceError("no room")
        hand_over(winner, folder)

    monkeypatch.setattr(finish, "hand_over", full)
    study, made = make_study(trial(0), trial(1)), plan({0: logits(0), 1: logits(1)})
    winner = hand_over_winner(made, study, study.trials[1], study.trials[0], said.append).winner

    folders = made.workspace.study("news")
    assert winner.ensemble is None and "no room" in said[-1]
    assert json.loads((folders.best / "automl.json").read_text())["trial"] == winner.trial.number
    assert not folders.best_single.exists()


@pytest.mark.parametrize("most", [10**9, 0])
def test_the_linear_baseline_is_fitted_while_models_are_scored_but_before_where_the_texts_are_many(
    tmp_path, monkeypatch, most
):
    done, scored = [], Event()

    def fitted(*wanted):
        if most:
            assert scored.wait(60), "nothing was scored while the baseline was fitted"
        found = reference_of(*wanted)
        done.append("baseline")
        return found

    def scoring_first(folder, rows):
        done.append("score")
        scored.set()
        return score(folder, rows)

    monkeypatch.setattr(finish, "MOST_CHARACTERS", most)
    monkeypatch.setattr(finish, "reference", fitted)
    monkeypatch.setattr(finish, "scoring", lambda: nullcontext(scoring_first))
    plan, study = plans_in(tmp_path)({0: logits(0), 1: logits(1)}), make_study(trial(0), trial(1))
    winner = hand_over_winner(plan, study, study.trials[1], study.trials[0], print).winner
    assert winner.baseline.test["macro_f1"] > 0
    assert done[0] == ("score" if most else "baseline")
