"""Population-based training with real models and real training states, without Ray."""

from pathlib import Path

import pytest

from search_spaces import SPACES, Choice, FloatRange, Space
from tests.automl.engine.helpers import NEW, Bench
from tests.automl.hpo.populations import trials
from tests.trials.toy import toy_dataset
from trials.protocol import TrialEnd
from trials.run import run_trial

TINY = Space(
    "encoder",
    SPACES["encoder"],
    {
        "architecture.depth": Choice((1,), 1),
        "architecture.heads": Choice((1, 2), 1),
        "architecture.head_width": Choice((16,), 16),
        "optimizer.learning_rate": FloatRange(1e-7, 1e-2, 3e-3, log=True),
    },
)

SIDE_BY_SIDE = 4


@pytest.mark.slow
def test_who_learns_nothing_is_followed_by_one_that_learns_on(tmp_path: Path) -> None:
    data = toy_dataset()
    bench = Bench(tmp_path)
    default = TINY.defaults()
    others = [{**default, "training.batch_size": size} for size in (8, 32)]
    bench.store.create(NEW, default, *others, {**default, "optimizer.learning_rate": 1e-7})
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
    assert found[3].end == TrialEnd.PRUNED
    heirs = [trial for trial in found if trial.lineage.parent is not None]
    assert heirs[0].lineage.follows == 3
    for heir in heirs:
        parent = found[heir.lineage.parent]
        stopped = found[heir.lineage.follows]
        assert heir.inherited == heir.lineage.step == max(evaluation.step for evaluation in stopped.evaluations)
        assert heir.cost.parameters == parent.cost.parameters
        assert heir.evaluations[0].metrics["log_loss"] < stopped.evaluations[-1].metrics["log_loss"]
        assert heir.cost.examples < 2700 * (81 - heir.inherited) / 81 + 1
    kept = sorted(folder.name for folder in (tmp_path / "donors").iterdir())
    assert all(found[int(name[:5])].lineage.population == found[-1].lineage.population for name in kept)
