"""The order of a manager's writes: the study first, then what follows, and nothing of it after a failure."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from automl.core.events import SearchEnded, StopReason
from automl.engine.study_writes import StudyWrites

EVENT = SearchEnded(StopReason.TIME)


class Mirror:
    """Notes when the transaction begins and ends."""

    def __init__(self, notes: list[object], *, fails: bool = False) -> None:
        self.notes, self.fails = notes, fails

    @contextmanager
    def together(self) -> Iterator[None]:
        yield
        if self.fails:
            raise OSError("the database is gone")
        self.notes.append("written")


def test_files_and_events_follow_the_transaction_in_their_order() -> None:
    notes: list[object] = []
    writes = StudyWrites(Mirror(notes), notes.append)
    with writes.together():
        writes.follow(lambda: notes.append("file"))
        writes.announce(EVENT)
        assert not notes
    assert notes == ["written", "file", EVENT]
    with writes.together():
        pass
    assert notes == ["written", "file", EVENT, "written"], "what followed once does not follow again"


@pytest.mark.parametrize("fails", ["block", "transaction", "effect"])
def test_nothing_follows_a_failure_and_it_is_not_made_up_later(fails: str) -> None:
    notes: list[object] = []
    mirror = Mirror(notes, fails=fails == "transaction")
    writes = StudyWrites(mirror, notes.append)

    def broken() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match=r"gone|full|block"), writes.together():
        if fails == "effect":
            writes.follow(broken)
        writes.announce(EVENT)
        if fails == "block":
            raise OSError("the block failed")
    assert EVENT not in notes
    mirror.fails = False
    with writes.together():
        pass
    assert EVENT not in notes
