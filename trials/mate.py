"""What the other processes of a team do: they train with the first one, and look at nothing."""

import torch

from search_spaces import Point
from trials.building import build
from trials.data.dataset import EncodedDataset
from trials.determinism import seed_everything
from trials.precision import choose_device
from trials.preparing import prepare
from trials.record import TrialJob
from trials.team import OVER, Seat, Team
from trials.train import Trainer

SEEDS_APART = 1_000_003
"""Between the seeds of two processes: each must drop out other features."""


def follow(seat: Seat, job: TrialJob, data: EncodedDataset) -> None:
    """Trains in step with the first process until that says that all is over."""
    if not isinstance(job.point, Point):
        raise TypeError(f"a {type(job.point).__name__} is not trained by several processes")
    if choose_device(job.device).type == "cuda":
        torch.cuda.set_device(seat.rank)
    compute = prepare(job)
    model = build(job.point.architecture, data, compute)
    team = Team(seat, compute.device)
    trainer = Trainer(
        model, job.point, data.train, budget=job.budget_examples, seed=job.seed, compute=compute, team=team
    )
    team.begin(trainer)
    seed_everything(job.seed + SEEDS_APART * seat.rank + trainer.examples)
    while (examples := team.heard()) != OVER:
        trainer.train(examples)
    team.leave()
