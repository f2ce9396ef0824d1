"""A smaller model learns what a model of a study says. Imported lazily (torch)."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.review.distillation.distilling import Distillation, distill, seconds_for
    from automl.review.distillation.result import Distilled, MeasuredModel
    from automl.review.distillation.student import STUDENTS
    from automl.review.distillation.texts import named_data
    from automl.review.distillation.wording import distilled_json, distilled_sentences, distilled_table

__all__ = [
    "STUDENTS",
    "Distillation",
    "Distilled",
    "MeasuredModel",
    "distill",
    "distilled_json",
    "distilled_sentences",
    "distilled_table",
    "named_data",
    "seconds_for",
]

__getattr__ = lazy_window(__name__)
