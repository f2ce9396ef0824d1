import pytest

from automl.cli import app, run_views
from automl.core.errors import Interrupted


def test_ctrl_c_is_one_line_and_no_traceback(monkeypatch):
    def strike(name: str | None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_views, "show_spaces", strike)
    monkeypatch.setattr("sys.argv", ["automl", "spaces"])
    with pytest.raises(Interrupted) as raised:
        app.run()
    assert raised.value.exit_code == 130
