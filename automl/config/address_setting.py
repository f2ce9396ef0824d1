"""The Ray cluster on which an experiment runs."""

import os

from automl.config.schema import ResourcesSection

ADDRESS_VARIABLE = "AUTOML_RAY_ADDRESS"


def ray_address(resources: ResourcesSection) -> str | None:
    """Return the address of the Ray cluster; None if a local Ray must be started.

    Args:
        resources: its `address` has priority over the environment variable `AUTOML_RAY_ADDRESS`.
    """
    return resources.address or os.environ.get(ADDRESS_VARIABLE) or None
