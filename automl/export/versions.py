"""Versions of the packages that made a model."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("transformer-automl", "torch", "transformers", "tokenizers", "optuna", "ray", "numpy", "scikit-learn")


def versions() -> dict[str, str | None]:
    """Return the versions of Python and of the packages that results depend on; None if not installed.

    It imports none of them.
    """
    return {"python": platform.python_version(), **{package: _version(package) for package in PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # also this package itself, if its checkout was never installed
        return None
