"""From torch to ONNX: what it gives stays the same. The exporter takes many seconds, even of a tiny model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from automl import load_classifier as api_model
from automl.core.errors import DataProblem, UsageError
from automl.decisions import Decision, read_decision, write_decision
from automl.export.load_model import load_classifier
from automl.export.onnx.export_model import export_onnx
from automl.export.onnx.network import TOLERANCE
from automl.export.onnx.result_table import export_section
from tests.number_model import save_number_model
from tests.tiny_model import LABEL_NAMES
from tests.trials.classifiers.test_requirements import LOADED, ROOT, linear
from trials.classifiers import requirements_of, save_ensemble
from trials.data import DataOptions
from trials.files import read_kind, read_thresholds, write_thresholds
from trials.tasks import Calibration

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


def test_a_folder_that_is_no_earlier_export_is_kept(tiny_model: Path, linear: Path, tmp_path: Path) -> None:
    other = shutil.copytree(linear, tmp_path / "other")
    with pytest.raises(UsageError, match="is something else"):
        export_onnx(tiny_model, other)
    assert (other / "classifier.json").is_file()


def test_data_with_labels_of_another_model_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    data.write_text("\n".join(["text,label", *(f"text number {number},{'ab'[number % 2]}" for number in range(40))]))
    with pytest.raises(DataProblem, match="must be those of the model"):
        export_onnx(tiny_model, tmp_path / "onnx", data=DataOptions(str(data)))


def test_data_with_several_labels_are_refused_for_a_model_of_one(tiny_model: Path, tmp_path: Path) -> None:
    data = tmp_path / "new.jsonl"
    sets = ([], ["film"], ["film", "sport"], ["business"])
    rows = [json.dumps({"text": f"text number {row}", "label": sets[row % 4]}) for row in range(60)]
    data.write_text("\n".join(rows))
    with pytest.raises(DataProblem, match="must have one label each, as those of the model, but have several"):
        export_onnx(tiny_model, tmp_path / "onnx", data=DataOptions(str(data)))


@pytest.mark.slow
def test_a_model_of_several_labels_keeps_its_thresholds_and_its_graph_gives_sigmoids(
    tiny_model: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "best")
    write_thresholds(model, (0.3, 0.5, 0.9))
    data = tmp_path / "new.jsonl"
    sets = ([], ["film"], ["film", "sport"], ["business"])
    data.write_text("\n".join(json.dumps({"text": f"a good {row}", "label": sets[row % 4]}) for row in range(120)))
    options = DataOptions(str(data), allow=("numeric-texts",))

    made = export_onnx(model, tmp_path / "onnx", data=options)
    small = export_onnx(model, tmp_path / "int8", int8=True, data=options)

    for folder in (made.folder, small.folder):
        assert read_thresholds(folder, 3) == (0.3, 0.5, 0.9)
        assert "all labels right, of the test split" in export_section(made)
    assert made.agreement == 1.0
    assert api_model(made.folder).predict(TEXTS) == api_model(model).predict(TEXTS)
    loaded = load_classifier(made.folder)
    tokens = np.array([[2, 6, 8, 3]])
    logits, shares = loaded.session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})
    np.testing.assert_allclose(shares, 1 / (1 + np.exp(-logits)), atol=1e-6)


@pytest.mark.slow
def test_an_ensemble_becomes_one_of_graphs_and_keeps_its_linear_member(
    tiny_model: Path, linear: Path, tmp_path: Path
) -> None:
    names = load_classifier(linear).label_names
    other = renamed(tiny_model, tmp_path / "tiny", names)
    ensemble = tmp_path / "best"
    save_ensemble(ensemble, names, {"trial-0": (linear, 0.4), "trial-2": (other, 0.6)}, Calibration(1.3))
    (ensemble / "README.md").write_text("# A card\n")

    made = export_onnx(ensemble, tmp_path / "onnx")

    loaded, expected = load_classifier(made.folder), load_classifier(ensemble).logits(TEXTS)
    np.testing.assert_allclose(loaded.logits(TEXTS), expected, atol=TOLERANCE)
    assert made.agreement == 1.0
    kinds = [read_kind(made.folder / "members" / name) for name in ("trial-0", "trial-2")]
    assert kinds == ["linear", "onnx"]
    assert "one graph for each of its networks" in (made.folder / "README.md").read_text()
    command = [sys.executable, "-c", LOADED, str(made.folder), "torch", "transformers", "automl", "mlflow"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"(1, {len(names)}) []\n", "it needs no torch"
    small = export_onnx(ensemble, tmp_path / "int8", int8=True)
    assert small.after.megabytes < made.after.megabytes


@pytest.mark.slow
def test_numbers_keep_their_scale_alone_and_in_an_ensemble(tiny_model: Path, tmp_path: Path) -> None:
    network = save_numbers(tiny_model, tmp_path / "tiny", mean=2000.0, deviation=15.0)
    linear = save_number_model(tmp_path / "linear")
    save_ensemble(tmp_path / "best", ("stars",), {"trial-0": (network, 0.5), "trial-1": (linear, 0.5)})
    data = tmp_path / "new.csv"
    rows = (f"a {'good ' * (row % 4)}film {row},{1970 + 15 * (row % 4)}" for row in range(120))
    data.write_text("\n".join(["text,stars", *rows]))
    options = DataOptions(str(data), label="stars", allow=("numeric-texts",))
    for model in (network, tmp_path / "best"):
        made = export_onnx(model, tmp_path / f"{model.name}-onnx", data=options)
        loaded, expected = load_classifier(made.folder), load_classifier(model).logits(TEXTS)
        np.testing.assert_allclose(loaded.logits(TEXTS), expected, atol=0.01)
        assert loaded.label_names == ("stars",) and made.lost is not None
        assert api_model(made.folder).predict(TEXTS) == pytest.approx(expected[:, 0].tolist(), rel=1e-5)
        assert "r2 on the test split" in export_section(made)
    graph = load_classifier(tmp_path / "tiny-onnx").session
    assert [output.name for output in graph.get_outputs()] == ["logits"]
    small = export_onnx(network, tmp_path / "int8", int8=True, data=options)
    sizes = [(folder / "model.onnx").stat().st_size for folder in (small.folder, tmp_path / "tiny-onnx")]
    assert sizes[0] < sizes[1] and small.lost is not None
    assert abs(load_classifier(small.folder).logits(TEXTS) - load_classifier(network).logits(TEXTS)).max() < 15.0


def test_an_ensemble_of_linear_models_is_refused_and_told_why(linear: Path, tmp_path: Path) -> None:
    names = load_classifier(linear).label_names
    save_ensemble(tmp_path / "best", names, {"trial-0": (linear, 0.5), "trial-1": (linear, 0.5)})
    with pytest.raises(UsageError, match=r"all members of the ensemble .* are linear models"):
        export_onnx(tmp_path / "best", tmp_path / "onnx")
    assert not (tmp_path / "onnx").exists()


def renamed(model: Path, folder: Path, names: tuple[str, ...]) -> Path:
    """A model with as many other classes, of which the first ones are kept."""
    from transformers import AutoModelForSequenceClassification

    made = AutoModelForSequenceClassification.from_pretrained(
        model,
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: index for index, name in enumerate(names)},
        ignore_mismatched_sizes=True,
    )
    shutil.copytree(model, folder)
    made.save_pretrained(folder)
    return folder


def save_numbers(model: Path, folder: Path, mean: float, deviation: float) -> Path:
    """A model of numbers with the encoder of another one, and the scale of its labels in its last layer."""
    from transformers import AutoModelForSequenceClassification

    made = AutoModelForSequenceClassification.from_pretrained(
        model,
        num_labels=1,
        id2label={0: "stars"},
        label2id={"stars": 0},
        problem_type="regression",
        ignore_mismatched_sizes=True,
    )
    made.classifier.weight.data *= deviation
    made.classifier.bias.data += mean
    shutil.copytree(model, folder)
    made.save_pretrained(folder)
    return folder
