"""The trial manager and its rules: how trials begin, are evaluated, and end."""

from automl.engine.open_study import open_study
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.search_settings import ConfirmationRules, SearchSettings
from automl.engine.trial_manager import TrialManager

__all__ = ["ConfirmationRules", "PbtSuccessors", "SearchSettings", "TrialManager", "open_study"]
