"""The database of studies: its URL, tables, schema, locks, errors, and retries."""

from automl.storage.database.database import Database
from automl.storage.database.database_errors import DATABASE_ERRORS, as_workspace_error, is_lock_timeout
from automl.storage.database.forwarding_storage import ForwardingStorage
from automl.storage.database.locks import bound, database_lock, let_go
from automl.storage.database.retry import RetryPolicy
from automl.storage.database.schema import NEWEST, read_version
from automl.storage.database.tables import (
    CLAIMS,
    CREATIONS,
    DRIVERS,
    INTERMEDIATE_VALUES,
    OPTUNA_STUDIES,
    STUDIES,
    STUDY_ATTRIBUTES,
    SYSTEM_ATTRIBUTES,
    TRIAL_ATTRIBUTES,
    TRIAL_PARAMETERS,
    TRIAL_VALUES,
    TRIALS,
)
from automl.storage.database.upsert import insert
from automl.storage.database.url import engine_options, read_url, shown, sqlite_file

__all__ = [
    "CLAIMS",
    "CREATIONS",
    "DATABASE_ERRORS",
    "DRIVERS",
    "INTERMEDIATE_VALUES",
    "NEWEST",
    "OPTUNA_STUDIES",
    "STUDIES",
    "STUDY_ATTRIBUTES",
    "SYSTEM_ATTRIBUTES",
    "TRIALS",
    "TRIAL_ATTRIBUTES",
    "TRIAL_PARAMETERS",
    "TRIAL_VALUES",
    "Database",
    "ForwardingStorage",
    "RetryPolicy",
    "as_workspace_error",
    "bound",
    "database_lock",
    "engine_options",
    "insert",
    "is_lock_timeout",
    "let_go",
    "read_url",
    "read_version",
    "shown",
    "sqlite_file",
]
