"""The report of a study as one HTML page that needs no network. Names are imported lazily, as they need plotly."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.review.page.content import PageContent, gather
    from automl.review.page.render import write_page

__all__ = ["PageContent", "gather", "write_page"]

__getattr__ = lazy_window(__name__)
