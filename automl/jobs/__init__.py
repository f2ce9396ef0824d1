"""Searches as jobs of a Ray cluster: they run on its head, and outlive the shell that sent them."""

from automl.jobs.dashboard_address import dashboard_address
from automl.jobs.job_client import Job, JobClient
from automl.jobs.job_package import demand_no_address, demand_no_passwords, named, pack, workspace_on_head

__all__ = [
    "Job",
    "JobClient",
    "dashboard_address",
    "demand_no_address",
    "demand_no_passwords",
    "named",
    "pack",
    "workspace_on_head",
]
