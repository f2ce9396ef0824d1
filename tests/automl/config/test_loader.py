"""From what a user typed to one experiment, and every problem at once where there is none."""

from pathlib import Path

import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.errors import UsageError


def refused(source: str | None, settings: list[str] = (), **flags: object) -> str:
    with pytest.raises(UsageError) as raised:
        build_experiment(source, settings, flags)
    return str(raised.value)


def test_data_and_flags():
    flags = {"search.time_budget": "3m", "search.trials": None, "workspace": Path("elsewhere"), "trial.epochs": "2.5"}
    experiment = build_experiment("reviews.csv", [], flags)
    assert experiment.data.source == "reviews.csv"
    assert (experiment.search.trials, experiment.search.time_budget) == (None, 180.0)
    assert experiment.workspace == Path("elsewhere")
    assert experiment.trial.epochs == 2.5


def test_flags_overrule_the_file_and_settings_overrule_both(tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "data: {source: bbc-news}\n"
        "search: {trials: 1, seed: 1, sampler: random, pruner: median}\n"
        "space:\n  name: encoder\n  overrides: {architecture.depth: 3, optimizer.beta1: 0.9}\n"
    )
    settings = ["search.trials=3", "space.overrides.architecture.depth={low: 1, high: 2}", "search.trials=4"]
    experiment = build_experiment(str(file), settings, {"search.trials": 2, "search.seed": 2, "search.pruner": None})
    assert (experiment.search.trials, experiment.search.seed) == (4, 2)
    assert (experiment.search.sampler, experiment.search.pruner) == ("random", "median")
    assert experiment.space.overrides == {"architecture.depth": {"low": 1, "high": 2}, "optimizer.beta1": 0.9}


def test_an_experiment_can_be_all_settings():
    assert build_experiment(None, ["data.source=imdb", "search={trials: 2}"], {}).search.trials == 2


def test_yaml_reads_an_exponent_without_a_dot_as_text_and_we_do_not(tmp_path):
    (tmp_path / "e.yml").write_text(
        "data: {source: imdb}\nspace: {name: encoder, overrides: {optimizer.learning_rate: 1e-3}}\n"
    )
    assert build_experiment(str(tmp_path / "e.yml"), ["trial.epochs=1e1"], {}).trial.epochs == 10.0


def test_every_problem_is_told_at_once(tmp_path):
    file = tmp_path / "many.yaml"
    file.write_text(
        "data: {source: reviews.csv, txt: review}\n"
        "search: {metric: macrof1, sampler: tpee, pruner: ash, trials: 0}\n"
        "space: {name: encoder, overrides: {architecture.dept: 2, optimizer.schedule: cosin,"
        " architecture.depth: {low: 5, high: 2}}}\n"
    )
    message = refused(str(file), ["nothing", "resources.slots=none"])
    assert message.startswith(f"{file}: 10 problems\n")
    for words in (
        "--set must be given key=value, not 'nothing'",
        "resources.slots must be",
        "data.txt is not a field. Did you mean 'data.text'?",
        "There is no metric 'macrof1'. Did you mean 'macro_f1'?",
        "There is no sampler 'tpee'. Did you mean 'tpe'?",
        "There is no pruner 'ash'. Did you mean 'asha'?",
        "search.trials must be",
        "no parameter 'architecture.dept' (did you mean 'architecture.depth'?)",
        "did you mean 'cosine'?",
        "its low end 5 is above its high end 2",
    ):
        assert words in message


@pytest.mark.parametrize(
    ("source", "settings", "words"),
    [
        (None, [], "data.source is missing"),
        ("imdb", ["space.name=encodr"], "There is no search space 'encodr'. Did you mean 'encoder'?"),
        (
            "imdb",
            ["space.overrides.encoder.optimizer.beta1=[0.9, 1.5]"],
            "'encoder.optimizer.beta1' in space 'auto' cannot be 1.5",
        ),
        (
            "imdb",
            ["space.overrides.architecture.depth=2"],
            "the space 'auto' has no parameter 'architecture.depth' (did you mean 'encoder.architecture.depth'?)",
        ),
        ("imdb", ["search.metric.name=x"], "search.metric must be text that is not empty, not {'name': 'x'}"),
        ("imdb", ["space=encoder"], "space must be a mapping of fields, not 'encoder'"),
    ],
)
def test_one_problem_is_one_line(source, settings, words):
    message = refused(source, settings)
    assert words in message
    assert "\n" not in message


def test_an_experiment_goes_to_the_database_and_back(tmp_path, monkeypatch):
    (tmp_path / "e.yaml").write_text(
        "data: {source: a.csv, test: t.csv}\nspace: {name: encoder, overrides: {architecture.depth: [1]}}\n"
    )
    monkeypatch.chdir(tmp_path)
    experiment = build_experiment("e.yaml", [], {"study": "mine"})
    assert experiment.data.source == "a.csv"
    stored = dump_experiment(experiment)
    monkeypatch.chdir("/")
    loaded = load_experiment(stored)
    assert (loaded.data.source, loaded.data.test) == (str(tmp_path / "a.csv"), tmp_path / "t.csv")
    assert loaded.model_copy(update={"data": experiment.data}) == experiment
    assert dump_experiment(loaded) == stored


def test_a_corpus_is_stored_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_experiment(dump_experiment(build_experiment("imdb", [], {}))).data.source == "imdb"


def test_an_experiment_of_another_version_is_told():
    with pytest.raises(UsageError, match=r"The stored experiment: search\.tempo is not a field"):
        load_experiment('{"data": {"source": "imdb"}, "search": {"tempo": 3}}')


def test_what_is_stored_has_no_password() -> None:
    flags = {"storage": "postgresql://me:s3cret@host/db", "tracking_uri": "http://me:s3cret@mlflow:5000"}
    stored = dump_experiment(build_experiment("bbc-news", [], flags))
    assert "s3cret" not in stored
    assert load_experiment(stored).tracking_uri == "http://me@mlflow:5000"


@pytest.mark.parametrize(("given", "kept"), [("shared", "{here}/shared"), ("s3://bucket/f", "s3://bucket/f")])
def test_a_storage_path_is_found_again_from_any_folder(tmp_path, monkeypatch, given, kept):
    monkeypatch.chdir(tmp_path)
    stored = dump_experiment(build_experiment("bbc-news", [], {"storage_path": given}))
    assert load_experiment(stored).storage_path == kept.format(here=tmp_path.resolve())


def test_a_workspace_in_the_home_folder_is_there_and_not_in_a_folder_of_that_name(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert build_experiment("bbc-news", ["workspace=~/runs"], {}).workspace == Path("/home/me/runs")


def test_a_database_needs_a_query_and_its_password_is_not_stored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = "postgresql://me:s3cret@host/reviews"
    message = refused(address)
    assert "a query names its rows" in message
    assert "s3cret" not in message
    assert "needs the URL of a database" in refused("reviews.csv", **{"data.sql": "SELECT 1"})
    experiment = build_experiment(address, [], {"data.sql": "SELECT text, label FROM rows"})
    stored = dump_experiment(experiment)
    assert "s3cret" not in stored
    assert load_experiment(stored).data.source == "postgresql://me@host/reviews"
    assert load_experiment(stored).data.sql == "SELECT text, label FROM rows"


def test_a_file_of_sqlite_is_found_beside_the_experiment_file_and_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "e.yaml").write_text("data: {source: 'sqlite:///shop.db', sql: SELECT 1}\n")
    monkeypatch.chdir(tmp_path.parent)
    assert build_experiment(str(tmp_path / "e.yaml"), [], {}).data.source == f"sqlite:///{tmp_path}/shop.db"
    relative = build_experiment("sqlite:///shop.db", [], {"data.sql": "SELECT 1"})
    assert load_experiment(dump_experiment(relative)).data.source == f"sqlite:///{tmp_path.parent}/shop.db"
