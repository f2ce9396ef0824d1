"""Population-based training with real models and real training states, without Ray."""

from pathlib import Path

from search_spaces import SPACES, Choice, Space
from tests.automl.search.helpers import Bench
from tests.automl.search.populations import trials
from tests.trials.toy import toy_dataset
from trials.record import TrialEnd
from trials.run import run_trial

TINY = Space(
    "encoder",
    SPACES["encoder"],
    {
        "architecture.depth": Choice((1,), 1),
        "architecture.heads": Choice((1, 2), 1),
        "architecture.head_width": Choice((16,), 16),
        "optimizer.learning_rate": Choice((1e-7, 3e-3), 3e-3),
    },
)
"""Models that learn, and models that do not."""

SIDE_BY_SIDE = 4


def test_who_learns_nothing_is_followed_by_one_that_learns_on(tmp_path: Path) -> None:
    data = toy_dataset()
    bench = Bench(tmp_path)
    bench.create(space=TINY)
    ledger = bench.ledger(trials=10, space=TINY, pruner="pbt", population=4)
    running = {}
    while True:
        while len(running) < SIDE_BY_SIDE and (job := ledger.begin()) is not None:
            running[job.number] = run_trial(job, data)
        if not running:
            break
        for number, reports in list(running.items()):
            if not ledger.record(number, next(reports)):
                running.pop(number).close()

    found = trials(bench)
    assert {trial.end for trial in found} <= {TrialEnd.COMPLETED, TrialEnd.PRUNED}, [trial.cause for trial in found]
    heirs = [trial for trial in found if trial.lineage.parent is not None]
    assert heirs
    for heir in heirs:
        parent = found[heir.lineage.parent]
        stopped = found[heir.lineage.follows]
        assert heir.inherited == heir.lineage.step == max(evaluation.step for evaluation in stopped.evaluations)
        assert heir.cost.parameters == parent.cost.parameters
        assert heir.evaluations[0].metrics["log_loss"] < stopped.evaluations[-1].metrics["log_loss"]
        assert heir.cost.examples < 2700 * (81 - heir.inherited) / 81 + 1
    kept = sorted(folder.name for folder in (tmp_path / "donors").iterdir())
    assert all(found[int(name[:5])].lineage.population == found[-1].lineage.population for name in kept)
