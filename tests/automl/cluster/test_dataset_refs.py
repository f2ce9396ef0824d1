from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.cluster import dataset_refs, object_store
from automl.cluster.dataset_refs import DatasetRefs
from search_spaces import SPACES, PretrainedText, Space
from tests.automl.session.plans import DATA

ENCODER, LINEAR, FINETUNE = (
    Space(name, SPACES[name]).default_points()[0] for name in ("encoder", "linear", "finetune")
)
WITH_TEXTS = replace(DATA, unlabeled=("without a label",))


class Ray:
    """In the place of Ray: objects by reference, and the tasks that were started."""

    def __init__(self) -> None:
        self.objects: dict[str, object] = {}
        self.tasks: list[tuple[object, ...]] = []

    def put(self, content):
        return self._kept(content)

    def get(self, reference):
        return self.objects[reference]

    def get_runtime_context(self):
        return SimpleNamespace(get_node_id=lambda: "0" * 56)

    def remote(self, **_):
        def task(*arguments):
            self.tasks.append(arguments[1:])
            return self._kept(("encoded", *arguments[1:]))

        return lambda function: SimpleNamespace(remote=task)

    def _kept(self, content):
        reference = f"object {len(self.objects)}"
        self.objects[reference] = content
        return reference


@pytest.fixture
def ray(monkeypatch):
    ray = Ray()
    monkeypatch.setattr(dataset_refs, "ray", ray)
    monkeypatch.setattr(object_store, "ray", ray)
    return ray


def test_no_worker_gets_the_test_split_and_only_encoders_the_texts_without_labels(ray, tmp_path):
    refs = DatasetRefs(WITH_TEXTS, 64, tmp_path, "encoded for trial 0", ENCODER)
    sent = [each for each in ray.objects.values() if hasattr(each, "test")]
    assert sent and all(len(each.test) == 0 for each in sent)
    labelled = refs.of(LINEAR).get()
    assert labelled.unlabeled == ()
    assert np.array_equal(labelled.train.labels, DATA.train.labels)
    assert len(WITH_TEXTS.test) == 100, "the driver keeps it"


def test_a_tokenization_is_made_once_and_that_of_trial_0_not_at_all(ray, tmp_path):
    refs = DatasetRefs(DATA, 64, tmp_path, "encoded for trial 0", ENCODER)
    assert refs.of(ENCODER).get() == "encoded for trial 0"
    assert ray.tasks == []
    other = replace(ENCODER, text=replace(ENCODER.text, vocabulary_size=77))
    first = refs.of(other)
    assert refs.of(replace(other, training=replace(other.training, batch_size=3))) is first
    assert ray.tasks == [(replace(other.text, longest=64), 64, tmp_path)]


def test_lengths_beyond_the_limit_of_the_study_are_one(ray, tmp_path):
    assert isinstance(FINETUNE.text, PretrainedText)
    long, longer, short = (replace(FINETUNE, text=replace(FINETUNE.text, longest=size)) for size in (64, 512, 32))
    refs = DatasetRefs(DATA, 64, tmp_path, DATA, LINEAR)
    assert refs.of(long) is refs.of(longer)
    assert refs.of(short) is not refs.of(long)
    assert [text.longest for text, *_ in ray.tasks] == [64, 32]
