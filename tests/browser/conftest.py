"""The Chromium that these tests drive. Whoever runs them has asked for them by name: without it they fail."""

import importlib.util
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the program."""
    if importlib.util.find_spec("playwright") is None:
        pytest.fail("the package playwright is not installed (pip install -e '.[browser]')", pytrace=False)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"none of {', '.join(NAMES)} is installed (Debian: apt-get install chromium)", pytrace=False)
    return found
