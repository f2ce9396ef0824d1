import subprocess
import sys

import pytest

from automl.export.own_process import set_up_own_process


def test_a_process_without_torch_stays_without_it() -> None:
    code = (
        "import sys; from automl.export.own_process import set_up_own_process; set_up_own_process(); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_with_torch_computes_as_trials_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import trials.hardware

    calls: list[bool] = []
    monkeypatch.setattr(trials.hardware, "set_up_process", lambda: calls.append(True), raising=False)
    set_up_own_process()
    assert calls
