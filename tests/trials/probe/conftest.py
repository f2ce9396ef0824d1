from pathlib import Path

import pytest

from tests.trials.pretrained.checkpoints import save_checkpoint


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """The folder of a pretrained encoder with four layers."""
    return save_checkpoint(tmp_path / "pretrained")
