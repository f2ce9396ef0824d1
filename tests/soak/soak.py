"""The soak: each study in turn is searched, struck at random points, gone on with, ended and compared with MLflow."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.soak.kills import KILLS
from tests.soak.mlflow_checks import faults_in_mlflow
from tests.soak.problems import Problem
from tests.soak.scene import METRIC, STUDY, GivenUp, Scene
from tests.soak.setups import Setup, schedule
from tests.soak.watch import Strike, Watch
from tests.waiting import comes_true

POLL = 0.2
RECOVER_WITHIN = 150.0
FINISH_WITHIN = 600.0
"""Seconds: between two polls; after which a study should have gone on; for the last search of a study."""

PATIENT = 0.5
"""Share of kills that wait until the study has gone on since the last one. The others strike at any time."""

SOON, ANY_TIME = 3.0, 8.0
"""A kill comes within so many seconds: after the study went on, or after the last kill."""


@dataclass(frozen=True)
class StudyResult:
    """What came of one study. `refused` are drivers that said at their start that the database was away."""

    name: str
    strikes: tuple[Strike, ...]
    resumes: int
    refused: int
    trials: int
    ends: dict[str, int]
    retold: int
    problems: tuple[Problem, ...]
    seconds: float


def soak(
    kills: int, seed: int, setups: list[Setup], folder: Path, say: Callable[[str], None] = lambda _: None
) -> Iterator[StudyResult]:
    """Strikes studies `kills` times in all. Each has a folder in `folder`, whose models stay if anything was wrong."""
    plan = schedule(kills, seed, setups)
    for setup in setups:
        say(f"{setup.name}: {len(plan[setup.name])} kills")
        yield _soak_study(setup, plan[setup.name], seed, folder / setup.name, say)


def _soak_study(setup: Setup, kinds: list[str], seed: int, folder: Path, say: Callable[[str], None]) -> StudyResult:
    folder.mkdir(parents=True)
    draw = random.Random(f"{seed} {setup.name}")
    problems: list[Problem] = []
    scene = Scene(setup, folder, seed, problems)
    watch = Watch(scene, problems)
    try:
        for kind in kinds:
            _wait_for_the_moment(watch, draw)
            _strike(watch, kind, draw, say)
        _wait(watch, lambda: not watch.waiting, RECOVER_WITHIN)
        _finish(watch)
    except GivenUp as error:
        watch.give_up(str(error))
    finally:
        scene.close()
    if not problems:
        shutil.rmtree(folder / "runs", ignore_errors=True)
    return StudyResult(
        name=setup.name,
        strikes=tuple(watch.strikes),
        resumes=scene.resumes,
        refused=scene.refused,
        trials=len(watch.last.trials),
        ends=dict(Counter(str(trial.end) for trial in watch.last.trials)),
        retold=watch.retold,
        problems=tuple(problems),
        seconds=watch.seconds,
    )


def _wait_for_the_moment(watch: Watch, draw: random.Random) -> None:
    if watch.strikes and draw.random() > PATIENT:
        _wait(watch, lambda: False, draw.uniform(0, ANY_TIME))
        return
    if not _wait(watch, lambda: not watch.waiting, RECOVER_WITHIN):
        after = watch.strikes[-1].kind if watch.strikes else "the start"
        watch.give_up(f"no new evaluation within {RECOVER_WITHIN:g} s after kill {len(watch.strikes)} ({after})")
        watch.scene.end_drivers()
    _wait(watch, lambda: False, draw.uniform(0, SOON))


def _strike(watch: Watch, kind: str, draw: random.Random, say: Callable[[str], None]) -> None:
    """Strikes as soon as there is something to strike."""

    def struck() -> bool:
        before = watch.seconds
        if not KILLS[kind](watch.scene, draw):
            return False
        watch.strike(kind, before)
        return True

    if not _wait(watch, struck, RECOVER_WITHIN):
        raise GivenUp(f"there was nothing to kill for {kind!r} within {RECOVER_WITHIN:g} s")
    latest = f"; the last one: {watch.problems[-1].what}" if watch.problems else ""
    say(f"{watch.seconds:7.1f} s  kill {len(watch.strikes)} ({kind}), {len(watch.problems)} problems{latest}")


def _wait(watch: Watch, done: Callable[[], bool], seconds: float) -> bool:
    """Tends the study until `done`, at most so long; says whether it was."""

    def tended() -> bool:
        if done():
            return True
        watch.poll(watch.scene.tend())
        return False

    return comes_true(tended, seconds, POLL)


def _finish(watch: Watch) -> None:
    scene = watch.scene
    watch.hear(scene.stop_all())
    trials = len(watch.rest(finished=False).trials)
    watch.hear(scene.finish(trials, FINISH_WITHIN))
    look = watch.rest(finished=True)
    if scene.mlflow:
        scene.mlflow.wait_until_up()
    watch.add(faults_in_mlflow(scene.tracking_uri, STUDY, METRIC, look))
