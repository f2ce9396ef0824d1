"""A trial's model, where and as it is trained."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import ModernBertConfig

from search_spaces import Architecture, Pretrained
from tests.trials.pretrained.checkpoints import BERT_SIZES, save_checkpoint
from tests.trials.pretrained.jobs import encoded
from tests.trials.toy import LABELS, toy_dataset, toy_point
from trials.data.dataset import EncodedDataset
from trials.models.cpu.dropout import ByteDropout
from trials.training import build_model
from trials.training.build_model import build
from trials.training.compute import Compute

CPU = Compute(torch.device("cpu"), torch.float32)
DATA = toy_dataset()


@pytest.fixture(params=["scratch", "pretrained"])
def given(request: pytest.FixtureRequest, checkpoint: Path) -> tuple[Architecture | Pretrained, EncodedDataset]:
    if request.param == "scratch":
        return toy_point("bert/cls", learning_rate=1e-3).architecture, DATA
    return Pretrained(str(checkpoint), 0.0, 0.1, 0.1, 0.1), encoded(checkpoint)


def test_it_fits_the_data(given) -> None:
    architecture, data = given
    model = build(architecture, data, CPU)
    assert tuple(model.config.id2label.values()) == data.label_names
    assert model.get_input_embeddings().weight.shape[0] == data.vocabulary_size
    assert model(input_ids=torch.arange(data.max_length)[None] % 5 + 5).logits.shape == (1, len(LABELS))


def test_weights_of_a_stage_replace_those_of_the_encoder_and_no_others(given) -> None:
    architecture, data = given
    torch.manual_seed(0)
    plain = build(architecture, data, CPU)
    weights = {name: torch.full_like(weight, 0.25) for name, weight in plain.base_model.state_dict().items()}
    torch.manual_seed(0)
    model = build(architecture, data, CPU, weights=weights)
    assert all(torch.equal(weight, weights[name]) for name, weight in model.base_model.state_dict().items())
    assert torch.equal(model.classifier.weight, plain.classifier.weight)


def test_weights_of_another_encoder_are_an_error(given) -> None:
    architecture, data = given
    with pytest.raises(Exception, match="Missing key"):
        build(architecture, data, CPU, weights={"embeddings.nothing": torch.zeros(2)})


def test_on_a_cpu_every_dropout_is_the_cheap_one(given) -> None:
    architecture, data = given
    dropouts = [part for part in build(architecture, data, CPU).modules() if isinstance(part, nn.Dropout)]
    assert dropouts and all(isinstance(part, ByteDropout) for part in dropouts)


def test_on_another_device_dropouts_are_torch_s() -> None:
    elsewhere = replace(CPU, device=torch.device("meta"))
    model = build(toy_point("bert/cls").architecture, DATA, elsewhere)
    assert {weight.device.type for weight in model.parameters()} == {"meta"}
    assert not any(isinstance(part, ByteDropout) for part in model.modules())


def test_it_can_be_put_on_another_device_than_it_is_trained_on() -> None:
    """A model in shards is moved layer by layer, as it may be too large for one device."""
    elsewhere = replace(CPU, device=torch.device("meta"))
    model = build(toy_point("bert/cls").architecture, DATA, elsewhere, on="cpu")
    assert {weight.device.type for weight in model.parameters()} == {"cpu"}


def test_fast_products_are_for_models_with_a_forward_pass_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[bool] = []
    monkeypatch.setattr(build_model, "use_fast_products", wanted.append)
    build(toy_point("modernbert/mean").architecture, DATA, CPU)
    folder = save_checkpoint(tmp_path / "local", ModernBertConfig(**BERT_SIZES))  # attends locally
    build(Pretrained(str(folder), 0.0, 0.0, 0.0, 0.0), encoded(folder), CPU)
    assert wanted == [True, False]
