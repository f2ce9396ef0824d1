"""Files of classifiers that transformers cannot load."""

from pathlib import Path

import numpy as np
import pytest

from trials.errors import CheckpointError, ClassifierError
from trials.files.classifier_format import (
    ARRAYS,
    FACTS,
    FORMAT,
    read_kind,
    read_parts,
    save_classifier,
    write_facts,
    write_parts,
)

ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)


class Writer:
    """A classifier of two files."""

    def write(self, folder: Path) -> None:
        write_parts(folder, "toy", {"names": ["ä", "b"]}, {"weights": ARRAY.T, "none": np.zeros((0, 2))})


class Broken:
    """A classifier that is half written."""

    def write(self, folder: Path) -> None:
        (folder / FACTS).write_text("half")
        raise OSError(28, "No space left on device")


def test_all_that_was_written_comes_back(tmp_path: Path) -> None:
    save_classifier(Writer(), tmp_path / "deep" / "model")
    facts, arrays = read_parts(tmp_path / "deep" / "model")
    assert read_kind(tmp_path / "deep" / "model") == "toy"
    assert facts["names"] == ["ä", "b"]
    np.testing.assert_array_equal(arrays["weights"], ARRAY.T)  # its columns lay in memory one after the other
    assert arrays["none"].shape == (0, 2)


def test_what_cannot_be_written_leaves_the_classifier_before(tmp_path: Path) -> None:
    save_classifier(Writer(), tmp_path / "model")
    with pytest.raises(CheckpointError, match="No space left"):
        save_classifier(Broken(), tmp_path / "model")
    assert read_kind(tmp_path / "model") == "toy"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_both_files_may_be_read_by_whoever_may_read_the_folder(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir(mode=0o750)
    Writer().write(tmp_path / "model")
    assert (tmp_path / "model" / ARRAYS).stat().st_mode & 0o777 == 0o640


def test_a_folder_of_transformers_has_no_kind(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert read_kind(tmp_path) is None
    assert read_kind(tmp_path / "nowhere") is None


def test_another_version_of_the_format_is_refused_with_both(tmp_path: Path) -> None:
    write_facts(tmp_path, "toy", {"format": FORMAT + 1})
    with pytest.raises(ClassifierError, match=rf"{FORMAT}, not {FORMAT + 1}"):
        read_kind(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b"null", b""])
def test_facts_that_are_no_json_object_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FACTS).write_bytes(content)
    for read in (read_kind, read_parts):
        with pytest.raises(ClassifierError, match=str(tmp_path)):
            read(tmp_path)


@pytest.mark.parametrize("harm", ["torn", "gone"])
def test_arrays_that_are_torn_or_gone_are_refused(tmp_path: Path, harm: str) -> None:
    Writer().write(tmp_path)
    whole = (tmp_path / ARRAYS).read_bytes()
    (tmp_path / ARRAYS).unlink()
    if harm == "torn":
        (tmp_path / ARRAYS).write_bytes(whole[:-1])
    with pytest.raises(ClassifierError, match=str(tmp_path)):
        read_parts(tmp_path)
