from pathlib import Path

import pytest

from automl.checkpoints.folder_bundle import FolderBundle, files_of, is_encoder_link, packed
from trials.errors import CheckpointError
from trials.files.classifier_format import ENCODER


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files_of(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of a head over a shared encoder: files of its own, one of them empty, and a link."""
    for name, content in {
        "here/config.json": b"{}",
        "here/deep/er/x.bin": bytes(range(256)),
        "here/empty": b"",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    for place, content in {"cache/a": b"weights of here", "cache/b": b"weights of there"}.items():
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "model.safetensors").write_bytes(content)
    (tmp_path / "here" / ENCODER).mkdir()
    (tmp_path / "here" / ENCODER / "model.safetensors").symlink_to(tmp_path / "cache/a/model.safetensors")
    return tmp_path / "here"


def test_a_folder_arrives_as_it_was_and_its_encoder_is_that_of_the_other_machine(folder, tmp_path):
    bundle = packed(folder)
    assert bundle.links == (f"{ENCODER}/model.safetensors",)
    assert sum(map(len, bundle.files.values())) == 258, "the encoder is not sent"
    bundle.open(tmp_path / "there", tmp_path / "cache/b")
    arrived = contents(tmp_path / "there")
    assert arrived == contents(folder) | {f"{ENCODER}/model.safetensors": b"weights of there"}
    assert is_encoder_link(tmp_path / "there" / ENCODER / "model.safetensors")


def test_without_an_encoder_only_the_files_arrive(folder, tmp_path):
    packed(folder).open(tmp_path / "there", None)
    assert set(contents(tmp_path / "there")) == {"config.json", "deep/er/x.bin", "empty"}


def test_what_was_there_before_is_gone(folder, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "old").touch()
    packed(folder).open(tmp_path / "there", None)
    assert not (tmp_path / "there" / "old").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_nothing_is_packed_of_a_folder_that_is_empty_or_not_there(tmp_path):
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    assert packed(tmp_path / "empty") is None
    assert packed(tmp_path / "nowhere") is None


def test_a_disk_that_refuses_leaves_the_folder_as_it_was(folder, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "old").write_text("old")
    clash = FolderBundle({**packed(folder).files, "empty/file": packed(folder).files["empty"]}, ())
    with pytest.raises(CheckpointError):
        clash.open(tmp_path / "there", None)
    assert contents(tmp_path / "there") == {"old": b"old"}


def test_a_link_is_one_of_an_encoder_by_where_it_lies(folder, tmp_path):
    (folder / "link").symlink_to(tmp_path / "cache/a/model.safetensors")
    assert not is_encoder_link(folder / "link")
    assert not is_encoder_link(folder / "config.json")
    assert packed(folder).files["link"].tobytes() == b"weights of here"
