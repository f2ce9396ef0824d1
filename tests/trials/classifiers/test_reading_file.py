from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from transformers import pipeline

from tests.trials.pretrained.jobs import dataset, job_of, point
from trials.classifiers import graph_of, load
from trials.classifiers.reading_file import READING, pair_read_by, read_reading
from trials.data import RowForm, Split
from trials.data.encoding import Reading, encode
from trials.errors import ClassifierError
from trials.metrics import log_softmax
from trials.run import run_trial

NAMES = ("premise", "hypothesis")


def as_pairs(split: Split) -> Split:
    form = RowForm(NAMES)
    halves = (text.partition(" ")[::2] for text in split.texts)
    return Split(tuple(form.text_of(dict(zip(NAMES, half, strict=True))) for half in halves), split.labels)


def test_a_trained_pair_is_what_pipeline_gives_for_text_and_text_pair(tmp_path: Path, checkpoint: Path) -> None:
    toy = dataset()
    data = replace(toy, train=as_pairs(toy.train), validation=as_pairs(toy.validation), form=RowForm(NAMES))
    found = point(checkpoint)
    found = replace(found, text=replace(found.text, reading="pair", longest=8))
    job = job_of(tmp_path, found)
    list(run_trial(job, encode(data, found.text, 64, None)))

    texts = data.validation.texts[:4]
    logits = load(job.checkpoint).logits(texts)

    assert pair_read_by(job.checkpoint) == NAMES
    classifier = pipeline("text-classification", model=str(job.checkpoint), top_k=None)
    pairs = [
        dict(zip(("text", "text_pair"), text.partition(" ")[::2], strict=True)) for text in toy.validation.texts[:4]
    ]
    for shares, answers in zip(np.exp(log_softmax(logits)), classifier(pairs, truncation=True), strict=True):
        by_label = {answer["label"]: answer["score"] for answer in answers}
        assert [by_label[name] for name in toy.label_names] == pytest.approx(shares.tolist(), abs=1e-5)
    assert graph_of(job.checkpoint).reading == Reading(8, pair=NAMES)


def test_without_a_file_a_model_reads_as_any_tool_does(tmp_path: Path) -> None:
    assert read_reading(tmp_path, 12) == Reading(12)
    assert pair_read_by(tmp_path) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"longest": 8, "pair": 3}'])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / READING).write_text(content)
    with pytest.raises(ClassifierError, match=r"reading\.json"):
        read_reading(tmp_path, 12)
