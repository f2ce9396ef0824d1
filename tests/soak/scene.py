"""One study under fire: its servers, its drivers, and the starting of new ones where one has died."""

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from tests.integration.command import overrides, write_reviews
from tests.soak.command import Driver
from tests.soak.exits import exit_fault
from tests.soak.look import Database
from tests.soak.problems import Problem, Wrong
from tests.soak.servers import MlflowServer, Postgres
from tests.soak.setups import Setup

STUDY = "soak"
METRIC = "macro_f1"

EPOCHS = 8
"""Makes a full trial of the tiny models take one to three seconds."""

ENDLESS = 100_000
"""Trials that a driver is asked for, so that none ends before it is killed."""

EXIT_SECONDS = 120.0
"""A driver that was asked to end, or has lost its Ray, must have ended after this long; Ray's own patience is 60 s."""

MUST_END = frozenset({"sigint", "sigterm", "raylet", "gcs"})

LINGERING = 30.0
"""Seconds after which a driver that lost part of its Ray, and still evaluates, is taken to have survived it."""

SURVIVORS_SECONDS = 90.0
"""So long after a driver's death nothing of its Ray may live any more; Ray's own agents notice it after 60 s."""

MOST_FAILED_STARTS = 6
"""A study whose drivers end so often one after the other, with no evaluation between, is given up."""

MOST_CRASHES = 6
"""A study whose drivers end so often by themselves is given up too."""


class GivenUp(Exception):
    """A study cannot be gone on with; the problems say why."""


class Scene:
    """The processes of one study. `problems` receives what goes wrong with them."""

    def __init__(self, setup: Setup, folder: Path, seed: int, problems: list[Problem]) -> None:
        self.setup = setup
        self.drivers: list[Driver] = []
        self.resumes = 0
        self.refused = 0
        self.postgres = Postgres(folder / "pg") if setup.postgres else None
        self.mlflow = MlflowServer(folder / "mlflow") if setup.mlflow_server else None
        self._folder = folder
        self._seed = seed
        self._problems = problems
        self._started = 0
        self._failed_starts = 0
        self._crashes = 0
        self._dead: list[tuple[float, Driver]] = []
        self._outage = 0.0
        self._url = self.postgres.database(STUDY) if self.postgres else f"sqlite:///{self.workspace / 'studies.db'}"
        self.database = Database(self._url, STUDY, METRIC)
        write_reviews(folder / "reviews.csv", rows=600, seed=seed, wrong=0.2)
        if self.mlflow:
            self.mlflow.start()
            self.mlflow.wait_until_up()

    @property
    def workspace(self) -> Path:
        """The folder that all drivers of the study share."""
        return self._folder / "runs"

    @property
    def tracking_uri(self) -> str:
        """Where MLflow has the study."""
        return self.mlflow.url if self.mlflow else f"sqlite:///{self.workspace / 'mlflow.db'}"

    @property
    def room(self) -> int:
        """How many trials the living drivers can run at most."""
        return self.setup.slots * sum(driver.alive for driver in self.drivers)

    @property
    def steady(self) -> bool:
        """Whether all drivers are there and place trials."""
        return len(self.drivers) == self.setup.drivers and all(
            driver.alive and driver.searching and driver.doom is None for driver in self.drivers
        )

    def note_outage(self) -> None:
        """The database broke its connections: a driver that only just starts may refuse to."""
        self._outage = time.monotonic()

    def note_progress(self) -> None:
        """Somebody evaluated something: the study is alive."""
        self._failed_starts = 0

    def tend(self) -> Iterator[tuple[int, int]]:
        """Takes leave of drivers that have ended, starts new ones, and gives the evaluations that were told."""
        yield from self._news()
        self._bury()
        while len(self.drivers) < self.setup.drivers and (arguments := self._next_command()) is not None:
            self.drivers.append(self._start(*arguments))
        self._look_for_survivors()

    def stop_all(self) -> Iterator[tuple[int, int]]:
        """Ends all drivers in good order."""
        for driver in self.drivers:
            if driver.doom is None:
                driver.condemn("sigterm")
                driver.send(signal.SIGTERM)
        yield from self._wait_for_all(EXIT_SECONDS)

    def finish(self, trials: int, within: float) -> Iterator[tuple[int, int]]:
        """Goes on with the study until all its trials are done, and one more."""
        driver = self._start("resume", STUDY, "--trials", str(trials + 1), *self._storage())
        driver.condemn("finish")
        self.drivers.append(driver)
        yield from self._wait_for_all(within)
        if not (self.workspace / STUDY / "best" / "model.safetensors").is_file():
            self._problems.append(Problem(Wrong.DRIVER, "no model was handed over at the end"))

    def end_drivers(self) -> None:
        """Ends the drivers that do not go on, so that others may."""
        for driver in self.drivers:
            driver.condemn("driver")
            driver.send(signal.SIGKILL)
            driver.process.wait()

    def close(self) -> None:
        """Ends all that is left."""
        self.end_drivers()
        self._bury()
        for died, driver in self._dead:
            self._end_survivors(driver, patience=died + SURVIVORS_SECONDS - time.monotonic())
        if self.mlflow:
            self.mlflow.kill()
        if self.postgres:
            self.postgres.close()

    def _next_command(self) -> list[str] | None:
        """`search` while there is no study, `resume` from then on; None: there is nothing to start just now."""
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise GivenUp(f"{MOST_FAILED_STARTS} drivers one after the other ended before any evaluation")
        if self._crashes >= MOST_CRASHES:
            raise GivenUp(f"{MOST_CRASHES} drivers ended by themselves")
        try:
            there = self.database.is_there()
        except SQLAlchemyError:
            return None
        if there:
            return ["resume", STUDY, *self._storage()]
        if self.drivers:
            return None  # the first driver makes the study that the second one joins
        limits = ["--trials", str(ENDLESS), "--epochs", str(EPOCHS), "--slots", str(self.setup.slots)]
        tracking = ["--tracking-uri", self.tracking_uri] if self.mlflow else []
        seed = ["--seed", str(self._seed)]
        return ["search", "reviews.csv", "--study", STUDY, *limits, *seed, *tracking, *self._storage(), *overrides()]

    def _storage(self) -> list[str]:
        return ["--storage", self._url] if self.postgres else []

    def _start(self, *arguments: str) -> Driver:
        self._started += 1
        self._failed_starts += 1
        self.resumes += arguments[0] == "resume"
        log = self._folder / f"driver-{self._started:03d}-{arguments[0]}.log"
        return Driver.start(arguments, self._folder, log, {})

    def _bury(self) -> None:
        now = time.monotonic()
        for driver in list(self.drivers):
            if driver.alive:
                if driver.doom in MUST_END and now - driver.doomed > EXIT_SECONDS:
                    self._end_hung(driver, EXIT_SECONDS)
                continue
            self.drivers.remove(driver)
            self._dead.append((now, driver))
            outage = not driver.searching and self._outage > driver.began
            fault = exit_fault(driver.doom, driver.process.returncode, driver.said, database_was_away=outage)
            if fault:
                self._problems.append(Problem(Wrong.DRIVER, f"{driver.log.name}: {fault}"))
                self._crashes += driver.doom is None
            elif driver.doom is None:
                self.refused += 1

    def _wait_for_all(self, within: float) -> Iterator[tuple[int, int]]:
        deadline = time.monotonic() + within
        while self.drivers:
            yield from self._news()
            for driver in self.drivers:
                if time.monotonic() > deadline and driver.alive:
                    self._end_hung(driver, within)
            self._bury()
            time.sleep(0.2)

    def _news(self) -> Iterator[tuple[int, int]]:
        for driver in self.drivers:
            driver.remember_family()
            told = driver.news()
            if told and driver.doom in {"raylet", "gcs"} and time.monotonic() - driver.doomed > LINGERING:
                driver.doom = None
            yield from told

    def _end_hung(self, driver: Driver, seconds: float) -> None:
        what = f"{driver.log.name}: had not ended {seconds:g} s after {driver.doom}"
        self._problems.append(Problem(Wrong.HUNG, what))
        driver.condemn("driver")
        driver.send(signal.SIGKILL)

    def _look_for_survivors(self) -> None:
        """A while after a driver's death nothing of it may live."""
        while self._dead and time.monotonic() - self._dead[0][0] > SURVIVORS_SECONDS:
            _, driver = self._dead.pop(0)
            self._end_survivors(driver, patience=0)

    def _end_survivors(self, driver: Driver, patience: float) -> None:
        for process in driver.survivors(patience):
            with contextlib.suppress(Exception):
                self._problems.append(Problem(Wrong.LEFT, f"{driver.log.name}: {process.name()} outlived its driver"))
                process.kill()
