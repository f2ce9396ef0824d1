"""What a submitted search takes along."""

import sys

import pytest
import yaml

from automl.config.loader import build_experiment
from automl.core.errors import UsageError
from automl.jobs.job_package import EXPERIMENT_FILE, named, pack, workspace_on_head


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The user's folder, where a command is called."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Packs the experiment of a command line; gives the folder, and what the head makes of it when it stands there."""

    def pack_up(source, settings=(), **flags):
        folder = tmp_path / "baggage"
        folder.mkdir()
        pack(named(build_experiment(source, settings, flags)), folder)
        monkeypatch.chdir(folder)
        return folder, build_experiment(EXPERIMENT_FILE, [], {})

    return pack_up


def test_files_of_the_data_go_along_and_are_found_there(here, packed):
    (here / "mine.csv").write_text("text,label\na,b\n")
    (here / "test.csv").write_text("text,label\nc,d\n")
    (here / "more").mkdir()
    (here / "more" / "one.txt").write_text("e")
    flags = {"data.test": "test.csv", "data.unlabeled": "more", "search.trials": 3}
    folder, there = packed("mine.csv", **flags)
    assert (folder / there.data.source).read_text() == "text,label\na,b\n"
    assert (folder / there.data.test).read_text() == "text,label\nc,d\n"
    assert (folder / there.data.unlabeled / "one.txt").read_text() == "e"
    assert there.search.trials == 3
    assert there.search.time_budget is None
    assert there.resources.address == "auto"


def test_two_files_of_one_name_do_not_meet(here, packed):
    for place in ("one", "two"):
        (here / place).mkdir()
        (here / place / "rows.csv").write_text(place)
    folder, there = packed("one/rows.csv", **{"data.test": "two/rows.csv"})
    assert ((folder / there.data.source).read_text(), (folder / there.data.test).read_text()) == ("one", "two")


def test_a_corpus_is_a_name_there_as_here(here, packed):
    _, there = packed("bbc-news")
    assert there.data.source == "bbc-news"
    assert there.study.startswith("bbc-news-")


def test_a_file_that_is_not_there_is_refused(here, packed):
    with pytest.raises(UsageError, match=r"data\.source must name a file or a folder .* 'gone.csv' gave: No such file"):
        packed("gone.csv")


def test_a_space_of_the_users_own_goes_along(here, packed):
    (here / "my_own_space.py").write_text(
        "from search_spaces import encoder\n\ndef mine(suggest):\n    return encoder(suggest)\n"
    )
    try:
        folder, _ = packed("bbc-news", **{"space.name": "my_own_space:mine"})
    finally:
        sys.modules.pop("my_own_space", None)
    assert (folder / "my_own_space.py").is_file()


@pytest.mark.parametrize("field", ["storage", "tracking_uri"])
def test_a_password_stays_at_home(here, packed, field):
    with pytest.raises(UsageError, match=f"{field} must hold no password"):
        packed("bbc-news", **{field: "postgresql+psycopg://me:secret@host/studies"})


def test_what_is_packed_holds_what_was_asked_for(here, packed):
    settings = ["search.sampler=random", "trial.epochs=2", "space.overrides.algorithm=linear"]
    folder, there = packed("bbc-news", settings, **{"study": "s", "workspace": "/shared/runs"})
    document = yaml.safe_load((folder / EXPERIMENT_FILE).read_text())
    assert document["workspace"] == "/shared/runs"
    assert (there.study, there.search.sampler, there.trial.epochs) == ("s", "random", 2)
    assert there.space.overrides == {"algorithm": "linear"}


@pytest.mark.parametrize(
    ("settings", "is_named"),
    [([], False), (["search.metric=accuracy"], True), (["search.objectives=[log_loss,parameters]"], True)],
)
def test_a_metric_is_named_there_only_if_it_is_named_here(here, packed, settings, is_named):
    search = build_experiment("bbc-news", settings, {}).search
    _, there = packed("bbc-news", settings)
    assert ("metric" in there.search.model_fields_set) == is_named
    assert (there.search.metric, there.search.objectives) == (search.metric, search.objectives)


def test_a_workspace_that_is_not_absolute_lies_at_home():
    assert str(workspace_on_head("runs")) == "~/runs"
    assert str(workspace_on_head("/shared/runs")) == "/shared/runs"


def test_another_cluster_is_refused(here, packed):
    with pytest.raises(UsageError, match=r"\(--dashboard\), and not at 'head:6379'; leave the address out"):
        packed("bbc-news", **{"resources.address": "head:6379"})


def test_data_that_are_the_current_folder_give_their_name(here):
    assert named(build_experiment(".", [], {})).study.startswith("here-")


def test_a_database_must_be_reached_from_there_without_a_password_that_others_see(here, packed):
    query = {"data.sql": "SELECT text, label FROM rows"}
    with pytest.raises(UsageError, match=r"data\.source must hold no password.*AUTOML_DATA_PASSWORD"):
        packed("postgresql://me:s3cret@host/reviews", **query)
    (here.parent / "baggage").rmdir()
    with pytest.raises(UsageError, match="a database that the cluster can reach"):
        packed("sqlite:///reviews.db", **query)
    (here.parent / "baggage").rmdir()
    _, there = packed("postgresql://me@host/reviews", **query)
    assert (there.data.source, there.data.sql) == ("postgresql://me@host/reviews", query["data.sql"])
    assert there.study is not None
    assert there.study.startswith("reviews-")
