"""What other processes do in the tests of storage: `python -m tests.automl.storage.roles ROLE ARGUMENT...`."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from automl.storage.coordination.single_driver_lock import sole_driver
from automl.storage.database.retry import RetryPolicy
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, elsewhere, opened


def say(what: object) -> None:
    print(json.dumps(what), flush=True)


def hold(folder: str) -> None:
    """Is the sole driver until it is killed."""
    with sole_driver("s", Path(folder)):
        say("held")
        time.sleep(60)


def open_database(url: str) -> None:
    """Opens a database when it is told to."""
    say("ready")
    sys.stdin.readline()
    store = StudyStore(url)
    say(store.names())
    sys.stdin.readline()
    store.close()


class HangingPoint(Mapping[str, float]):
    """A first point that is asked for in the middle of a creation, and never given."""

    def __getitem__(self, name: str) -> float:
        raise KeyError(name)

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[str]:
        say("half")
        time.sleep(60)
        return iter(())


def half_create(url: str) -> None:
    """Is in the middle of a creation until it is killed."""
    StudyStore(url).create(NEW, HangingPoint())


def claim(url: str, folder: str, beat: str, grace: str, where: str) -> None:
    """Begins two trials, and holds the second one until it is killed or told to stop."""
    store = StudyStore(url)
    process = elsewhere() if where == "elsewhere" else None
    with store.study(NEW.name).join(
        Path(folder), beat_seconds=float(beat), grace_seconds=float(grace), process=process
    ) as driver:
        study = opened(store)
        numbers = [begin(study, driver) for _ in range(2)]
        say(numbers)
        while not driver.stop_requested:
            time.sleep(0.02)
        for number in numbers:
            with driver.owning(number) as ours:
                say(ours)


def share(url: str, folder: str, limit: str, seconds: str) -> None:
    """Runs trials until the study has so many, and says which ones."""
    store = StudyStore(url, RetryPolicy(lambda _: None, lambda: False))
    ran = []
    with store.study(NEW.name).join(Path(folder), beat_seconds=0.2) as driver:
        study = opened(store)

        def ask() -> int | None:
            if study._storage.begun() >= int(limit):
                return None
            trial = study.ask()
            driver.claim(trial.number)
            return trial.number

        say("ready")
        while (number := driver.run_locked(ask)) is not None:
            time.sleep(float(seconds))
            with driver.owning(number) as ours:
                if ours:
                    study.tell(number, 0.5)
                    ran.append(number)
    say(ran)


def be_frozen_in_turn(url: str, folder: str) -> None:
    """Has the turn until it is killed."""
    store = StudyStore(url)
    with store.study(NEW.name).join(Path(folder), grace_seconds=1.0) as driver, driver.study_lock():
        say("turn")
        time.sleep(60)


def die_before_claiming(url: str, folder: str) -> None:
    """Begins a trial and is killed before it has claimed it."""
    store = StudyStore(url)
    with store.study(NEW.name).join(Path(folder)) as driver, driver.study_lock():
        say(opened(store).ask().number)
        time.sleep(60)


ROLES: dict[str, Callable[..., None]] = {
    role.__name__: role
    for role in (hold, open_database, half_create, claim, share, be_frozen_in_turn, die_before_claiming)
}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
