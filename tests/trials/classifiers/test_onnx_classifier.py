"""What a folder must have. That its answers are those of torch is in tests/automl/export/onnx."""

import os
import sys
from pathlib import Path

import pytest

from trials.classifiers.onnx_classifier import KIND, _usual_threads, load_onnx
from trials.errors import ClassifierError
from trials.files import write_facts


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    write_facts(tmp_path, KIND, {"label_names": ["a"], "longest": 8, "padding_id": 0})
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ClassifierError, match=r"must have a complete model\.onnx, tokenizer\.json"):
        load_onnx(tmp_path)


def test_without_onnxruntime_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_facts(tmp_path, KIND, {"label_names": ["a"], "longest": 8, "padding_id": 0})
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ClassifierError, match="pip install onnxruntime"):
        load_onnx(tmp_path)


@pytest.mark.parametrize(
    ("given", "threads"), [("3", 3), ("4,2", 4), (" 2 ", 2), ("", None), ("many", None), ("0", None)]
)
def test_threads_are_those_of_openmp_or_one_for_each_core(
    given: str, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(7)), raising=False)
    assert _usual_threads() == (threads or 7)
