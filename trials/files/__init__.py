"""Files that are complete or absent: atomic folders, locks, and errors of the disk."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.files.advisory_lock import file_lock, held
    from trials.files.atomic_folder import leftovers_of, replacing, restore, staging_of, swap_in
    from trials.files.classifier_format import (
        ARRAYS,
        ENCODER,
        FACTS,
        TEXTS_AT_ONCE,
        TextClassifier,
        WritableClassifier,
        read_facts,
        read_kind,
        read_parts,
        save_classifier,
        write_facts,
        write_parts,
    )
    from trials.files.disk_errors import refusals_of, write_tensors
    from trials.files.label_thresholds import THRESHOLDS, read_thresholds, write_thresholds
    from trials.files.state_file import FILE, read_state, write_state
    from trials.files.validation_logits import (
        LOGITS_BYTES,
        VALIDATION_LOGITS,
        read_validation_logits,
        trained_tensor,
        write_validation_logits,
    )

__all__ = [
    "ARRAYS",
    "ENCODER",
    "FACTS",
    "FILE",
    "LOGITS_BYTES",
    "TEXTS_AT_ONCE",
    "THRESHOLDS",
    "VALIDATION_LOGITS",
    "TextClassifier",
    "WritableClassifier",
    "file_lock",
    "held",
    "leftovers_of",
    "read_facts",
    "read_kind",
    "read_parts",
    "read_state",
    "read_thresholds",
    "read_validation_logits",
    "refusals_of",
    "replacing",
    "restore",
    "save_classifier",
    "staging_of",
    "swap_in",
    "trained_tensor",
    "write_facts",
    "write_parts",
    "write_state",
    "write_tensors",
    "write_thresholds",
    "write_validation_logits",
]

__getattr__ = lazy_window(__name__)
