import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from automl.core.objectives import Constraint
from automl.core.workspace import Workspace
from automl.report.summary import next_commands, summary, summary_json
from automl.selection import Scores
from automl.selection.pareto_front import ParetoTrial
from tests.automl.goals import MACRO_F1, goals_for
from tests.automl.report.records import make_ensemble, make_soup, make_study, make_trial, make_winner
from trials.protocol import TrialEnd

STUDY = make_study(
    make_trial(0, (0.86,)), make_trial(1, (0.5,), TrialEnd.PRUNED), make_trial(2, (0.4,), TrialEnd.PRUNED)
)

RUNS = Workspace(Path("runs"))


def render(thing: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(thing)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_everything_a_user_asks_next_is_there() -> None:
    text = render(summary(make_winner(), STUDY, 185.4, RUNS))
    assert "Winner: trial 3 of study news" in text
    assert "Unlike the default: depth 4" in text
    assert "3 in 3 min 05 s: 2 pruned, 1 completed" in text
    lines = {line.split("  ")[0].strip(): line.split() for line in text.splitlines()}
    assert lines["winner (trial 3)"][-4:] == ["0.910", "0.900", "0.920", "0.910"]
    assert lines["default (trial 0)"][-4:] == ["0.860", "0.850", "0.870", "0.860"]
    assert lines["TF-IDF + logistic regression"][-4:] == ["0.930", "0.920", "0.940", "0.930"]
    assert "the linear baseline is better by 0.020" in " ".join(text.split())
    for command in ("automl predict", "automl show news", "automl ui news", "automl resume news"):
        assert command in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_an_ensemble_is_told_with_its_members_and_the_best_single_model() -> None:
    text = render(summary(replace(make_winner(), ensemble=make_ensemble()), STUDY, 185.4, RUNS))
    assert "Handed over: the mean of the trials 3 and 1 of study news" in text
    assert "The best single model is trial 3." in text
    line = next(line for line in text.splitlines() if "2 models together" in line)
    assert line.split()[-4:] == ["0.930", "0.940", "0.940", "0.950"]
    assert all(len(line) <= 100 for line in text.splitlines() if "Handed over" not in line)


def test_a_mean_of_weights_is_told_with_its_trials_and_what_it_costs() -> None:
    goals = replace(MACRO_F1, constraints=(Constraint("latency_ms", at_most=True, bound=9.0),))
    front = (ParetoTrial(None, {}, keeps_constraints=True), ParetoTrial(3, {}, keeps_constraints=True))
    winner = replace(make_winner(goals=goals), soup=make_soup(), front=front)
    text = render(summary(winner, replace(STUDY, goals=goals), 185.4, RUNS))
    assert "Handed over: the mean of the weights of the trials 3, 5 and 1 of study news" in text
    line = next(line for line in text.splitlines() if "weights of 3 trials" in line)
    assert line.split()[-4:] == ["0.930", "0.940", "0.940", "0.950"]
    assert "latency_ms 4" in text and "1 more is on the Pareto front" in text


def test_the_test_score_has_its_interval() -> None:
    winner = make_winner()
    known = replace(winner, scores=replace(winner.scores, intervals={"macro_f1": (0.87, 0.925)}))
    text = render(summary(known, STUDY, 185.4, RUNS))
    assert "interval" in text and "0.870 - 0.925" in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_a_refitted_model_has_a_row_of_its_own_beside_those_that_are_compared() -> None:
    winner = replace(make_winner(), refit=Scores({}, {"macro_f1": 0.987, "accuracy": 0.988}))
    said = render(summary(winner, STUDY, 185.4, RUNS))
    assert "handed over" in said and "0.987" in said and "fitted once more" in said
    assert "handed over" not in render(summary(make_winner(), STUDY, 185.4, RUNS))


def test_a_default_without_a_model_has_dashes() -> None:
    line = next(
        line for line in render(summary(make_winner(default=None), STUDY, 5, RUNS)).splitlines() if "default (t" in line
    )
    assert line.split()[-4:] == ["-"] * 4


def test_names_are_text_not_markup() -> None:
    winner = replace(make_winner(), study="[bold]news[/bold]")
    assert "[bold]news[/bold]" in render(summary(winner, replace(STUDY, name=winner.study), 5, RUNS))


def test_accuracy_as_the_metric_is_shown_once() -> None:
    winner = make_winner(goals=goals_for("accuracy"))
    assert render(summary(winner, STUDY, 5, RUNS)).count("accuracy") == 3  # two columns and the verdict


def test_commands_name_a_workspace_that_is_not_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    usual = next_commands(make_winner(tmp_path / "runs" / "news" / "best"), Workspace(Path("runs")))
    assert usual[0] == "automl predict runs/news/best --input new.csv --output out.csv"
    assert usual[1] == "automl show news"
    place = Workspace(Path("/some where"), "postgresql+psycopg://me:secret@db/studies", "http://mlflow:5000")
    other = next_commands(make_winner(Path("/some where/news/best")), place)
    assert other[0].startswith("automl predict '/some where/news/best'")
    storage = " --storage 'postgresql+psycopg://me:***@db/studies'"
    assert other[1] == f"automl show news --workspace '/some where'{storage}"
    assert other[2] == "automl ui news --workspace '/some where' --tracking-uri http://mlflow:5000"


def test_json_is_json_and_complete() -> None:
    facts = json.loads(json.dumps(summary_json(make_winner(), STUDY, 185.4), allow_nan=False))
    assert facts["trial"] == 3 and facts["trials"] == 3 and facts["ends"] == {"pruned": 2, "completed": 1}
    assert facts["scores"]["winner"]["test"]["macro_f1"] == 0.9
    assert facts["folder"] == "runs/news/best" and facts["seconds"] == 185.4
    assert "linear baseline" in facts["verdict"]


def test_a_metric_that_is_not_a_number_is_null() -> None:
    winner = make_winner()
    broken = replace(winner.scores, test={"macro_f1": float("nan"), "accuracy": 0.5})
    facts = summary_json(replace(winner, scores=broken), STUDY, 1.0)
    assert '"macro_f1": null' in json.dumps(facts, allow_nan=False)


def test_of_several_algorithms_the_winner_is_set_beside_the_default_of_its_own() -> None:
    own = {"algorithm": "probe", "probe.classifier.penalty": 0.001}
    trials = (
        make_trial(0, params={"algorithm": "linear", "linear.text.words": 2}),
        make_trial(1, params=own),
        make_trial(2, params={**own, "probe.classifier.penalty": 0.01}),
    )
    for number, said in (
        (1, "Algorithm: probe. Its parameters are the defaults."),
        (2, "Algorithm: probe. Unlike the"),
    ):
        winner = replace(make_winner(), trial=trials[number])
        shown = render(summary(winner, make_study(*trials), 10.0, RUNS))
        assert said in " ".join(shown.split())
        assert "words" not in shown
