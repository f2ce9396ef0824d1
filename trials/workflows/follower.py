"""The other processes of a team: they follow the commands of the first one, and write nothing."""

import torch

from search_spaces import Point
from trials.data import EncodedDataset, first_look
from trials.distributed import Command, Rank, join
from trials.hardware import choose_device
from trials.protocol import TrialJob
from trials.training import Trainer, build, predict, prepare, seed_everything

SEEDS_APART = 1_000_003
"""Distance between the seeds of two processes, so that their dropout differs."""


def follow(seat: Rank, job: TrialJob, data: EncodedDataset) -> None:
    """Train in step with the first process until it ends the team.

    Args:
        seat: rank of this process in the team.
        job: the trial.
        data: its data.
    """
    if not isinstance(job.point, Point):
        raise TypeError(f"a {type(job.point).__name__} is not trained by several processes")
    if choose_device(job.device).type == "cuda":
        torch.cuda.set_device(seat.rank)
    compute = prepare(job)
    model = build(job.point.architecture, data, compute, on=job.built_on)
    team = join(seat, job, compute.device)
    team.spread(model)
    trainer = Trainer(
        model, job.point, data.train, budget=job.budget_examples, seed=job.seed, compute=compute, team=team
    )
    team.begin(trainer)
    seed_everything(job.seed + SEEDS_APART * seat.rank + trainer.examples)
    splits = {len(split): split for split in (first_look(data.validation), data.validation)}
    while (order := team.receive())[0] != Command.OVER:
        match order:
            case Command.TRAIN, examples:
                trainer.train(examples)
            case Command.PREDICT, texts:
                with trainer.averaged():
                    predict(model, splits[texts], compute, team)
            case Command.MODEL, _:
                with trainer.averaged():
                    team.whole(model)
            case Command.TENSORS, _:
                trainer.saved()
    team.leave()
