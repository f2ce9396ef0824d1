import platform
from importlib.metadata import version

import pytest

from automl.export import versions as module
from automl.export.versions import versions


def test_what_results_depend_on_is_told_as_it_is_installed() -> None:
    found = versions()
    assert found["python"] == platform.python_version()
    assert found["torch"] == version("torch")
    assert found["scikit-learn"] == version("scikit-learn")


def test_a_package_that_is_not_installed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGES", ("torch", "no-such-package"))
    assert versions() == {"python": platform.python_version(), "torch": version("torch"), "no-such-package": None}
