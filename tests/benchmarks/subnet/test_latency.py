"""The time for a text is measured alike, whoever can read the model's folder."""

from pathlib import Path

import pytest

from benchmarks.subnet.latency import latency
from tests.trials.classifiers.test_subnet import HALF, point
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of
from tests.trials.toy import toy_texts
from trials.files.classifier_format import read_kind
from trials.run import run_trial


@pytest.mark.parametrize(("values", "kind"), [(HALF, "subnet"), ({}, None)])
def test_every_kept_model_can_be_timed(tmp_path: Path, values: dict[str, object], kind: str | None) -> None:
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    job = job_of(tmp_path, point(checkpoint, **values), budget_examples=81)
    list(run_trial(job, encoded(checkpoint)))
    assert read_kind(job.checkpoint) == kind
    assert 0 < latency(job.checkpoint, toy_texts(5, 1)[0]) < 1e4
