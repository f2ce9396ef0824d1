"""A package whose modules are imported at the first access of their names."""

import sys
from pathlib import Path

import pytest

SOURCE = """
from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from package_with_a_lazy_window.one import first
    from package_with_a_lazy_window.two import (
        deuxieme as second,
        lost,
    )

__all__ = ["first", "second"]
__getattr__ = lazy_window(__name__)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package with two modules, which nobody has imported."""
    name = "package_with_a_lazy_window"
    (tmp_path / name).mkdir()
    for file, source in {"__init__": SOURCE, "one": "first = 1", "two": "deuxieme = 2"}.items():
        (tmp_path / name / f"{file}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    for module in (name, f"{name}.one", f"{name}.two"):  # both are forgotten after the test
        monkeypatch.setitem(sys.modules, module, None)
        del sys.modules[module]
    return name


def test_only_the_module_of_the_name_is_imported(package):
    window = __import__(package)
    assert f"{package}.one" not in sys.modules
    assert window.first == 1
    assert f"{package}.one" in sys.modules
    assert f"{package}.two" not in sys.modules


def test_all_names_can_be_imported_with_a_star(package):
    namespace: dict[str, object] = {}
    exec(f"from {package} import *", namespace)
    assert (namespace["first"], namespace["second"]) == (1, 2)


def test_an_unknown_name_is_an_attribute_error_that_names_the_package(package):
    window = __import__(package)
    with pytest.raises(AttributeError, match=rf"{package}.*'third'"):
        _ = window.third
    assert not hasattr(window, "third")
    with pytest.raises(ImportError, match="third"):
        exec(f"from {package} import third")


def test_a_name_that_its_module_lacks_is_no_silent_none(package):
    with pytest.raises(AttributeError, match="lost"):
        _ = __import__(package).lost
