"""A folder as it is now, while its owner goes on to replace files in it."""

import os
import shutil
from pathlib import Path


def snapshot(folder: Path, target: Path) -> None:
    """Makes `target` of the same files: nothing is copied where the disk can give a file a second name.

    Files of `folder` must be replaced and never written into, and nobody may replace them meanwhile.

    Raises:
        OSError: the disk refuses it; there is no `target` then.
    """
    try:
        shutil.copytree(folder, target, symlinks=True, copy_function=_linked)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise OSError(str(error)) from error


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
