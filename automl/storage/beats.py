"""How long others have been silent, by what was seen of them and not by any clock but our own."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass
class _Seen:
    beat: int
    silent: float = 0.0
    has_beaten: bool = False


class Beats:
    """Watches counters that live drivers raise.

    Silence is the time over which looks at a counter found it unchanged. The time between two looks counts at most
    `longest_gap` seconds: so neither an outage of the database, nor a clock that jumps, nor a sleep of this very
    process makes others look dead.

    Args:
        longest_gap: seconds; two intervals at which drivers beat.
        clock: seconds that only this process knows.
    """

    def __init__(self, longest_gap: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_gap = longest_gap
        self._clock = clock
        self._last_look: float | None = None
        self._seen: dict[str, _Seen] = {}

    def look(self, beats: Mapping[str, int]) -> None:
        """Takes in what one successful look found; who is no longer there is forgotten."""
        now = self._clock()
        gap = 0.0 if self._last_look is None else min(max(now - self._last_look, 0.0), self._longest_gap)
        self._last_look = now
        for name in self._seen.keys() - beats.keys():
            del self._seen[name]
        for name, beat in beats.items():
            seen = self._seen.get(name)
            if seen is None or seen.beat != beat:
                self._seen[name] = _Seen(beat, has_beaten=seen is not None)
            else:
                seen.silent += gap

    def silent(self, name: str) -> float:
        """For how many seconds it was seen not to beat."""
        return self._seen[name].silent if name in self._seen else 0.0

    def is_heard(self, name: str) -> bool:
        """Whether it was seen to beat, and not long ago."""
        seen = self._seen.get(name)
        return seen is not None and seen.has_beaten and seen.silent <= self._longest_gap
