"""Data that is no file here: the rows of a query to a database, and data sets of the Hugging Face hub."""

from automl.sources.address import (
    absolute_address,
    idle_options,
    is_address,
    is_hub,
    reading_sentence,
    source_problems,
    source_title,
    stored_source,
)
from automl.sources.database import DATA_PASSWORD_VARIABLE, Query, run_query, value_as_text
from automl.sources.hub import hub_splits, pinned
from automl.sources.tables import with_tables

__all__ = [
    "DATA_PASSWORD_VARIABLE",
    "Query",
    "absolute_address",
    "hub_splits",
    "idle_options",
    "is_address",
    "is_hub",
    "pinned",
    "reading_sentence",
    "run_query",
    "source_problems",
    "source_title",
    "stored_source",
    "value_as_text",
    "with_tables",
]
