"""Watches one study: checks it all the time, and takes the time from each kill to the next progress."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from tests.soak.checks import faults_at_rest, faults_between, faults_of, lost_work, told_again
from tests.soak.command import Driver
from tests.soak.look import Look
from tests.soak.problems import Problem, Wrong
from tests.soak.scene import LINGERING, Scene

LOOK_EVERY = 3.0
"""Seconds between two looks at the whole study."""

LONGEST_EXCESS = 30.0
"""Seconds for which SQL may have more running trials than steady drivers can run."""


@dataclass
class Strike:
    """One kill, `at` seconds into the soak of its study. `recovered` is how long the study needed to go on.

    What a dying driver still does is no recovery: progress counts once it is gone, or has lived on for a while.
    """

    kind: str
    at: float
    victim: Driver | None
    recovered: float | None = None

    def note_progress(self, now: float) -> None:
        """Takes the time of the first progress that counts."""
        gone = self.victim is None or not self.victim.alive or now - self.at > LINGERING
        if self.recovered is None and gone:
            self.recovered = now - self.at


@dataclass
class Watch:
    """What was seen of a study. Progress is an evaluation that SQL never had before, of any trial."""

    scene: Scene
    problems: list[Problem]
    began: float = field(default_factory=time.monotonic)
    strikes: list[Strike] = field(default_factory=list)
    last: Look = field(default_factory=lambda: Look(()))
    retold: int = 0
    _ever: set[tuple[int, int]] = field(default_factory=set)
    _told: set[tuple[int, int]] = field(default_factory=set)
    _latest: dict[int, int] = field(default_factory=dict)
    _looked: float = 0.0
    _excess_since: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether the study has not gone on yet since the last kill, or since its start."""
        return not self._ever or any(strike.recovered is None for strike in self.strikes)

    @property
    def seconds(self) -> float:
        """Since the watch began."""
        return time.monotonic() - self.began

    def strike(self, kind: str, at: float) -> None:
        """Notes a kill, which began `at` seconds into the watch."""
        doomed = (driver for driver in self.scene.drivers if driver.doom == kind)
        self.strikes.append(Strike(kind, at, next(doomed, None)))

    def poll(self, told: Iterable[tuple[int, int]]) -> None:
        """Takes what drivers told, looks for progress, and at the whole study from time to time."""
        self.hear(told)
        try:
            evaluated = self.scene.database.evaluated()
            if evaluated - self._ever:
                self._go_on(evaluated)
            if time.monotonic() - self._looked > LOOK_EVERY:
                self.look()
        except SQLAlchemyError:
            return  # the database is away, or cut us off with the others

    def hear(self, told: Iterable[tuple[int, int]]) -> None:
        """Takes the evaluations that drivers told."""
        for number, step in told:
            self.retold += (number, step) in self._told
            self._told.add((number, step))
            if problem := told_again(self._latest, number, step):
                self.add([problem])

    def look(self) -> Look:
        """Looks at the whole study, and notes what is wrong with it."""
        look = self.scene.database.look()
        self._looked = time.monotonic()
        self.add(faults_of(look))
        self.add(faults_between(self.last, look))
        self.add(lost_work(self._ever, look))
        self._count_running(look)
        self.last = look
        return look

    def rest(self, *, finished: bool) -> Look:
        """Looks at a study on which nobody works."""
        look = self.look()
        self.add(faults_at_rest(look, finished=finished))
        return look

    def give_up(self, why: str) -> None:
        """Notes that the study did not go on."""
        self.add([Problem(Wrong.HUNG, why)])

    def _go_on(self, evaluated: frozenset[tuple[int, int]]) -> None:
        self._ever |= evaluated
        self.scene.note_progress()
        for strike in self.strikes:
            strike.note_progress(self.seconds)

    def _count_running(self, look: Look) -> None:
        """Trials that SQL calls running beyond the drivers' room are nobody's."""
        if not self.scene.steady or look.running <= self.scene.room:
            self._excess_since = None
        elif self._excess_since is None:
            self._excess_since = time.monotonic()
        elif time.monotonic() - self._excess_since > LONGEST_EXCESS:
            self.add([Problem(Wrong.ZOMBIE, f"{look.running} trials are RUNNING, and drivers run {self.scene.room}")])

    def add(self, found: Iterable[Problem]) -> None:
        """Notes problems, each of them once."""
        known = set(self.problems)
        self.problems.extend(problem for problem in found if problem not in known)
