"""What a model needs to be loaded: that, and no more."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers import save_ensemble
from trials.classifiers.requirements import requirements_of
from trials.data import Split
from trials.files import save_classifier
from trials.linear import fit_linear

ROOT = Path(__file__).parents[3]

LOADED = """
import sys
from pathlib import Path
from trials.classifiers import load
shape = load(Path(sys.argv[1])).logits(["a text"]).shape
print(shape, sorted(set(sys.argv[2:]) & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linear") / "model"
    texts, labels = toy_texts(30, 0)
    split = Split(tuple(texts), np.array(labels))
    save_classifier(fit_linear(SPACES["linear"](Defaults()), split, LABELS), folder)
    return folder


def names(folder: Path) -> set[str]:
    return {pinned.partition("==")[0] for pinned in requirements_of(folder)}


def loaded(folder: Path, *packages: str) -> str:
    command = [sys.executable, "-c", LOADED, str(folder), *packages]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


def test_a_linear_model_loads_without_torch_and_without_what_searches(linear: Path) -> None:
    packages = ("automl", "ray", "optuna", "mlflow", "sqlalchemy", "torch", "transformers", "tokenizers")
    assert loaded(linear, *packages) == f"(1, {len(LABELS)}) []"
    assert names(linear) == {"numpy", "safetensors", "scikit-learn"}


def test_a_transformer_loads_without_what_searches(tiny_model: Path) -> None:
    packages = ("automl", "ray", "optuna", "mlflow", "sqlalchemy")
    assert loaded(tiny_model, *packages) == "(1, 3) []"
    assert {"torch", "transformers", "tokenizers"} <= names(tiny_model)


def test_versions_are_those_that_an_index_has(tiny_model: Path) -> None:
    pinned = requirements_of(tiny_model)
    assert all("==" in requirement and "+" not in requirement for requirement in pinned)


def test_an_ensemble_needs_what_its_members_need(linear: Path, tiny_model: Path, tmp_path: Path) -> None:
    for name, member in (("light", linear), ("mixed", tiny_model)):
        save_ensemble(tmp_path / name, LABELS, {"trial-0": (linear, 0.5), "trial-1": (member, 0.5)})
        shutil.copytree(tmp_path / name, tmp_path / f"{name}-copy")
    assert names(tmp_path / "light") == names(tmp_path / "light-copy") == names(linear)
    assert names(tmp_path / "mixed") == names(tmp_path / "mixed-copy") == names(linear) | names(tiny_model)
