"""Where a cluster takes jobs: at its dashboard."""

import os

ADDRESS_VARIABLE = "RAY_API_SERVER_ADDRESS"
"""Ray's own name for where its dashboard answers."""

DEFAULT_ADDRESS = "http://127.0.0.1:8265"


def dashboard_address(given: str | None) -> str:
    """The address of the dashboard: as given, else from Ray's environment variable, else this machine's usual one."""
    address = (given or os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS).rstrip("/")
    return address if "://" in address else f"http://{address}"
