import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from tests.trials.toy import toy_dataset, toy_point
from trials.data.encoding.batches import collate
from trials.models import build_model
from trials.training.compute import Compute
from trials.training.prediction import predict

DATA = toy_dataset()


def toy_model() -> PreTrainedModel:
    torch.manual_seed(5)
    return build_model(
        toy_point("modernbert/mean").architecture,
        vocabulary_size=DATA.vocabulary_size,
        max_length=DATA.max_length,
        label_names=DATA.label_names,
    )


def test_predictions_come_in_the_order_of_the_split() -> None:
    model = toy_model()
    found = predict(model, DATA.validation, Compute(torch.device("cpu"), torch.float32))
    assert (found.shape, found.dtype) == ((30, 3), np.float64)
    for row in (0, 7, 29):
        assert found[row] == pytest.approx(predict_one(model, row), abs=1e-5)


def predict_one(model: PreTrainedModel, row: int) -> list[float]:
    tokens = torch.from_numpy(collate(DATA.validation, np.array([row])).tokens)
    with torch.inference_mode():
        return model(input_ids=tokens).logits[0].tolist()
