import pytest

from automl.core.redaction import LONGEST_LINE, drop_password, one_line, without_password


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql+psycopg://me:s3cret@host:5432/studies", "postgresql+psycopg://me:***@host:5432/studies"),
        ("storage=postgresql://me:a/b:c@host/x", "storage=postgresql://me:***@host/x"),
        ("'http://:tok@host' and 'http://u:p@h'", "'http://:***@host' and 'http://u:***@h'"),
        (
            "postgresql://host/x?user=me&password=s3cret&sslmode=on",
            "postgresql://host/x?user=me&password=***&sslmode=on",
        ),
        ("postgresql://me:p@ss/w@host/x?options=a@b", "postgresql://me:***@host/x?options=a@b"),
        ("postgresql://me:it's@host/x", "postgresql://me:***@host/x"),
        ("connect with host=h password='s3 cret' user=me", "connect with host=h password=*** user=me"),
        ("mysql://host/x?passwd=s3;cret&charset=utf8", "mysql://host/x?passwd=***&charset=utf8"),
        ("db://host/x?token=s3cret&access_token=s3cret", "db://host/x?token=***&access_token=***"),
        (
            "mssql://?odbc_connect=UID%3Dme%3BPWD%3Ds3cret%3BServer%3Dh",
            "mssql://?odbc_connect=UID%3Dme%3BPWD%3D***%3BServer%3Dh",
        ),
        ("mssql://?odbc_connect=PWD={s3;a=b};Server=h&x=y", "mssql://?odbc_connect=PWD=***;Server=h&x=y"),
        ("pad_token=5 and tokens=6", "pad_token=5 and tokens=6"),
        ("postgresql://me@host/studies", "postgresql://me@host/studies"),
        ("a: b@c //x:y", "a: b@c //x:y"),
        ("http://host:5000/runs@home", "http://host:5000/runs@home"),
    ],
)
def test_passwords_are_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert without_password(text) == shown
    assert without_password(shown) == shown


def test_a_url_can_be_kept_without_its_password() -> None:
    assert drop_password("http://me:s3cret@host:5000") == "http://me@host:5000"
    assert "s3cret" not in drop_password("postgresql://host/x?user=me&password=s3cret")
    assert drop_password("mssql://?odbc_connect=PWD%3Ds3cret%3BUID%3Dme") == "mssql://?odbc_connect=PWD%3D%3BUID%3Dme"
    assert drop_password("sqlite:////a/b.db") == "sqlite:////a/b.db"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError("no http://me:secret@host/\nmore"), "no http://me:***@host/"),
        (ValueError("\n  it is full\n"), "it is full"),
        (OSError(), "OSError"),
        (OSError("a" * 1000), "a" * LONGEST_LINE),
    ],
)
def test_an_error_is_shown_on_one_line_without_a_password(error, line):
    assert one_line(error) == line
