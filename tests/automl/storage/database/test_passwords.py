"""What SQLAlchemy, psycopg and Optuna say about a database must not hold its password, down to the last traceback."""

import traceback

import pytest

from automl.core.errors import WorkspaceError
from automl.storage.database.retry import RetryPolicy
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, made

SECRET = "sw0rd-f1sh"


@pytest.fixture
def guarded(postgres, postgres_database):
    """A database whose user must give a password."""
    rules = postgres.folder / "pg_hba.conf"
    before = rules.read_text()
    postgres.execute(f"CREATE ROLE careful LOGIN SUPERUSER PASSWORD '{SECRET}'")
    rules.write_text(f"local all careful scram-sha-256\n{before}")
    postgres.execute("SELECT pg_reload_conf()")
    yield postgres_database
    rules.write_text(before)
    postgres.execute("SELECT pg_reload_conf()")
    postgres.execute("REASSIGN OWNED BY careful TO postgres", postgres_database)
    postgres.execute("DROP ROLE careful")


def whole(error):
    return "".join(traceback.format_exception(error.value)) + repr(error.value)


def test_a_wrong_password_is_refused_at_once_and_not_told(postgres, guarded):
    url = postgres.url(guarded, "careful", SECRET + "-wrong")
    for wrong in (url, postgres.url(guarded, "careful") + f"&password={SECRET}-wrong"):
        with pytest.raises(WorkspaceError, match="authentication failed") as told:
            StudyStore(wrong, RetryPolicy(print, lambda: False))
        assert SECRET not in whole(told)


def test_a_database_that_is_not_there_does_not_tell_the_password(postgres, guarded):
    with pytest.raises(WorkspaceError, match="does not exist") as told:
        StudyStore(postgres.url("nowhere", "careful", SECRET))
    assert SECRET not in whole(told)
    with pytest.raises(WorkspaceError, match="refused") as told:
        StudyStore(f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/studies")
    assert SECRET not in whole(told)
    with pytest.raises(WorkspaceError, match="nodriver") as told:
        StudyStore(f"postgresql+nodriver://me:{SECRET}@127.0.0.1:1/studies")
    assert SECRET not in whole(told)


def test_an_outage_does_not_tell_the_password(postgres, guarded):
    said = []
    store = made(postgres.url(guarded, "careful", SECRET))
    patient = StudyStore(postgres.url(guarded, "careful", SECRET), RetryPolicy(said.append, lambda: bool(said)))
    postgres.stop()
    try:
        for waiting in (store, patient):
            with pytest.raises(WorkspaceError) as told:
                waiting.study(NEW.name).record()
            assert SECRET not in whole(told)
    finally:
        postgres.start()
    assert said and SECRET not in str(said)
    assert store.study(NEW.name).record().trials
    store.close()
    patient.close()
