"""The shared types: states, events, records, objectives, errors. None needs Ray, torch, MLflow or Optuna."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.core.backoff import next_pause
    from automl.core.budgets import SCRATCH_WEIGHTS, TOKENS_PER_SECOND, USUAL_PACE, Budgets, Pace, is_pretrained
    from automl.core.command_hints import near, next_command
    from automl.core.environment import DRIVER_VARIABLE, machine_cache, page_of_mlflow, page_of_ray, usable_cores
    from automl.core.errors import (
        AutomlError,
        DataProblem,
        Interrupted,
        SearchFailed,
        UsageError,
        WorkspaceError,
        unknown_name,
    )
    from automl.core.events import (
        Event,
        Listener,
        SearchEnded,
        SearchStarted,
        StopReason,
        TrialEnded,
        TrialEvaluated,
        TrialStarted,
        TrialTaken,
    )
    from automl.core.objectives import MEASURES, Constraint, Goals, Objective, objective_of, parse_constraint
    from automl.core.pareto import Place, Vector, front, places
    from automl.core.priors import Confidence, Prior
    from automl.core.records import (
        Confirmation,
        DriverRecord,
        Lineage,
        NewStudy,
        RecommendedPoint,
        StudyIdentity,
        StudyRecord,
        TrialRecord,
    )
    from automl.core.redaction import at_problem, drop_password, one_line, without_password
    from automl.core.search_progress import CONSTANT, SearchProgress, TrialProgress, earlier_trials
    from automl.core.trial_states import DEFAULT_TRIAL, EFFECTS, keeps_model
    from automl.core.workspace import (
        ENSEMBLE_PREFIX,
        FACTS_FILE,
        REFIT_PREFIX,
        RESERVED_NAMES,
        SOUP_PREFIX,
        STORAGE_VARIABLE,
        TABLES_FOLDER,
        TRACKING_VARIABLE,
        StudyFolders,
        Workspace,
        folder_name,
        name_after,
        sqlite_url,
        url_of_file,
    )

__all__ = [
    "CONSTANT",
    "DEFAULT_TRIAL",
    "DRIVER_VARIABLE",
    "EFFECTS",
    "ENSEMBLE_PREFIX",
    "FACTS_FILE",
    "MEASURES",
    "REFIT_PREFIX",
    "RESERVED_NAMES",
    "SCRATCH_WEIGHTS",
    "SOUP_PREFIX",
    "STORAGE_VARIABLE",
    "TABLES_FOLDER",
    "TOKENS_PER_SECOND",
    "TRACKING_VARIABLE",
    "USUAL_PACE",
    "AutomlError",
    "Budgets",
    "Confidence",
    "Confirmation",
    "Constraint",
    "DataProblem",
    "DriverRecord",
    "Event",
    "Goals",
    "Interrupted",
    "Lineage",
    "Listener",
    "NewStudy",
    "Objective",
    "Pace",
    "Place",
    "Prior",
    "RecommendedPoint",
    "SearchEnded",
    "SearchFailed",
    "SearchProgress",
    "SearchStarted",
    "StopReason",
    "StudyFolders",
    "StudyIdentity",
    "StudyRecord",
    "TrialEnded",
    "TrialEvaluated",
    "TrialProgress",
    "TrialRecord",
    "TrialStarted",
    "TrialTaken",
    "UsageError",
    "Vector",
    "Workspace",
    "WorkspaceError",
    "at_problem",
    "drop_password",
    "earlier_trials",
    "folder_name",
    "front",
    "is_pretrained",
    "keeps_model",
    "machine_cache",
    "name_after",
    "near",
    "next_command",
    "next_pause",
    "objective_of",
    "one_line",
    "page_of_mlflow",
    "page_of_ray",
    "parse_constraint",
    "places",
    "sqlite_url",
    "unknown_name",
    "url_of_file",
    "usable_cores",
    "without_password",
]

__getattr__ = lazy_window(__name__)
