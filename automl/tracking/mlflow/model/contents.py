"""Writes a classifier's folder as an MLflow model. Neither torch nor the classifier itself is loaded."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import pandas as pd
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema

import search_spaces
import trials
from trials.classifiers import requirements_of
from trials.data import read_row_form
from trials.decision import DECISION_FILE
from trials.files import read_kind, read_thresholds
from trials.tasks import REGRESSION, task_of_model

TEXT = "text"
"""The column of the input."""

EXAMPLE = "An example of a text."

_CODE = tuple(str(Path(package.__path__[0])) for package in (trials, search_spaces))
"""The packages that read a classifier; they travel with the model, as no package index has them."""


def write_model(folder: Path, target: Path, label_names: tuple[str, ...]) -> None:
    """Write the classifier in `folder` as an MLflow model: with signature, input example and requirements.

    A model that transformers can load gets MLflow's flavour `transformers`, and needs nothing of ours. Any other one,
    one that asks for columns beside the text, and one whose labels are chosen by a decision or by thresholds, gets the
    flavour `python_function`, and carries the
    packages `trials` and `search_spaces`. Nothing is pickled.

    Args:
        folder: the folder of a classifier, such as `runs/STUDY/best`.
        target: the folder of the MLflow model, which must not exist.
        label_names: names of the classes.
    """
    form = read_row_form(folder)
    inputs = {TEXT: EXAMPLE} if form is None else form.example(EXAMPLE)
    common: dict[str, Any] = {
        "path": str(target),
        "pip_requirements": list(requirements_of(folder)),
        "input_example": pd.DataFrame({name: [value] for name, value in inputs.items()}),
    }
    thresholds = read_thresholds(folder, len(label_names))
    is_set, task = bool(thresholds), task_of_model(label_names, thresholds)
    if form is None and read_kind(folder) is None and not is_set and not (folder / DECISION_FILE).exists():
        _write_transformers(folder, target, common)
        return
    numbers = [*([] if is_set else ["probability"]), *(f"probability_{name}" for name in label_names)]
    if task is REGRESSION:
        numbers = list(label_names)
    mlflow.pyfunc.save_model(
        **common,
        loader_module="trials.classifiers.pyfunc",
        data_path=str(folder),
        code_paths=list(_CODE),
        signature=_signature(None if task is REGRESSION else "labels" if is_set else "label", *numbers, inputs=inputs),
    )


def _write_transformers(folder: Path, target: Path, common: dict[str, Any]) -> None:
    """Write what `mlflow.transformers.save_model` writes.

    That function would load the model, which takes torch and its memory. From a path alone, it fails with
    transformers 5 (MLflow 3.17).
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = Model()
    model.add_flavor(
        "transformers",
        task="text-classification",
        instance_type="TextClassificationPipeline",
        pipeline_model_type=config["architectures"][0],
        model_binary="model",
        components=["tokenizer"],
        tokenizer_type="AutoTokenizer",
        torch_dtype="torch.float32",
        source_model_name=folder.name,
        transformers_version=_version_of("transformers", common["pip_requirements"]),
        code=None,
    )
    mlflow.pyfunc.save_model(
        **common,
        loader_module="mlflow.transformers",
        mlflow_model=model,
        model_config={"truncation": True},
        signature=_signature("label", "score"),
    )
    shutil.copytree(folder, target / "model")
    (target / "components" / "tokenizer").mkdir(parents=True)
    for file in (*folder.glob("tokenizer*"), *folder.glob("special_tokens_map.json")):
        shutil.copy(file, target / "components" / "tokenizer" / file.name)


def _signature(label: str | None, *numbers: str, inputs: Mapping[str, str | float] | None = None) -> ModelSignature:
    """Return the signature of a model; its inputs are columns with an example of each, the text alone if None."""
    given = [
        ColSpec("string" if isinstance(each, str) else "double", name) for name, each in (inputs or {TEXT: ""}).items()
    ]
    outputs = [*([] if label is None else [ColSpec("string", label)]), *(ColSpec("double", name) for name in numbers)]
    return ModelSignature(inputs=Schema(given), outputs=Schema(outputs))


def _version_of(package: str, pinned: list[str]) -> str | None:
    return next((one.partition("==")[2] for one in pinned if one.startswith(f"{package}==")), None)
