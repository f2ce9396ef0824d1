"""Files of trials: which are kept, where their copies are stored, and how they are sent between machines."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.checkpoints.folder_bundle import TrialBundle, packed
    from automl.checkpoints.hardlink_snapshot import link_or_copy
    from automl.checkpoints.no_replication import NoReplication
    from automl.checkpoints.parent_states import ParentState, ParentStates, kept_states
    from automl.checkpoints.remote_filesystem import folder_of, is_folder, refusal_of, send
    from automl.checkpoints.remote_store import RemoteStore, RemoteStoreError, place_of
    from automl.checkpoints.replication import Replication
    from automl.checkpoints.retention import CheckpointRetention, holds_model
    from automl.checkpoints.saved_steps import SavedSteps

__all__ = [
    "CheckpointRetention",
    "NoReplication",
    "ParentState",
    "ParentStates",
    "RemoteStore",
    "RemoteStoreError",
    "Replication",
    "SavedSteps",
    "TrialBundle",
    "folder_of",
    "holds_model",
    "is_folder",
    "kept_states",
    "link_or_copy",
    "packed",
    "place_of",
    "refusal_of",
    "send",
]

__getattr__ = lazy_window(__name__)
