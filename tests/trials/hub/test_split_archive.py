"""A checkpoint in several packages is joined once, whole or not at all."""

import hashlib
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from trials.errors import PretrainedError
from trials.hub.split_archive import Part, SplitArchive, joined

FILES = ("config.json", "model.safetensors")


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SplitArchive:
    """An archive in three packages, whose joined files belong into a cache of this test."""
    whole, site = tmp_path / "whole.zip", tmp_path / "site"
    with zipfile.ZipFile(whole, "w") as opened:
        for name in (*FILES, "README.md"):
            opened.writestr(f"large/{name}", f"content of {name} " * 50)
    content, parts = whole.read_bytes(), []
    size = -(-len(content) // 3)
    for number in range(3):
        part = content[number * size : (number + 1) * size]
        package = f"{tmp_path.name}-part_{number}"
        (site / package / "input").mkdir(parents=True)
        (site / package / "__init__.py").touch()
        (site / package / "input" / f"zip.{number}").write_bytes(part)
        parts.append(Part(package, f"input/zip.{number}", hashlib.sha256(part).hexdigest()))
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return SplitArchive(tuple(parts), "large", FILES, "pip install parts")


def test_it_is_joined_once_with_the_files_that_are_used(archive: SplitArchive, tmp_path: Path) -> None:
    assert archive.is_installed()
    folder = joined("large", archive)
    assert folder.is_relative_to(tmp_path / "cache")
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert (folder / FILES[0]).read_text().startswith(f"content of {FILES[0]}")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name], "nothing is left beside it"
    shutil.rmtree(tmp_path / "site")
    assert joined("large", archive) == folder, "the packages are no longer needed"
    assert archive.is_installed()


def test_a_missing_part_is_named_with_what_to_install(archive: SplitArchive, tmp_path: Path) -> None:
    (tmp_path / "site" / archive.parts[1].package / archive.parts[1].file).unlink()
    assert not archive.is_installed()
    with pytest.raises(PretrainedError, match=r"zip\.1.* is missing; install it: pip install parts"):
        joined("large", archive)


@pytest.mark.parametrize("number", [0, 2])
def test_a_damaged_part_is_told_and_leaves_nothing(archive: SplitArchive, number: int) -> None:
    wrong = replace(archive.parts[number], sha256="0" * 64)
    parts = tuple(wrong if part.package == wrong.package else part for part in archive.parts)
    damaged = replace(archive, parts=parts)
    with pytest.raises(PretrainedError, match=rf"zip\.{number}.* it is damaged; install it again"):
        joined("large", damaged)
    assert list(damaged.joined.parent.iterdir()) == []


def test_a_cache_that_cannot_be_written_to_is_told(
    archive: SplitArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(PretrainedError, match="XDG_CACHE_HOME"):
        joined("large", archive)
