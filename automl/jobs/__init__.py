"""Searches as jobs of a Ray cluster: they run on its head node, and continue after the submitting shell has ended."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.jobs.job_client import Job, JobClient
    from automl.jobs.job_package import named, pack, require_no_address, require_no_passwords, workspace_on_head
    from automl.jobs.ray_dashboard import dashboard_address

__all__ = [
    "Job",
    "JobClient",
    "dashboard_address",
    "named",
    "pack",
    "require_no_address",
    "require_no_passwords",
    "workspace_on_head",
]

__getattr__ = lazy_window(__name__)
