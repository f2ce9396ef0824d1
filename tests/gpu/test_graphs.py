"""Steps as CUDA graphs give what eager ones give, whatever the model and the loss."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoConfig

from search_spaces import SPACES, Space
from search_spaces.spaces.encoder import ENCODERS
from tests.gpu.cases import DATA, GPU, LONGEST, WORDS, losses_of, model_of, needs_gpu, point_of, trainer_of
from tests.trials.pretrained.checkpoints import BERT_SIZES, save_checkpoint
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.hardware import limit_memory, release_memory
from trials.pretrained import load_model
from trials.protocol import TrialEnd
from trials.run import run_trial
from trials.training import compute as compute_module
from trials.training import predict, random_states, restore_random_states
from trials.training.static_steps import look as look_module

pytestmark = needs_gpu


@pytest.fixture(autouse=True)
def all_of_the_memory():
    yield
    limit_memory(GPU, None)
    release_memory()


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_family_learns_what_it_learns_eagerly(encoder, monkeypatch):
    point = point_of(encoder)
    graphs = trainer_of(point)
    found = losses_of(graphs)
    assert graphs.eager_because == ""
    assert found == pytest.approx(losses_of(trainer_of(point, graphs=False)), rel=1e-4)
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", set())
    assert found == pytest.approx(losses_of(trainer_of(point)), rel=1e-4)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_dropout_draws_the_same_numbers_in_graphs_and_a_trial_goes_on_where_it_was(encoder):
    point = point_of(encoder, dropout=0.2)
    whole = trainer_of(point)
    first = losses_of(whole, 5)
    kept = {name: tensor.cpu().clone() for name, tensor in whole.tensors().items()}
    states, examples = random_states(GPU), whole.examples
    rest = losses_of(whole, 5)
    assert first + rest == pytest.approx(losses_of(trainer_of(point, graphs=False)), rel=1e-3)
    other = trainer_of(point)
    other.resume(kept, examples)
    restore_random_states(states, GPU)
    assert losses_of(other, 5) == pytest.approx(rest, rel=1e-3)


@pytest.mark.parametrize("balance", ["none", "weights", "focal", "sampling"])
def test_every_loss(balance, monkeypatch):
    point = point_of("bert/cls", balance=balance)
    found = losses_of(trainer_of(point))
    monkeypatch.setattr(compute_module, "STATIC_DEVICES", set())
    assert found == pytest.approx(losses_of(trainer_of(point)), rel=1e-4)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_bf16_learns_as_fp32_does(encoder):
    point = point_of(encoder)
    narrow = trainer_of(point, dtype=torch.bfloat16)
    found = losses_of(narrow)
    assert narrow.eager_because == ""
    assert found == pytest.approx(losses_of(trainer_of(point)), rel=0.05)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_fp16_learns_as_fp32_does(encoder):
    point = point_of(encoder)
    halved = trainer_of(point, dtype=torch.float16)
    found = losses_of(halved)
    assert "fp16" in halved.eager_because
    assert halved.tensors()["scale.finite_steps"] > 20, "most steps count"
    assert found == pytest.approx(losses_of(trainer_of(point)), rel=0.1)


@pytest.mark.parametrize("places", [("cpu", "cuda"), ("cuda", "cpu")])
def test_a_trial_goes_on_on_another_kind_of_device(places):
    point = point_of("bert/cls")
    first = trainer_of(point, device=torch.device(places[0]))
    losses_of(first, 5)
    kept = {name: tensor.cpu().clone() for name, tensor in first.tensors().items()}
    other = trainer_of(point, device=torch.device(places[1]))
    other.resume(kept, first.examples)
    assert losses_of(other, 3) == pytest.approx(losses_of(first, 3), rel=2e-3)


@pytest.mark.parametrize("kind", ["finetune", "lora", "subnet"])
@pytest.mark.parametrize("family", ["bert", "roberta", "distilbert", "electra", "mpnet"])
def test_every_kind_of_pretrained_model(kind, family, tmp_path):
    if kind != "finetune" and family != "bert":
        pytest.skip("one family is enough for this kind")
    checkpoint = save_checkpoint(tmp_path / "pretrained", config_of(family))
    space = Space(kind, SPACES[kind])
    point = space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})
    point = replace(point, training=replace(point.training, batch_size=8))
    losses = {}
    for graphs in (True, False):
        torch.manual_seed(0)
        model = load_model(point.architecture, DATA.label_names, DATA.train)
        trainer = trainer_of(point, graphs=graphs, model=model)
        losses[graphs] = losses_of(trainer, 6)
        print(kind, family, graphs, repr(trainer.eager_because))
        assert not graphs or trainer.eager_because == ""
    assert losses[True] == pytest.approx(losses[False], rel=1e-3)


def config_of(family):
    names = {"vocab_size": WORDS, "max_position_embeddings": LONGEST + 10}
    if family == "distilbert":
        return AutoConfig.for_model(family, dim=32, n_layers=4, n_heads=2, hidden_dim=64, **names)
    sizes = {**BERT_SIZES, **names}
    return AutoConfig.for_model(family, **sizes, **({"embedding_size": 32} if family == "electra" else {}))


def test_predictions_are_those_of_the_batches_own_shapes(monkeypatch):
    trainer = trainer_of(point_of("modernbert/mean"))
    losses_of(trainer, 3)
    with trainer.averaged():
        found = predict(trainer._model, DATA.validation, trainer._compute)
        monkeypatch.setattr(compute_module, "STATIC_DEVICES", set())
        expected = predict(trainer._model, DATA.validation, trainer._compute)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_no_step_waits_for_the_device():
    trainer = trainer_of(point_of("modernbert/mean", dropout=0.1))
    losses_of(trainer, 10)  # every bucket has been captured
    batches = list(trainer._batches.rows(200))
    with trainer._running() as total:
        torch.cuda.set_sync_debug_mode("error")
        try:
            for rows in batches:
                trainer._step(rows, total)
        finally:
            torch.cuda.set_sync_debug_mode("default")
    assert torch.isfinite(total)


def test_a_model_that_waits_for_the_device_trains_eagerly_and_says_why():
    point = point_of("bert/cls")
    model = model_that(lambda inputs: inputs[0].sum().item(), point)
    trainer = trainer_of(point, model=model)
    found = losses_of(trainer)
    assert "waits for the device" in trainer.eager_because
    assert found == pytest.approx(losses_of(trainer_of(point)), rel=1e-4)


def test_a_capture_that_fails_leaves_a_trial_that_trains_on(monkeypatch):
    def fail(inputs):
        if torch.cuda.is_current_stream_capturing():
            inputs[0].sum().item()

    point = point_of("bert/cls", dropout=0.1)
    trainer = trainer_of(point, model=model_that(fail, point))
    found = losses_of(trainer)
    print(trainer.eager_because)
    assert "could not be a CUDA graph" in trainer.eager_because
    assert found == pytest.approx(losses_of(trainer_of(point, graphs=False)), rel=1e-3)
    del trainer
    release_memory()
    assert torch.rand(4, device=GPU).sum().item() > 0
    after = trainer_of(point)
    assert losses_of(after) == pytest.approx(found, rel=1e-3)
    assert after.eager_because == "", "the next trial of the process has graphs"


def model_that(does, point):
    def hook(module, inputs, output):
        does(inputs)

    model = model_of(point)
    model.bert.encoder.layer[0].register_forward_hook(hook)
    return model


def test_memory_of_graphs_is_given_up_where_something_else_needs_it(monkeypatch):
    point = point_of("bert/cls", dropout=0.1)
    expected = losses_of(trainer_of(point), 6)
    trainer = trainer_of(point)
    first = losses_of(trainer, 3)
    real, refused = look_module.logits_of, []

    def short_of_memory(*arguments):
        if trainer._static._graphs:
            refused.append(len(trainer._static._graphs))
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(*arguments)

    monkeypatch.setattr(look_module, "logits_of", short_of_memory)
    predict(trainer._model, DATA.validation, trainer._compute)
    assert refused[0] > 1, "there is a graph of each bucket"
    assert trainer.parts.count == 1
    assert first + losses_of(trainer, 3) == pytest.approx(expected, rel=1e-3)
    assert trainer.eager_because == ""


def test_a_whole_trial_goes_on_where_it_was_cut_off(tmp_path):
    point = replace(toy_point("modernbert/mean", learning_rate=3e-3))
    job = toy_job(tmp_path / "whole", point, device="cuda")
    whole = list(run_trial(job, toy_dataset()))
    assert whole[-1].end is TrialEnd.COMPLETED, whole[-1].cause
    assert whole[-1].cost.eager_because == ""
    cut = replace(job, checkpoint=tmp_path / "cut" / "checkpoint", state=tmp_path / "cut" / "state")
    story = run_trial(cut, toy_dataset())
    begun = [next(story) for _ in range(3)]
    story.close()
    rest = list(run_trial(replace(cut, told=begun[-1].evaluation.step), toy_dataset()))
    for one, other in zip(whole, [*begun, *rest], strict=True):
        assert other.evaluation.train_loss == pytest.approx(one.evaluation.train_loss, rel=1e-3)


def test_short_memory_makes_parts_and_changes_nothing_else():
    point = point_of("bert/cls", batch_size=64)
    point = replace(point, architecture=replace(point.architecture, depth=4, heads=8, head_width=64))
    expected = losses_of(trainer_of(point), 6)
    release_memory()
    torch.cuda.reset_peak_memory_stats()
    losses_of(trainer_of(point), 6)
    peak = torch.cuda.max_memory_allocated()
    release_memory()
    total = torch.cuda.get_device_properties(GPU).total_memory
    torch.cuda.set_per_process_memory_fraction(0.75 * peak / total)
    trainer = trainer_of(point)
    found = losses_of(trainer, 6)
    print("peak", peak / 2**20, "parts", trainer.parts.count)
    assert trainer.parts.count > 1
    assert "memory was short" in trainer.eager_because
    assert found == pytest.approx(expected, rel=1e-3)
