import subprocess
import sys

import pytest

from search_spaces.lazy_window import lazy_window

WINDOW = """
from typing import TYPE_CHECKING
from search_spaces.lazy_window import lazy_window
if TYPE_CHECKING:
    from room.heavy import (
        far as away,
        furniture,
    )
    from room.light import lamp
__all__ = ["away", "furniture", "lamp"]
__getattr__ = lazy_window(__name__)
"""


@pytest.fixture
def room(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text(WINDOW)
    (tmp_path / "room" / "heavy.py").write_text("far = 2\nfurniture = 'table'\n")
    (tmp_path / "room" / "light.py").write_text("lamp = 'on'\n")

    def told(code):
        command = [sys.executable, "-c", f"import sys; sys.path.append({str(tmp_path)!r}); {code}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    return told


def test_a_name_brings_its_own_module_only(room):
    asked = "import room; print(room.lamp, *sorted(name for name in sys.modules if name.startswith('room')))"
    assert room(asked) == ["on", "room", "room.light"]


def test_each_name_is_what_its_import_says(room):
    assert room("from room import away, furniture; print(away, furniture)") == ["2", "table"]


def test_a_name_that_the_window_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'search_spaces' has no attribute 'sofa'"):
        lazy_window("search_spaces")("sofa")
