"""Finds the best transformer text classifier that a data set, a machine or cluster, and a budget allow.

Importing this package is cheap. `load_classifier` imports torch when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automl.export import load_classifier

__all__ = ["load_classifier"]


def __getattr__(name: str) -> Any:
    if name == "load_classifier":
        from automl.export import load_classifier  # noqa: PLC0415 - it brings torch, which most commands do without

        return load_classifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
