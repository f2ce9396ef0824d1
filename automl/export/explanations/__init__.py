"""What words and tokens contribute to a prediction. Names are imported lazily, because the second needs torch."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.export.explanations.occlusion import MOST_SPANS, Explanation, WordWeight, explain
    from automl.export.explanations.tokens import explain_tokens

__all__ = ["MOST_SPANS", "Explanation", "WordWeight", "explain", "explain_tokens"]

__getattr__ = lazy_window(__name__)
