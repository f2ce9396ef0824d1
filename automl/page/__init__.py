"""The report of a study as one HTML page that needs no network. Names are imported lazily, as they need plotly."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.page.content import Mistake, ModelContent, PageContent, count_rows, model_content
    from automl.page.render import write_page

__all__ = ["Mistake", "ModelContent", "PageContent", "count_rows", "model_content", "write_page"]

__getattr__ = lazy_window(__name__)
