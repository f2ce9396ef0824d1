from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from transformers import pipeline

from tests.trials.classifiers.test_model_checkpoint import DATA, load, logits, model
from trials.classifiers.model_checkpoint import WEIGHTS, ModelCheckpoint
from trials.classifiers.soup import save_soup
from trials.errors import ClassifierError
from trials.files import read_thresholds, read_validation_logits
from trials.pretrained import head_of
from trials.tasks import Calibration

ROWS = np.zeros((7, 3))


def saved(folder: Path, seed: int, temperature: float = 1.0) -> Path:
    made = model(seed)
    ModelCheckpoint(folder, DATA, head_of(made)).save(made, temperature, ROWS)
    return folder


def test_weights_are_the_mean_of_those_of_the_members_and_the_model_is_one_of_transformers(tmp_path: Path) -> None:
    members = [saved(tmp_path / str(seed), seed) for seed in range(3)]
    save_soup(tmp_path / "soup", members)
    weights = [load_file(folder / WEIGHTS) for folder in (*members, tmp_path / "soup")]
    for name, tensor in weights[3].items():
        np.testing.assert_allclose(tensor, np.mean([each[name] for each in weights[:3]], axis=0), atol=1e-6)
    (said,) = pipeline("text-classification", model=str(tmp_path / "soup"))(["a ball"])
    assert said["label"] in DATA.label_names
    assert read_validation_logits(tmp_path / "soup") is None, "these were of the first member"


def test_the_temperature_of_a_mean_lies_in_its_last_layer_and_thresholds_beside_it(tmp_path: Path) -> None:
    members = [saved(tmp_path / str(seed), seed) for seed in range(2)]
    save_soup(tmp_path / "plain", members)
    save_soup(tmp_path / "hot", members, Calibration(2.0, (0.2, 0.3, 0.4)))
    torch.testing.assert_close(logits(load(tmp_path / "hot")), logits(load(tmp_path / "plain")) / 2)
    assert read_thresholds(tmp_path / "hot", 3) == (0.2, 0.3, 0.4)


def test_models_that_do_not_go_together_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    first, headless = saved(tmp_path / "0", 0), tmp_path / "1"
    ModelCheckpoint(headless, DATA).save(model(1))
    other = saved(tmp_path / "2", 2)
    tensors = load_file(other / WEIGHTS)
    name = next(name for name, tensor in tensors.items() if tensor.ndim == 2)
    from safetensors.numpy import save_file

    save_file({**tensors, name: tensors[name][:-1]}, other / WEIGHTS)
    for members, said in (([headless, first], "last layer"), ([first, other], "cannot be averaged")):
        with pytest.raises(ClassifierError, match=said):
            save_soup(tmp_path / "soup", members)
    assert not (tmp_path / "soup").exists()
    assert [path.name for path in tmp_path.iterdir() if "soup" in path.name] == []
