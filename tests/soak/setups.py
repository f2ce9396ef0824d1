"""The studies of the soak, and how often each kind of kill strikes them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Setup:
    """One study: where it is kept, who works on it, and the weights of the kinds of kills, the first ones first."""

    name: str
    postgres: bool
    mlflow_server: bool
    drivers: int
    slots: int
    weights: Mapping[str, int]


SETUPS = {
    "sqlite": Setup(
        "sqlite",
        postgres=False,
        mlflow_server=False,
        drivers=1,
        slots=2,
        weights={"driver": 6, "worker": 4, "trainer": 4, "forks": 1, "raylet": 2, "sigint": 2, "sigterm": 2, "gcs": 1},
    ),
    "postgres": Setup(
        "postgres",
        postgres=True,
        mlflow_server=True,
        drivers=1,
        slots=2,
        weights={
            "postgres": 5,
            "mlflow": 6,
            "connections": 6,
            "driver": 3,
            "worker": 2,
            "trainer": 3,
            "sigterm": 1,
            "raylet": 1,
        },
    ),
    "shared": Setup(
        "shared",
        postgres=True,
        mlflow_server=True,
        drivers=2,
        slots=1,
        weights={"driver": 6, "connections": 5, "worker": 2, "trainer": 3, "postgres": 4, "mlflow": 2, "sigterm": 1},
    ),
}
"""SQLite alone; PostgreSQL with an MLflow server; and the same shared by two drivers."""


def schedule(kills: int, seed: int, setups: list[Setup]) -> dict[str, list[str]]:
    """The kinds of kills for each study, in their order: an equal share each, every kind once before any comes again.

    Few kills go to the first kinds of each study; many follow the weights.
    """
    draw = random.Random(seed)
    shares = [kills // len(setups) + (index < kills % len(setups)) for index in range(len(setups))]
    return {setup.name: _kinds(setup, share, draw) for setup, share in zip(setups, shares, strict=True)}


def _kinds(setup: Setup, count: int, draw: random.Random) -> list[str]:
    kinds = list(setup.weights)
    chosen = kinds[:count]
    chosen += draw.choices(kinds, weights=list(setup.weights.values()), k=max(0, count - len(kinds)))
    draw.shuffle(chosen)
    return chosen
