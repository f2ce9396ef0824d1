"""A real Chromium, and pictures of what it shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

WIDE: "ViewportSize" = {"width": 1800, "height": 900}
NARROW: "ViewportSize" = {"width": 1400, "height": 900}
"""Sizes of the browser's window, in pixels."""

PATIENCE = 60_000
"""Milliseconds to wait for what a picture must show."""

SETTLE = 4_000
"""Milliseconds in which charts move to their places."""


@contextmanager
def opened(size: "ViewportSize" = WIDE) -> Iterator["Page"]:
    """Provide an empty page.

    Args:
        size: size of the window, in pixels.

    Yields:
        The page.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the extra `browser`

    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-quic"])
        page = browser.new_page(viewport=size)
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def picture(page: "Page", path: Path) -> None:
    """Save what `page` shows, once it has stopped moving, as `path`."""
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=path)
    print(path)
