"""Tiny teachers, their data, and trials that run in this process."""

from pathlib import Path

import pytest

from automl.review.distillation import student
from tests.automl.review.distillation.tiny import Process, write_data, write_teacher


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student, "TrialProcess", Process)


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A teacher, a file with labelled texts, and one with texts alone."""
    return write_teacher(tmp_path / "teacher"), *write_data(tmp_path)
