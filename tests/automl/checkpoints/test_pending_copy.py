from pathlib import Path

from automl.checkpoints.pending_copy import PendingCopy
from automl.checkpoints.remote_store import FileKind, StoredCopy

MODEL = StoredCopy(3, FileKind.MODEL, 27)
LATER = StoredCopy(3, FileKind.MODEL, 81)


def test_a_request_that_makes_a_copy_also_fulfils_the_one_that_only_keeps_it(tmp_path: Path) -> None:
    """Else the later one would replace the earlier in the queue, and the copy would never be made."""
    makes, keeps, none = PendingCopy(MODEL, tmp_path), PendingCopy(MODEL), PendingCopy()
    assert makes.makes(keeps)
    assert not makes.makes(PendingCopy(LATER)), "another copy"
    assert not makes.makes(PendingCopy(MODEL, tmp_path / "newer")), "it has files of its own"
    assert not makes.makes(none), "the copy is to go"
    assert not keeps.makes(keeps), "nobody makes it"
    assert not none.makes(none)


def test_a_request_that_is_dropped_leaves_no_files(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "weights").touch()
    request = PendingCopy(MODEL, tmp_path / "snapshot")
    request.discard()
    assert list(tmp_path.iterdir()) == []
    request.discard()
    PendingCopy(MODEL).discard()
