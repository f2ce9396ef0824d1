"""Coordination of the drivers of one study: heartbeats, claims on trials, and locks."""

from automl.storage.coordination.claims import write_trial_attribute
from automl.storage.coordination.driver import Driver
from automl.storage.coordination.driver_list import BEAT_SECONDS, GRACE_SECONDS, DriverList
from automl.storage.coordination.process_identity import ProcessIdentity, this_process
from automl.storage.coordination.row_locks import HeldClaims
from automl.storage.coordination.single_driver_lock import sole_driver

__all__ = [
    "BEAT_SECONDS",
    "GRACE_SECONDS",
    "Driver",
    "DriverList",
    "HeldClaims",
    "ProcessIdentity",
    "sole_driver",
    "this_process",
    "write_trial_attribute",
]
