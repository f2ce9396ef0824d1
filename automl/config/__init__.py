"""The experiment: all settings of a search, read from YAML and flags into one frozen object."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.config.address_setting import ray_address
    from automl.config.checkpoint_checks import checkpoint_names, checkpoint_problems, missing_pretrained, without_mask
    from automl.config.consistency_checks import GRID
    from automl.config.field_types import ALL_ROWS
    from automl.config.loader import build_experiment, dump_experiment, experiment_workspace, load_experiment
    from automl.config.parsing import parse_duration, parse_value
    from automl.config.priors import read_priors
    from automl.config.raw_document import CORPUS_FIELDS
    from automl.config.schema import CONFIRM_SHARE, FOLDS_PRUNER, PBT, Experiment, ResourcesSection, SearchSection
    from automl.config.space_resolver import adapt_space, resolve_space

__all__ = [
    "ALL_ROWS",
    "CONFIRM_SHARE",
    "CORPUS_FIELDS",
    "FOLDS_PRUNER",
    "GRID",
    "PBT",
    "Experiment",
    "ResourcesSection",
    "SearchSection",
    "adapt_space",
    "build_experiment",
    "checkpoint_names",
    "checkpoint_problems",
    "dump_experiment",
    "experiment_workspace",
    "load_experiment",
    "missing_pretrained",
    "parse_duration",
    "parse_value",
    "ray_address",
    "read_priors",
    "resolve_space",
    "without_mask",
]

__getattr__ = lazy_window(__name__)
