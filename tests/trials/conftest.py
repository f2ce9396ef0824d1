"""A model to load, and a pretrained encoder to start from."""

from pathlib import Path

import pytest

from tests.tiny_model import tiny_model
from tests.trials.pretrained.checkpoints import save_checkpoint

__all__ = ["tiny_model"]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """The folder of a pretrained encoder with four layers."""
    return save_checkpoint(tmp_path / "pretrained")
