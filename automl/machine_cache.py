"""What is worth keeping on a machine for all searches of a user; nothing of it is missed when it is gone."""

import os
from pathlib import Path


def machine_cache() -> Path:
    """Its folder, which need not be there: by the XDG Base Directory Specification, 0.8."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "automl"
