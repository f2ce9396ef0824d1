import shutil
from pathlib import Path

import numpy as np
import pytest
from transformers import pipeline

from automl.core.errors import UsageError
from automl.export.load_model import load_classifier
from tests.tiny_model import LABEL_NAMES


def test_a_model_is_loaded_by_its_folder_however_that_is_written(tiny_model: Path) -> None:
    texts = ["the market", "a good film and a bad plot"]
    classifier = load_classifier(str(tiny_model))
    logits = classifier.logits(texts)
    np.testing.assert_array_equal(load_classifier(tiny_model).logits(texts), logits)
    told = [answer["label"] for answer in pipeline("text-classification", model=str(tiny_model))(texts)]
    assert [LABEL_NAMES[index] for index in logits.argmax(axis=1)] == told


def test_a_folder_that_is_not_there_or_holds_no_model_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UsageError, match=str(folder)):
            load_classifier(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1, 2"])
def test_a_damaged_model_is_told_without_a_traceback(
    tiny_model: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    (folder / name).write_bytes(content)
    with pytest.raises(UsageError, match=str(folder)):
        load_classifier(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_model_that_lacks_a_file_is_told(tiny_model: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    (folder / name).unlink()
    with pytest.raises(UsageError):
        load_classifier(folder)
