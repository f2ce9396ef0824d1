"""Which Ray cluster an experiment is to run on."""

import os

from automl.config.schema import ResourcesSection

ADDRESS_VARIABLE = "AUTOML_RAY_ADDRESS"


def ray_address(resources: ResourcesSection) -> str | None:
    """The address of the cluster; None where a Ray of our own is to be started on this machine."""
    return resources.address or os.environ.get(ADDRESS_VARIABLE) or None
