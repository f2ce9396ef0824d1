import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import ModelCard
from transformers import pipeline

from automl.api import load_classifier as load_text_model
from automl.core.errors import WorkspaceError
from automl.export.export_model import hand_over, trained_task, trained_text_columns
from automl.export.load_model import load_classifier
from automl.export.prediction import predict
from tests.automl.report.records import make_ensemble, make_read, make_winner
from tests.tiny_model import LABEL_NAMES
from tests.trials.classifiers.test_subnet import HALF, point
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of
from tests.trials.toy import LABELS, toy_texts
from trials.classifiers import save_ensemble
from trials.data import RowForm, read_row_form
from trials.files import VALIDATION_LOGITS
from trials.metrics import log_softmax
from trials.run import run_trial


def test_the_folder_loads_as_a_pipeline(tiny_model: Path, tmp_path: Path) -> None:
    winner = make_winner(tmp_path / "news" / "best")
    hand_over(winner, tiny_model)
    answer = pipeline("text-classification", model=str(winner.folder))("a good goal", truncation=True)
    assert answer[0]["label"] in LABEL_NAMES


def test_card_and_json_say_what_the_winner_is(tiny_model: Path, tmp_path: Path) -> None:
    winner = replace(make_winner(tmp_path / "best"), read=make_read("review"))
    hand_over(winner, tiny_model)
    facts = json.loads((winner.folder / "automl.json").read_text())
    assert facts["study"] == "news" and facts["trial"] == 3 and facts["metric"] == "macro_f1"
    assert facts["parameters"]["architecture.depth"] == 4
    assert facts["scores"]["baseline"]["test"]["macro_f1"] == 0.92
    assert facts["scores"]["default"]["validation"]["accuracy"] == 0.87
    assert facts["label_names"] == ["business", "sport"] and facts["confusion"] == [[40, 2], [3, 60]]
    assert [point["metrics"]["macro_f1"] for point in facts["learning_curve"]] == [0.5, 0.7, 0.91]
    assert facts["data"]["fingerprint"] == "f" * 64
    assert (facts["data"]["text"], facts["data"]["label"]) == ("review", "label")
    assert facts["data"]["rows"] == {"train": 70, "validation": 15, "test": 15}
    assert {"python", "torch", "transformers", "optuna", "ray", "transformer-automl"} <= set(facts["versions"])
    assert facts["versions"]["torch"]
    assert ModelCard.load(winner.folder / "README.md").data.pipeline_tag == "text-classification"
    assert trained_text_columns(winner.folder) == ("review",)


def test_an_ensemble_is_handed_over_with_whole_members_and_without_logits_of_the_study(
    tiny_model: Path, tmp_path: Path
) -> None:
    model = shutil.copytree(tiny_model, tmp_path / "trial-3")
    (model / VALIDATION_LOGITS).write_bytes(b"of the study")
    save_ensemble(tmp_path / "built", LABEL_NAMES, {"trial-3": (model, 0.6), "trial-1": (tiny_model, 0.4)})
    winner = replace(make_winner(tmp_path / "news" / "best"), ensemble=make_ensemble())
    hand_over(winner, tmp_path / "built")
    assert [*winner.folder.rglob(VALIDATION_LOGITS)] == []
    assert not any(path.is_symlink() for path in winner.folder.rglob("*"))
    both = load_classifier(winner.folder).logits(["a good goal"])
    np.testing.assert_allclose(both, log_softmax(load_classifier(tiny_model).logits(["a good goal"])), atol=1e-5)
    hand_over(replace(winner, ensemble=None), model)
    assert not (winner.folder / VALIDATION_LOGITS).exists()


@pytest.mark.parametrize("has_links", [True, False])
def test_weights_that_members_share_are_on_the_disk_once_where_it_has_hard_links(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no hard links")

    if not has_links:
        monkeypatch.setattr("os.link", refused)
    for name in ("trial-1", "trial-3"):
        (tmp_path / name).mkdir()
        for file in tiny_model.iterdir():
            (tmp_path / name / file.name).symlink_to(file)
    save_ensemble(tmp_path / "built", LABEL_NAMES, {name: (tmp_path / name, 0.5) for name in ("trial-1", "trial-3")})
    winner = replace(make_winner(tmp_path / "news" / "best"), ensemble=make_ensemble())

    hand_over(winner, tmp_path / "built")

    first, second = ((winner.folder / "members" / name) for name in ("trial-1", "trial-3"))
    assert (first / "model.safetensors").samefile(second / "model.safetensors") == has_links
    assert (first / "model.safetensors").read_bytes() == (tiny_model / "model.safetensors").read_bytes()
    assert not (first / "config.json").samefile(second / "config.json"), "what a user may edit is separate"
    assert not (first / "model.safetensors").samefile(tiny_model / "model.safetensors"), "the study keeps its own"


def test_several_text_columns_are_kept_in_their_order(tiny_model: Path, tmp_path: Path) -> None:
    winner = replace(make_winner(tmp_path / "best"), read=make_read("title", "body"))
    hand_over(winner, tiny_model)
    assert trained_text_columns(winner.folder) == ("title", "body")


def test_an_older_winner_is_replaced_whole(tiny_model: Path, tmp_path: Path) -> None:
    winner = make_winner(tmp_path / "best")
    hand_over(winner, tiny_model)
    (winner.folder / "left-over").touch()
    hand_over(make_winner(tmp_path / "best", number=0), tiny_model)
    assert not (winner.folder / "left-over").exists()
    assert json.loads((winner.folder / "automl.json").read_text())["trial"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_a_failed_hand_over_keeps_the_older_winner(tiny_model: Path, tmp_path: Path) -> None:
    winner = make_winner(tmp_path / "best")
    hand_over(winner, tiny_model)
    with pytest.raises(WorkspaceError, match="must be written to"):
        hand_over(winner, tmp_path / "no-checkpoint")
    assert (winner.folder / "model.safetensors").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_what_a_killed_hand_over_left_is_no_obstacle(tiny_model: Path, tmp_path: Path) -> None:
    for left in (".best.new", ".best.old"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "half").touch()
    hand_over(make_winner(tmp_path / "best"), tiny_model)
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_a_winner_that_a_killed_hand_over_has_moved_aside_comes_back_though_the_next_one_fails(
    tiny_model: Path, tmp_path: Path
) -> None:
    winner = make_winner(tmp_path / "best")
    hand_over(winner, tiny_model)
    winner.folder.rename(tmp_path / ".best.old")
    with pytest.raises(WorkspaceError, match="must be written to"):
        hand_over(winner, tmp_path / "no-checkpoint")
    assert (winner.folder / "model.safetensors").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_a_model_from_elsewhere_has_no_trained_column_and_task(tiny_model: Path) -> None:
    assert trained_text_columns(tiny_model) == () and trained_task(tiny_model) is None


def test_a_part_of_an_encoder_that_transformers_has_no_config_for_is_handed_over_whole(tmp_path: Path) -> None:
    texts, _ = toy_texts(30, 1)
    checkpoint = save_checkpoint(tmp_path / "pretrained")
    job = job_of(tmp_path, point(checkpoint, **HALF), budget_examples=81)
    list(run_trial(job, encoded(checkpoint)))
    expected = load_classifier(job.checkpoint).logits(texts)
    winner = make_winner(tmp_path / "best")
    hand_over(winner, job.checkpoint)
    shutil.rmtree(job.checkpoint)
    shutil.rmtree(checkpoint)
    np.testing.assert_array_equal(load_classifier(winner.folder).logits(texts), expected)
    card = ModelCard.load(winner.folder / "README.md")
    assert card.data.library_name == "transformer-automl" and "load_classifier" in card.text
    (tmp_path / "new.csv").write_text("\n".join(["text", *texts]))
    assert predict(winner.folder, tmp_path / "new.csv", tmp_path / "out.csv") == 30
    told = [line.split(",")[1] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert told == [LABELS[index] for index in expected.argmax(axis=1)]


def test_a_model_of_pairs_asks_for_both_columns_and_its_card_says_how_pipeline_takes_them(
    tiny_model: Path, tmp_path: Path
) -> None:
    checkpoint = shutil.copytree(tiny_model, tmp_path / "checkpoint")
    settings = json.loads((checkpoint / "tokenizer_config.json").read_text())
    settings["model_input_names"] = ["input_ids", "attention_mask"]  # as in each checkpoint that a trial writes
    (checkpoint / "tokenizer_config.json").write_text(json.dumps(settings))
    (checkpoint / "reading.json").write_text('{"longest": 12, "pair": ["premise", "hypothesis"]}')
    names = ("premise", "hypothesis")
    winner = replace(make_winner(tmp_path / "best"), read=replace(make_read(*names), form=RowForm(names)))
    hand_over(winner, checkpoint)

    assert read_row_form(winner.folder) == RowForm(names)
    card = (winner.folder / "README.md").read_text()
    assert "classifier([{'text': 'a text', 'text_pair': 'a text'}], truncation=True)" in card
    row = {"premise": "a good goal", "hypothesis": "the market"}
    (tmp_path / "in.json").write_text(json.dumps([row]))
    predict(winner.folder, tmp_path / "in.json", tmp_path / "out.jsonl")
    found = json.loads((tmp_path / "out.jsonl").read_text())
    pair = {"text": row["premise"], "text_pair": row["hypothesis"]}
    (answer,) = pipeline("text-classification", model=str(winner.folder))([pair], truncation=True)
    assert (answer["label"], answer["score"]) == (found["label"], pytest.approx(found["probability"], abs=1e-5))
    hand_over(replace(winner, folder=tmp_path / "joined"), tiny_model)
    assert read_row_form(tmp_path / "joined") is None

    members = {"trial-1": (tiny_model, 0.5), "trial-2": (checkpoint, 0.5)}
    save_ensemble(tmp_path / "built", LABEL_NAMES, members)
    hand_over(replace(winner, folder=tmp_path / "mean", ensemble=make_ensemble()), tmp_path / "built")
    mean = load_text_model(tmp_path / "mean")
    assert mean.columns == names
    joined = load_classifier(tmp_path / "built").logits([RowForm(names).text_of(row)])
    np.testing.assert_allclose(mean.logits([row]), joined)
