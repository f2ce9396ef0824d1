from pathlib import Path

from automl.checkpoints.no_replication import NoReplication
from automl.checkpoints.remote_store import FileKind, StoredCopy


def test_without_copies_nothing_is_kept_and_nothing_can_be_brought(tmp_path: Path) -> None:
    copies = NoReplication()
    copy = StoredCopy(0, FileKind.MODEL, 9)
    (tmp_path / "weights").write_text("here")
    copies.refresh()
    copies.keep(copy, tmp_path)
    copies.close()
    assert copies.existing == frozenset()
    assert not copies.bring(copy, tmp_path, None)
    assert (tmp_path / "weights").read_text() == "here"
