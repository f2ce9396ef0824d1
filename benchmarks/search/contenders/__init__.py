"""One file a contender. To add one: one file with a `Search`, and one line here."""

from benchmarks.search.contender import Contender

_HERE = "benchmarks.search.contenders"

CONTENDERS: dict[str, Contender] = {
    "ray": Contender("(a) Ray Tune + Optuna + ASHA, functions", f"{_HERE}.ray_functions:search", ("accelerate",)),
    "ray-actors": Contender(
        "(a) Ray Tune + Optuna + ASHA, reused actors", f"{_HERE}.ray_actors:search", ("accelerate",)
    ),
    "optuna": Contender("(b) Optuna, two processes", f"{_HERE}.optuna_processes:search", ("accelerate",)),
    "hf": Contender(
        "(c) Trainer.hyperparameter_search", f"{_HERE}.hyperparameter_search:search", ("accelerate",), threads=2
    ),
    "syne-asha": Contender("(d) Syne Tune ASHA", f"{_HERE}.syne:asha", ("accelerate", "syne_tune")),
    "syne-cqr": Contender("(d) Syne Tune ASHA + CQR", f"{_HERE}.syne:asha_cqr", ("accelerate", "syne_tune")),
    "ours": Contender("(e) transformer-automl", f"{_HERE}.ours:search"),
}

PEERS = ("ray", "ray-actors")
"""The two forms of (a): the better one is what others are compared with."""
