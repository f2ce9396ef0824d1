from pathlib import Path

import numpy as np
import pytest
import torch

from trials.files.state_file import FILE, STAGING, read_state, write_state

TENSORS = {
    "matrix": torch.randn(7, 5),
    "step": torch.tensor(3.0),
    "count": torch.tensor([5, -3]),
    "none": torch.zeros(0, 3),
}
FACTS = {"examples": 12, "rate": 0.1 + 0.2, "text": "é😀", "nothing": None, "list": [1, [2.5]]}


def same(found: dict[str, torch.Tensor]) -> bool:
    return found.keys() == TENSORS.keys() and all(torch.equal(found[name], TENSORS[name]) for name in TENSORS)


def test_everything_comes_back_bit_by_bit(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "00001"
    write_state(folder, "me", {"older": torch.ones(3)}, {})
    write_state(folder, "me", TENSORS, FACTS)
    tensors, facts = read_state(folder, "me")
    assert same(tensors)
    assert {name: (t.dtype, t.shape) for name, t in tensors.items()} == {
        name: (t.dtype, t.shape) for name, t in TENSORS.items()
    }
    assert facts == FACTS
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_only_its_own_trial_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_state(tmp_path / "nothing", "me") is None
    write_state(tmp_path, "me", TENSORS, FACTS)
    assert read_state(tmp_path, "another") is None
    monkeypatch.setattr("trials.files.state_file.FORMAT", "0")
    assert read_state(tmp_path, "me") is None


def test_what_a_killed_save_left_goes(tmp_path: Path) -> None:
    write_state(tmp_path, "me", TENSORS, FACTS)
    (tmp_path / STAGING).mkdir()
    (tmp_path / STAGING / ".tmp123").write_bytes(b"half")
    assert read_state(tmp_path, "me") is not None
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_torn_file_is_none(tmp_path: Path) -> None:
    write_state(tmp_path, "me", TENSORS, FACTS)
    whole = (tmp_path / FILE).read_bytes()
    for length in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:length])
        assert read_state(tmp_path, "me") is None


def test_numbers_are_not_read_in_another_format(tmp_path: Path) -> None:
    write_state(tmp_path, "me", TENSORS, FACTS)
    whole = (tmp_path / FILE).read_bytes()
    assert whole.count(b'"F32"') == 3
    (tmp_path / FILE).write_bytes(whole.replace(b'"F32"', b'"U32"'))
    assert read_state(tmp_path, "me") is None


def test_a_damaged_file_is_none_or_has_all_that_was_written(tmp_path: Path) -> None:
    """A change in the header may leave the content whole: a space where another character of padding was."""
    write_state(tmp_path, "me", TENSORS, FACTS)
    whole = (tmp_path / FILE).read_bytes()
    generator = np.random.default_rng(0)
    changed = list(range(len(whole))) * 2
    for place in changed:
        damaged = bytearray(whole)
        damaged[place] ^= int(generator.integers(1, 256))
        (tmp_path / FILE).write_bytes(damaged)
        found = read_state(tmp_path, "me")
        assert found is None or (same(found[0]) and found[1] == FACTS)
    for start in range(0, len(whole), 64):  # holes, as a machine that loses its power leaves them
        (tmp_path / FILE).write_bytes(whole[:start] + b"\0" * len(whole[start : start + 64]) + whole[start + 64 :])
        assert read_state(tmp_path, "me") is None


def test_anything_else_in_its_place_is_none(tmp_path: Path) -> None:
    for content in (b"", b"text", b"\xff" * 100, b"{}" * 50):
        (tmp_path / FILE).write_bytes(content)
        assert read_state(tmp_path, "me") is None
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    assert read_state(tmp_path, "me") is None
    assert read_state(tmp_path / FILE / "file", "me") is None
