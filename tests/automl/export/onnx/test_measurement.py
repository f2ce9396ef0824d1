import shutil
from pathlib import Path

import numpy as np

from automl.export.onnx.measurement import measured


def test_a_model_is_as_it_is_measured(tiny_model: Path) -> None:
    texts = ["a good goal", "the market", "a film"]
    labels = np.array([0, 1, 2])
    found = measured(tiny_model, texts, labels)
    assert found.score == (found.outputs.logits.argmax(axis=1) == labels).mean()
    assert found.megabytes * 1e6 == sum(file.stat().st_size for file in tiny_model.iterdir())
    assert found.latency_ms > 0 and found.latency_32_ms > 0
    assert measured(tiny_model, texts, None).score is None


def test_what_members_of_an_ensemble_share_counts_once(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    alone = measured(folder, ["a film"], None).megabytes
    (folder / "linked").hardlink_to(folder / "model.safetensors")
    assert measured(folder, ["a film"], None).megabytes == alone
