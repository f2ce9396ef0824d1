import pytest
from sqlalchemy.engine import make_url

from automl.core.errors import WorkspaceError
from automl.core.workspace import sqlite_url
from automl.storage.database.url import engine_options, read_url, shown, sqlite_file
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import made

ODD_FOLDERS = ["with space", "what?", "100%", "a#b", "{braces}", "mode=ro&x", "ünï 🦊", "it's", "a%20b", "host:80@"]


def test_a_workspace_may_lie_in_folders_of_any_name(tmp_path):
    workspace = tmp_path.joinpath(*ODD_FOLDERS)
    workspace.mkdir(parents=True)
    made(sqlite_url(workspace)).close()
    assert [path.name for path in workspace.iterdir()] == ["studies.db"]
    assert [path.name for path in tmp_path.iterdir()] == ODD_FOLDERS[:1]
    assert sqlite_file(read_url(sqlite_url(workspace))) == workspace / "studies.db"
    again = StudyStore(sqlite_url(workspace))
    assert again.names() == ["a study"]
    again.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@host:no-port/db",
        "postgresql://me:s3cr@et@host/db",
        "postgresql://db:5432/studies?user=s3cr@host",
        "postgresql://me:s3cret s3cret@host:x/db",
        "mysql://me:s3cret@host/db",
        "//me:s3cret@host",
        "me:s3cret@host",
        "postgres://me:s3cret@host/db",
        "nonsense://me:x@host/db?password=s3cret",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(WorkspaceError) as told:
        StudyStore(url)
    assert "s3cr" not in str(told.value)
    assert "et@" not in str(told.value)
    assert "must" in str(told.value)


def test_passwords_are_not_shown_wherever_they_stand():
    url = make_url("postgresql+psycopg://me:s3cret@host/db?password=s3cret&sslpassword=s3cret&sslmode=prefer")
    assert "s3cret" not in shown(url)
    assert "sslmode=prefer" in shown(url)


def test_what_the_url_says_about_the_connection_has_precedence():
    options = engine_options(make_url("postgresql+psycopg://host/db?connect_timeout=99"))
    assert "connect_timeout" not in options["connect_args"]
    assert options["connect_args"]["keepalives_idle"] == "10"
