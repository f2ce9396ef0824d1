"""From torch to ONNX: what it gives stays the same. The exporter takes many seconds, even of a tiny model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from automl.core.errors import DataProblem, UsageError
from automl.decisions import Decision, read_decision, write_decision
from automl.export.load_model import load_classifier
from automl.export.onnx.export_model import TOLERANCE, export_onnx
from tests.tiny_model import LABEL_NAMES
from tests.trials.classifiers.test_requirements import LOADED, ROOT, linear
from trials.classifiers import requirements_of
from trials.data import DataOptions
from trials.files import write_thresholds

__all__ = ["linear"]

TEXTS = ["a good goal", "", "the market share is bad and the team is good " * 5, "bank \ud800 price"]


@pytest.mark.slow
def test_a_transformer_gives_the_same_in_fp32_and_nearly_the_same_in_int8(tiny_model: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "best")
    (model / "README.md").write_text("# A card\n")
    write_decision(Decision(LABEL_NAMES, "a test", offsets=(0.0, 0.0, 9.0)), model)
    data = tmp_path / "new.csv"
    rows = [f"{text.strip()} {number},{LABEL_NAMES[number % 3]}" for number in range(90) for text in TEXTS[:1]]
    data.write_text("\n".join(["text,label", *rows]))
    options = DataOptions(str(data), allow=("numeric-texts",))
    made = export_onnx(model, tmp_path / "onnx", data=options)
    loaded, expected = load_classifier(made.folder), load_classifier(model).logits(TEXTS)
    assert loaded.label_names == LABEL_NAMES
    np.testing.assert_allclose(loaded.logits(TEXTS), expected, atol=TOLERANCE)
    assert made.agreement == 1.0 and made.lost == 0.0
    card = (made.folder / "README.md").read_text()
    assert card.startswith("# A card\n\n## ONNX\n") and "accuracy on the test split" in card
    assert read_decision(made.folder, LABEL_NAMES) == read_decision(model, LABEL_NAMES)
    command = [sys.executable, "-c", LOADED, str(made.folder), "torch", "transformers", "automl", "mlflow"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "(1, 3) []\n", "it needs no torch"
    assert any(one.startswith("onnxruntime==") for one in requirements_of(made.folder))

    small = export_onnx(model, tmp_path / "int8", int8=True)
    assert (small.folder / "model.onnx").stat().st_size < (made.folder / "model.onnx").stat().st_size
    assert json.loads((small.folder / "classifier.json").read_text())["weights"] == "int8"
    assert {file.name for file in small.folder.iterdir()} == {
        "README.md",
        "classifier.json",
        "decision.json",
        "model.onnx",
        "tokenizer.json",
    }
    assert small.agreement > 0.5
    assert "What int8 costs of the accuracy was not measured" in (small.folder / "README.md").read_text()


def test_a_linear_model_is_refused_because_it_needs_no_torch(linear: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"only a torch model can be exported.*A linear model needs no torch"):
        export_onnx(linear, tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()


def test_data_with_labels_of_another_model_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    data.write_text("\n".join(["text,label", *(f"text number {number},{'ab'[number % 2]}" for number in range(40))]))
    with pytest.raises(DataProblem, match="must be those of the model"):
        export_onnx(tiny_model, tmp_path / "onnx", data=DataOptions(str(data)))


def test_a_model_of_several_labels_a_text_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "best")
    write_thresholds(model, (0.5, 0.5, 0.5))
    with pytest.raises(UsageError, match="must give each text one label"):
        export_onnx(model, tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()
