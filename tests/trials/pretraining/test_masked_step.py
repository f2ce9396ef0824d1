"""A step of the stage in a fixed shape: its loss and gradients are those of the batch."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from search_spaces.spaces.encoder import ENCODERS
from tests.trials.pretraining.sharers import DATA
from tests.trials.toy import toy_point
from trials.data.encoding.batches import collate
from trials.models import build_model
from trials.models.cpu import states_of
from trials.pretraining.masked_step import MaskedStep
from trials.pretraining.masking import NOTHING, MaskedBatch, masking_of
from trials.pretraining.mlm_head import MlmHead

CPU = torch.device("cpu")
ROWS, LONGEST, RATE = 8, 24, 0.125


class Stage:
    """An encoder with a head, plain gradient descent, and a step of eight texts."""

    def __init__(self, encoder: str = "bert/cls") -> None:
        torch.manual_seed(0)
        still = {"hidden_dropout": 0.0, "classifier_dropout": 0.0, "attention_dropout": 0.0}
        self.model = build_model(
            replace(toy_point(encoder).architecture, **still),
            vocabulary_size=DATA.vocabulary_size,
            max_length=DATA.max_length,
            label_names=DATA.label_names,
        )
        self.head = MlmHead(self.model.config.hidden_size, self.model.get_input_embeddings().weight)
        self.learnt = nn.ModuleDict({"encoder": self.model.base_model, "head": self.head})
        optimizer = torch.optim.SGD(self.learnt.parameters(), lr=RATE)
        for group in optimizer.param_groups:
            group["initial_lr"] = RATE
        self.step = MaskedStep(
            self.model,
            self.head,
            optimizer,
            self.learnt,
            rows=ROWS,
            longest=LONGEST,
            share=0.15,
            clip=1e9,
            dtype=torch.float32,
            device=CPU,
        )

    def expected(self, masked: MaskedBatch) -> tuple[float, dict[str, torch.Tensor]]:
        """The mean loss over the masked tokens, and its gradients."""
        mask = None if masked.batch.mask is None else torch.from_numpy(masked.batch.mask)
        chosen = torch.from_numpy(masked.targets != NOTHING)
        states = states_of(self.model, torch.from_numpy(masked.batch.tokens), mask)[chosen]
        scores = self.head.scores(states, self.model.get_input_embeddings().weight, torch.float32)
        loss = cross_entropy(scores, torch.from_numpy(masked.targets)[chosen])
        loss.backward()
        gradients = self.gradients()
        self.learnt.zero_grad(set_to_none=True)
        return loss.item(), gradients

    def gradients(self) -> dict[str, torch.Tensor]:
        return {name: each.grad.clone() for name, each in self.learnt.named_parameters() if each.grad is not None}


def masked(rows: int = ROWS, seed: int = 1) -> MaskedBatch:
    return masking_of(DATA, 0.15).cover(collate(DATA.train, np.arange(rows)), np.random.default_rng(seed))


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("rows", [ROWS, 3])
def test_loss_and_gradients_are_those_of_the_masked_tokens(encoder, rows):
    stage, batch = Stage(encoder), masked(rows)
    loss, gradients = stage.expected(batch)
    stage.step.load(batch, 1.0, 1.0)
    for length in (batch.batch.tokens.shape[1], LONGEST):
        assert stage.step.backward(length).item() == pytest.approx(loss, rel=1e-5)
        found = stage.gradients()
        assert found.keys() == gradients.keys()
        for name, gradient in gradients.items():
            torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-6, msg=name)


def test_weights_change_by_the_rate_at_the_moment_and_the_last_batches_count_more():
    stage, batch = Stage(), masked()
    loss, gradients = stage.expected(batch)
    before = stage.head.map.weight.detach().clone()
    stage.step.load(batch, 0.5, 1.0)
    stage.step.update(stage.step.backward(LONGEST))
    changed = before - stage.head.map.weight.detach()
    torch.testing.assert_close(changed, 0.5 * RATE * gradients["head.map.weight"], rtol=1e-3, atol=1e-6)
    assert stage.step.total.item() == pytest.approx(loss, rel=1e-5)
    other = masked(seed=2)
    later, _ = stage.expected(other)
    stage.step.load(other, 1.0, 0.05)
    stage.step.update(stage.step.backward(LONGEST))
    assert stage.step.total.item() == pytest.approx(0.95 * loss + 0.05 * later, rel=1e-5)


def test_a_batch_without_masked_tokens_changes_nothing():
    stage, batch = Stage(), masked()
    before = stage.head.map.weight.detach().clone()
    nothing = MaskedBatch(batch.batch, np.full_like(batch.targets, NOTHING))
    stage.step.load(nothing, 1.0, 1.0)
    stage.step.update(stage.step.backward(LONGEST))
    assert stage.step.total.item() == 0.0
    assert torch.equal(stage.head.map.weight.detach(), before)


def test_there_is_room_for_more_masked_tokens_than_ever_come():
    step, generator = Stage().step, np.random.default_rng(0)
    drawn = generator.binomial(ROWS * LONGEST, 0.15, size=100_000)
    assert drawn.max() <= step.most_masked(LONGEST) < 2.5 * drawn.mean()
    assert step.most_masked(1) <= ROWS
