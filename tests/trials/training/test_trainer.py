from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from search_spaces import Point
from search_spaces.spaces.encoder import ENCODERS
from tests.trials.toy import toy_dataset, toy_point
from trials.data.encoding.batches import collate, epoch_rows
from trials.errors import Diverged
from trials.models import build_model
from trials.training.compute import Compute
from trials.training.trainer import Trainer

DATA = toy_dataset()
FP32 = Compute(torch.device("cpu"), torch.float32)
PORTIONS = (30, 25, 60, 85)


def still_point(encoder: str = "modernbert/mean") -> Point:
    """A point whose training draws no random numbers, with every other setting away from its neutral value."""
    point = toy_point(encoder, learning_rate=3e-3, beta1=0.85, beta2=0.97, weight_decay=0.1, gradient_clip=0.5)
    architecture = replace(point.architecture, hidden_dropout=0.0, attention_dropout=0.0, classifier_dropout=0.0)
    return replace(point, architecture=architecture, training=replace(point.training, label_smoothing=0.1))


def model_of(point: Point) -> PreTrainedModel:
    torch.manual_seed(5)
    return build_model(
        point.architecture,
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    )


def trainer_of(model: PreTrainedModel, point: Point) -> Trainer:
    return Trainer(model, point, DATA.train, budget=sum(PORTIONS), seed=3, compute=FP32)


def plain_losses(model: PreTrainedModel, point: Point) -> list[float]:
    """What a tutorial would write: ordinary AdamW, a mask on every batch, linear warm-up and decay, no tricks."""
    wanted = point.optimizer
    groups = [
        {"params": [p for p in model.parameters() if p.ndim >= 2], "weight_decay": wanted.weight_decay},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
    betas = (wanted.beta1, wanted.beta2)
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=betas, eps=wanted.epsilon, fused=False, foreach=False)
    model.train()
    losses, seen = [], 0
    for rows in portioned_rows(point.training.batch_size):
        middle = (seen + len(rows) / 2) / sum(PORTIONS)
        rising, falling = middle / wanted.warmup_share, (1 - middle) / (1 - wanted.warmup_share)
        for group in optimizer.param_groups:
            group["lr"] = wanted.learning_rate * (rising if middle < wanted.warmup_share else falling)
        tokens = torch.from_numpy(collate(DATA.train, rows).tokens)
        lengths = torch.from_numpy(DATA.train.lengths[rows])
        mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()
        logits = model(input_ids=tokens, attention_mask=mask).logits
        loss = cross_entropy(logits, torch.from_numpy(DATA.train.labels[rows]), label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), wanted.gradient_clip)
        optimizer.step()
        losses += [loss.item()] * len(rows)
        seen += len(rows)
    return losses


def portioned_rows(batch_size: int) -> list[np.ndarray]:
    """The batches of three epochs, cut where a portion ends."""
    batches = [rows for epoch in range(3) for rows in epoch_rows(DATA.train.lengths, batch_size, 3, epoch)]
    cuts = set(np.cumsum(PORTIONS).tolist())
    rows = np.concatenate(batches)[: sum(PORTIONS)]
    edges = sorted({*np.cumsum([len(batch) for batch in batches]).tolist(), *cuts})
    return [piece for piece in np.split(rows, [edge for edge in edges if edge < len(rows)]) if len(piece)]


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_losses_equal_those_of_a_plain_loop(encoder: str, depth: int) -> None:
    """The forward pass, the gradients, their norm and the optimizer are all our own, or torch's quickest."""
    point = still_point(encoder)
    point = replace(point, architecture=replace(point.architecture, depth=depth))
    expected = plain_losses(model_of(point), point)
    trainer = trainer_of(model_of(point), point)
    found = [trainer.train(portion) for portion in PORTIONS]
    means = [float(np.mean(part)) for part in np.split(np.array(expected), np.cumsum(PORTIONS)[:-1])]
    assert found == pytest.approx(means, rel=1e-4)


def test_the_learning_rate_follows_the_budget_and_not_the_steps() -> None:
    rates = []
    for batch_size in (4, 16):
        point = still_point()
        point = replace(point, training=replace(point.training, batch_size=batch_size))
        trainer = trainer_of(model_of(point), point)
        trainer.train(100)
        rates.append(trainer.learning_rate / point.optimizer.learning_rate)
    # Half of the budget is spent: 0.53 of the peak is left after a warm-up of 0.06. A batch is asked at its middle.
    assert rates == pytest.approx([0.53, 0.53], abs=0.03)


FP16 = Compute(torch.device("cpu"), torch.float16)


def halved(point: Point) -> Trainer:
    return Trainer(model_of(point), point, DATA.train, budget=sum(PORTIONS), seed=3, compute=FP16)


def test_in_fp16_it_learns_what_it_learns_in_fp32_and_leaves_out_steps_that_overflow() -> None:
    point = still_point()
    trainer, expected = halved(point), trainer_of(model_of(point), point)
    found = [trainer.train(portion) for portion in PORTIONS]
    assert found == pytest.approx([expected.train(portion) for portion in PORTIONS], rel=0.03)
    trainer.resume({**trainer.tensors(), "scale.scale": torch.tensor(2.0**120)}, sum(PORTIONS))
    before = {name: weight.clone() for name, weight in trainer.tensors().items()}
    trainer.train(16)
    after = trainer.tensors()
    assert after["scale.scale"] < before["scale.scale"], "its gradients were infinite"
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith(("weight.", "optimizer.")))


def test_in_fp16_it_goes_on_as_if_it_had_not_been_interrupted() -> None:
    point = still_point()
    whole, first, second = (halved(point) for _ in range(3))
    expected = [whole.train(portion) for portion in PORTIONS]
    first.train(PORTIONS[0])
    second.resume({name: tensor.clone() for name, tensor in first.tensors().items()}, PORTIONS[0])
    assert [second.train(portion) for portion in PORTIONS[1:]] == expected[1:]
    assert second.tensors()["scale.finite_steps"] == whole.tensors()["scale.finite_steps"] > 0


def test_a_loss_that_is_not_finite_stops_training() -> None:
    point = still_point()
    model = model_of(point)
    torch.nn.init.constant_(model.classifier.bias, float("nan"))
    with pytest.raises(Diverged, match="no longer finite after 16 examples"):
        trainer_of(model, point).train(100)
