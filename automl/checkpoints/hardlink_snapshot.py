"""A snapshot of a folder, whose owner may replace files in it afterwards."""

import os
import shutil
from pathlib import Path


def snapshot(folder: Path, target: Path) -> None:
    """Create `target` with hard links to the files of `folder`, or with copies where hard links are not possible.

    Files of `folder` must never be modified in place, and must not be replaced during this call.

    Raises:
        OSError: the files cannot be linked or copied; `target` does not exist then.
    """
    try:
        shutil.copytree(folder, target, symlinks=True, copy_function=link_or_copy)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise OSError(str(error)) from error


def link_or_copy(source: str, target: str) -> None:
    """Make `target` a hard link to the file `source`, or a copy of it where hard links are not possible.

    Args:
        source: an existing file.
        target: the new file.

    Raises:
        OSError: it can be neither linked nor copied.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
