"""What a job does with what came along, before and after the search."""

import pytest

from automl.config.loader import build_experiment
from automl.jobs import job_entrypoint
from automl.jobs.job_package import EXPERIMENT_FILE, pack
from automl.storage.study_store import StudyStore, sqlite_url
from tests.automl.engine.helpers import NEW


@pytest.fixture
def baggage(tmp_path, monkeypatch):
    """The folder where a job starts, with a file of data; and where its studies are to lie."""
    runs = tmp_path / "runs"
    (tmp_path / "rows.csv").write_text("text,label\na,b\n")
    folder = tmp_path / "job"
    folder.mkdir()
    flags = {"study": NEW.name, "workspace": runs}
    pack(build_experiment(str(tmp_path / "rows.csv"), [], flags), folder)
    monkeypatch.chdir(folder)
    return folder, runs


@pytest.fixture
def searched(baggage, monkeypatch):
    """Stands for the search, which makes the study or does not; gives where it ran, and what it saw there."""
    runs = baggage[1]
    seen = []

    def make(*, comes_to_be, status=0):
        def automl(*words):
            here = job_entrypoint.Path.cwd()
            seen.append((here, words, (here / "data" / "source" / "rows.csv").is_file()))
            if comes_to_be:
                store = StudyStore(sqlite_url(runs))
                store.create(NEW, {})
                store.close()
            return status

        monkeypatch.setattr(job_entrypoint, "_automl", automl)
        return seen

    return make


def test_a_study_has_its_own_copy_of_what_came_along(baggage, searched):
    seen = searched(comes_to_be=True)
    assert job_entrypoint.search() == 0
    kept = baggage[1] / NEW.name / job_entrypoint.SUBMITTED_FILES
    assert seen == [(kept, ("search", EXPERIMENT_FILE), True)]
    assert (kept / "data" / "source" / "rows.csv").is_file()


def test_nothing_stays_of_a_search_that_was_refused(baggage, searched):
    searched(comes_to_be=False, status=2)
    assert job_entrypoint.search() == 2
    assert not (baggage[1] / NEW.name).exists()


def test_a_refused_search_takes_nothing_with_it_that_was_there(baggage, searched):
    """As models of a study of that name in another database."""
    models = baggage[1] / NEW.name / "trials"
    models.mkdir(parents=True)
    searched(comes_to_be=False, status=2)
    assert job_entrypoint.search() == 2
    assert models.is_dir()
    assert not (baggage[1] / NEW.name / job_entrypoint.SUBMITTED_FILES).exists()


def test_what_is_wrong_is_a_sentence_in_the_log(baggage, searched, capsys):
    (baggage[0] / EXPERIMENT_FILE).write_text("study: [")
    assert job_entrypoint.main(["search"]) == 2
    assert "must be YAML" in capsys.readouterr().err


def test_a_study_that_is_there_keeps_what_it_has(baggage, searched):
    searched(comes_to_be=True)
    job_entrypoint.search()
    kept = baggage[1] / NEW.name / job_entrypoint.SUBMITTED_FILES / "data" / "source" / "rows.csv"
    kept.write_text("its own")
    job_entrypoint.os.chdir(baggage[0])
    seen = searched(comes_to_be=False, status=2)
    assert job_entrypoint.search() == 2
    assert seen[-1][0] == baggage[0], "where the search refuses the name"
    assert kept.read_text() == "its own"


def test_a_study_is_gone_on_with_where_its_own_space_lies(baggage, searched):
    seen = searched(comes_to_be=True)
    job_entrypoint.search()
    job_entrypoint.os.chdir(baggage[0])
    searched(comes_to_be=False)
    words = ["resume", NEW.name, "--workspace", str(baggage[1]), "--trials", "+2"]
    assert job_entrypoint.resume(words) == 0
    assert seen[-1][:2] == (baggage[1] / NEW.name / job_entrypoint.SUBMITTED_FILES, tuple(words))
