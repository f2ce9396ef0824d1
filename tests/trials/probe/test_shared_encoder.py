"""Encoders that probes of one process share."""

import gc
import shutil
from pathlib import Path

import pytest
import torch

from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.errors import PretrainedError
from trials.pretrained import load_encoder
from trials.probe.shared_encoder import shared_encoder

CPU = torch.device("cpu")


def test_an_encoder_and_its_copies_are_in_memory_once_while_it_is_held(checkpoint: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint, tmp_path / "copy")
    held, identity = shared_encoder(checkpoint, CPU)

    assert shared_encoder(checkpoint, CPU) == (held, identity)
    assert shared_encoder(copy, CPU) == (held, identity)

    del held
    gc.collect()
    assert shared_encoder(copy, CPU)[1] != identity, "nobody held it, so the copy was loaded"


def test_weights_that_replaced_those_in_memory_are_loaded(checkpoint: Path, tmp_path: Path) -> None:
    place = shutil.copytree(checkpoint, tmp_path / "best")
    held, _ = shared_encoder(place, CPU)
    other = save_checkpoint(tmp_path / "other", seed=1)
    shutil.rmtree(place)
    shutil.copytree(other, place)

    for folder in (place, other):
        new, _ = shared_encoder(folder, CPU)
        assert new is not held
        mine, its = (model.state_dict() for model in (new, load_encoder(other)))
        assert all(torch.equal(mine[name], its[name]) for name in its)


def test_weights_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to(tmp_path / "gone")
    with pytest.raises(PretrainedError, match="must be readable"):
        shared_encoder(tmp_path, CPU)


def test_weights_that_differ_or_are_gone_are_loaded_for_themselves(checkpoint: Path, tmp_path: Path) -> None:
    held, identity = shared_encoder(shutil.copytree(checkpoint, tmp_path / "gone"), CPU)
    other = save_checkpoint(tmp_path / "other", seed=1)

    assert shared_encoder(other, CPU)[0] is not held
    shutil.rmtree(tmp_path / "gone")
    new, of_the_new = shared_encoder(checkpoint, CPU)
    assert new is not held and of_the_new != identity
