"""Which versions made a model."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("transformer-automl", "torch", "transformers", "tokenizers", "optuna", "ray", "numpy", "scikit-learn")


def versions() -> dict[str, str | None]:
    """Versions of Python and of what a result depends on, by package, without importing any; None if not installed."""
    return {"python": platform.python_version(), **{package: _version(package) for package in PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # this package itself, in a checkout that was never installed
        return None
