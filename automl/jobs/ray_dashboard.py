"""Address of the Ray dashboard, which accepts jobs."""

import os

ADDRESS_VARIABLE = "RAY_API_SERVER_ADDRESS"
"""Ray's environment variable with the address of its dashboard."""

DEFAULT_ADDRESS = "http://127.0.0.1:8265"


def dashboard_address(given: str | None) -> str:
    """Return the URL of the dashboard: `given`, else Ray's environment variable, else the default on this machine."""
    address = (given or os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS).rstrip("/")
    return address if "://" in address else f"http://{address}"
