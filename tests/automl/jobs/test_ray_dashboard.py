import pytest

from automl.jobs.ray_dashboard import dashboard_address


@pytest.mark.parametrize(
    ("given", "environment", "address"),
    [
        ("http://head:8265", "http://other:1", "http://head:8265"),
        ("https://head/ray/", None, "https://head/ray"),
        ("head:8265", None, "http://head:8265"),
        (None, "head:9000/", "http://head:9000"),
        ("", "http://other:1", "http://other:1"),
        (None, None, "http://127.0.0.1:8265"),
        (None, "", "http://127.0.0.1:8265"),
    ],
)
def test_the_dashboard_is_where_the_user_says_else_where_rays_own_commands_look(
    monkeypatch, given, environment, address
):
    monkeypatch.delenv("RAY_API_SERVER_ADDRESS", raising=False)
    if environment is not None:
        monkeypatch.setenv("RAY_API_SERVER_ADDRESS", environment)
    assert dashboard_address(given) == address
