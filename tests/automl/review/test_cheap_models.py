from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.core import UsageError
from automl.report import BASELINE
from automl.review import cheap_models
from automl.review.cheap_models import chosen_points, judged
from automl.review.reopened_study import reopen
from search_spaces import Probe
from tests.automl.reviewed import review_study, reviews
from trials.data.encoding import encode
from trials.errors import PretrainedError


def test_without_an_encoder_a_linear_model_judges_and_a_probe_cannot(reviewed):
    study = reopen("reviews", reviewed, print)

    assert chosen_points(study, "auto", print) == [BASELINE]
    with pytest.raises(UsageError, match="--model both needs a pretrained encoder"):
        chosen_points(study, "both", print)


def test_a_study_that_finetunes_is_judged_by_a_probe_of_the_same_encoder(tmp_path):
    study = reopen("reviews", review_study(tmp_path, reviews(), "finetune"), print)

    linear, probe = chosen_points(study, "auto", print)

    assert linear == BASELINE
    assert isinstance(probe, Probe)
    assert probe.text.checkpoint == "minilm"
    assert chosen_points(study, "linear", print) == [BASELINE]


def test_features_that_take_long_are_computed_only_if_asked_for(tmp_path, monkeypatch):
    study = reopen("reviews", review_study(tmp_path, reviews(), "probe"), print)
    monkeypatch.setattr("automl.review.cheap_models.MOST_SECONDS", 0.0)
    said = []

    assert chosen_points(study, "auto", said.append) == [BASELINE]
    assert "--model both computes them" in said[0]
    assert len(chosen_points(study, "both", said.append)) == 2


def test_of_several_encoders_the_largest_one_judges_whose_features_are_there_or_quick(tmp_path, monkeypatch):
    space = {"space.overrides": {"algorithm": ["linear", "probe", "large_probe"]}}
    study = reopen("reviews", review_study(tmp_path, reviews(), "auto", **space), print)
    there, quick = set[str](), {"minilm"}
    monkeypatch.setattr("automl.review.cheap_models.locate", lambda _checkpoint: None)  # both are on this machine
    monkeypatch.setattr("automl.review.cheap_models._has_features", lambda _study, algorithm: algorithm in there)
    monkeypatch.setattr(
        type(study.prepared), "seconds", lambda _prepared, point: 1.0 if point.text.checkpoint in quick else 1e6
    )

    def encoders(model: str = "auto") -> list[str]:
        return [point.text.checkpoint for point in chosen_points(study, model, print) if isinstance(point, Probe)]

    assert encoders() == ["minilm"]
    quick.add("mpnet")
    assert encoders() == ["mpnet"]
    quick.clear()
    assert encoders() == []
    assert encoders("both") == ["minilm"], "what was asked for does not take longer than it must"
    there.add("large_probe")
    assert encoders() == encoders("probe") == ["mpnet"]


def test_test_rows_are_judged_only_if_asked_for(reviewed):
    study = reopen("reviews", reviewed, print)
    dataset = study.prepared.dataset
    labelled = len(dataset.train) + len(dataset.validation)

    without, with_test = (judged(study, [BASELINE], with_test=given) for given in (False, True))

    assert (len(without), len(with_test)) == (labelled, 300)
    assert np.allclose(with_test.sum(axis=1), 1.0)
    assert np.mean(with_test[labelled:].argmax(axis=1) == dataset.test.labels) > 0.8


def test_the_encoding_of_the_study_never_holds_test_rows_whichever_is_cached_first(tmp_path):
    study = reopen("reviews", review_study(tmp_path, reviews()[:60], "probe"), print)
    dataset, max_length = study.prepared.dataset, study.prepared.max_length
    probe = chosen_points(study, "probe", print)

    assert len(judged(study, probe, with_test=True)) == 60
    own = encode(dataset, probe[0].text, max_length, study.workspace.cache)

    assert len(own.validation) == len(dataset.validation)
    assert len(judged(study, probe, with_test=True)) == 60
    assert len(judged(study, probe, with_test=False)) == len(dataset.train) + len(dataset.validation)


@pytest.mark.parametrize("end", ["", "."])
def test_an_encoder_that_is_gone_is_told_with_what_works_without_it(tmp_path, monkeypatch, end):
    study, said = reopen("reviews", review_study(tmp_path, reviews()[:60], "finetune"), print), []
    probe = chosen_points(study, "probe", print)

    def locate(checkpoint):
        raise PretrainedError(f"there is no {checkpoint}{end}")

    for module in ("trials.data.encoding.tokenization", "automl.planning.throughput"):
        monkeypatch.setattr(f"{module}.locate", locate)

    with pytest.raises(UsageError, match=r"^there is no minilm\. Or leave the encoder out: --model linear$"):
        judged(study, probe, with_test=False)
    assert chosen_points(study, "auto", said.append) == [BASELINE]
    assert said == [f"A linear model judges alone: there is no minilm{end}"]


def test_groups_that_are_too_few_for_folds_are_told(reviewed):
    study = reopen("reviews", reviewed, print)
    groups = np.arange(len(study.prepared.dataset.train) + len(study.prepared.dataset.validation)) % 3
    prepared = replace(study.prepared, dataset=replace(study.prepared.dataset, groups=groups))

    with pytest.raises(UsageError, match=r"groups") as told:
        judged(replace(study, prepared=prepared), [BASELINE], with_test=False)
    assert "encoder" not in str(told.value)


@pytest.mark.parametrize(
    ("params", "reading"),
    [
        ({"algorithm": "finetune", "finetune.text.reading": "pair"}, ("apart", "apart")),
        ({"text.reading": "apart"}, ("apart", "apart")),
        ({"linear.text.reading": "whole"}, ("whole", "head")),
        (None, ("whole", "head")),
    ],
)
def test_columns_that_the_best_trial_tells_apart_are_judged_apart(tmp_path, monkeypatch, params, reading):
    study = reopen("reviews", review_study(tmp_path, reviews()[:60], "finetune"), print)
    points, read = chosen_points(study, "both", print), []
    best = [] if params is None else [SimpleNamespace(params=params)]
    monkeypatch.setattr(cheap_models, "best_first", lambda record: best)
    monkeypatch.setattr(
        cheap_models, "logits_of", lambda _study, point, data: read.append(point.text.reading) or np.zeros((51, 2))
    )
    judged(study, points, with_test=False)
    assert tuple(read) == reading
