"""What Optuna's tables say about a study, the same way for each contender."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PROGRESS = """
SELECT trials.number, reached.step FROM trial_intermediate_values AS reached
JOIN trials ON trials.trial_id = reached.trial_id
"""
STATES = "SELECT number, state FROM trials ORDER BY number"
PARAMS = """
SELECT trials.number, params.param_name, params.param_value FROM trial_params AS params
JOIN trials ON trials.trial_id = params.trial_id ORDER BY params.param_name
"""

ENDED = frozenset({"COMPLETE", "PRUNED", "FAIL"})


@dataclass(frozen=True)
class Study:
    """Trials by number: their states, the steps that were evaluated, and their parameters."""

    states: dict[int, str]
    steps: dict[int, frozenset[int]]
    params: dict[int, dict[str, float]]

    @property
    def progress(self) -> frozenset[tuple[int, int]]:
        """Every evaluation, as trial number and step."""
        return frozenset((number, step) for number, steps in self.steps.items() for step in steps)

    def in_state(self, *states: str) -> list[int]:
        """The numbers of the trials in one of these states."""
        return [number for number, state in self.states.items() if state in states]

    @property
    def ended(self) -> list[int]:
        """The numbers of the trials that have ended, however they did."""
        return self.in_state(*ENDED)

    @property
    def doubles(self) -> int:
        """Trials that were evaluated with the parameters of another one."""
        tried = [tuple(sorted(self.params[number].items())) for number, steps in self.steps.items() if steps]
        return len(tried) - len(set(tried))


NOTHING = Study({}, {}, {})


def read(database: Path) -> Study:
    """The only study in a SQLite file; nothing where there is none yet, or the file is locked."""
    if not database.exists():
        return NOTHING
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
            states = dict(connection.execute(STATES).fetchall())
            reached = connection.execute(PROGRESS).fetchall()
            params = connection.execute(PARAMS).fetchall()
    except sqlite3.OperationalError:
        return NOTHING
    return Study(
        states=states,
        steps={number: frozenset(step for each, step in reached if each == number) for number in states},
        params={number: {name: value for each, name, value in params if each == number} for number in states},
    )
