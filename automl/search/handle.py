"""A reference to something in Ray's object store that Tune lets be."""

from typing import Any, Generic, TypeVar

import ray

Content = TypeVar("Content")


class Handle(Generic[Content]):
    """A reference to what may still be in the making.

    Tune copies a trial's config and its results deeply, which an `ObjectRef` does not bear, so it travels in here.
    """

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Handle[Content]":
        return self

    def __repr__(self) -> str:
        return "a reference"

    @property
    def key(self) -> str:
        """Tells one content from another."""
        return str(self._reference.hex())

    def get(self) -> Content:
        """The content; waits while it is in the making. Its arrays are read-only and shared."""
        content: Content = ray.get(self._reference)
        return content
