"""A worker runs one trial after another: its memory must not grow with them."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from search_spaces import Point
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.hardware.memory import resident_bytes
from trials.models.family import ACTIVATIONS
from trials.protocol import TrialEnd
from trials.run import run_trial

TRIALS, WARM_UP = 500, 50


def any_point(generator: random.Random) -> Point:
    """A small point of any shape, so that tensors of ever new sizes are asked for."""
    point = toy_point(
        generator.choice(["modernbert/mean", "modernbert/cls", "bert/cls"]),
        learning_rate=10 ** generator.uniform(-4, -2),
        schedule=generator.choice(["linear", "cosine", "constant"]),
    )
    architecture = replace(
        point.architecture,
        depth=generator.randint(1, 3),
        heads=generator.randint(1, 4),
        head_width=2 * generator.randint(2, 16),
        feed_forward_ratio=generator.uniform(1, 4),
        activation=generator.choice(ACTIVATIONS),
        hidden_dropout=generator.uniform(0, 0.5),
    )
    training = replace(point.training, batch_size=generator.randint(1, 64))
    return replace(point, architecture=architecture, training=training)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_process_of_500_trials_does_not_grow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some are dropped half way, some go on, and some fail, as in a search."""
    generator, data, resident = random.Random(0), toy_dataset(), []
    for number in range(TRIALS):
        point = any_point(generator)
        if number % 10 == 9:
            point = replace(point, optimizer=replace(point.optimizer, learning_rate=1e30))
        job = toy_job(tmp_path / str(number), point, number=number, budget_examples=generator.randint(81, 200))
        if number % 5 == 0:
            trial = run_trial(job, data)
            next(trial)
            trial.close()
        last = list(run_trial(job, data))[-1]
        assert last.end in (TrialEnd.COMPLETED, TrialEnd.DIVERGED)
        shutil.rmtree(tmp_path / str(number), ignore_errors=True)  # one that failed at once has left nothing
        resident.append(resident_bytes())
    with capsys.disabled():
        shown = {
            count: f"{resident[count - 1] / 2**20:.1f} MiB" for count in (1, 10, WARM_UP, 100, 200, 300, 400, TRIALS)
        }
        print(f"\nresident after so many trials: {shown}")
    assert resident[-1] < 1.10 * resident[WARM_UP - 1]
