import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel

from tests.trials.toy import LABELS, MAX_LENGTH, toy_dataset, toy_point, toy_tokenizer
from trials.classifiers.model_checkpoint import WEIGHTS, ModelCheckpoint
from trials.files import read_validation_logits
from trials.models import build_model
from trials.pretrained import head_of

DATA = toy_dataset()


def model(seed: int = 0) -> PreTrainedModel:
    torch.manual_seed(seed)
    size = toy_tokenizer().get_vocab_size()
    return build_model(toy_point().architecture, vocabulary_size=size, max_length=MAX_LENGTH, label_names=LABELS).eval()


def logits(scorer: PreTrainedModel) -> torch.Tensor:
    with torch.inference_mode():
        return scorer(input_ids=torch.tensor([[2, 5, 6, 7, 3]])).logits


def load(folder: Path) -> PreTrainedModel:
    return AutoModelForSequenceClassification.from_pretrained(folder)


def test_the_folder_is_complete(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "checkpoint"
    saved = model()
    ModelCheckpoint(folder, DATA).save(saved)
    assert {path.name for path in folder.iterdir()} >= {
        "config.json",
        WEIGHTS,
        "tokenizer.json",
        "tokenizer_config.json",
    }
    torch.testing.assert_close(logits(load(folder)), logits(saved))
    assert load(folder).config.id2label == dict(enumerate(LABELS))
    assert json.loads((folder / "config.json").read_text())["dtype"] == "float32"


def test_the_tokenizer_says_the_same_as_the_one_that_encoded_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    ModelCheckpoint(folder, DATA).save(model())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer("the ball word1").input_ids == toy_tokenizer().encode("the ball word1").ids
    assert (tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.cls_token_id) == (0, 1, 2)
    assert (tokenizer.sep_token_id, tokenizer.mask_token_id) == (3, 4)
    assert len(tokenizer("ball " * 100, truncation=True).input_ids) == tokenizer.model_max_length == MAX_LENGTH


def test_the_saved_model_is_calibrated_and_the_one_in_training_is_not_changed(tmp_path: Path) -> None:
    trained, folder = model(), tmp_path / "checkpoint"
    before = logits(trained)
    ModelCheckpoint(folder, DATA, head_of(trained)).save(trained, temperature=0.4)
    torch.testing.assert_close(logits(load(folder)), before / 0.4)
    assert torch.equal(logits(trained), before)


def test_logits_of_the_validation_rows_lie_beside_their_weights(tmp_path: Path) -> None:
    folder, rows = tmp_path / "checkpoint", np.random.default_rng(0).normal(size=(7, 3))
    checkpoint = ModelCheckpoint(folder, DATA, head_of(model()))
    checkpoint.save(model(0), 1.0, rows)
    checkpoint.save(model(1), 1.0, rows + 1)
    np.testing.assert_allclose(read_validation_logits(folder), rows + 1, atol=1e-6)
    checkpoint.save(model(2))
    assert read_validation_logits(folder) is None, "these were of other weights"


def test_a_kill_between_the_moves_of_logits_and_weights_is_noticed(tmp_path: Path, monkeypatch) -> None:
    folder, rows = tmp_path / "checkpoint", np.zeros((7, 3))
    checkpoint = ModelCheckpoint(folder, DATA, head_of(model()))
    checkpoint.save(model(0), 1.0, rows)
    move = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if self.name == WEIGHTS:
            raise KeyboardInterrupt
        return move(self, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", killed)
        checkpoint.save(model(1), 1.0, rows + 1)
    torch.testing.assert_close(logits(load(folder)), logits(model(0)))
    assert read_validation_logits(folder) is None


def test_a_later_save_replaces_the_weights_alone(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    checkpoint = ModelCheckpoint(folder, DATA)
    checkpoint.save(model(0))
    written = (folder / "tokenizer.json").stat().st_ino
    checkpoint.save(model(1))
    torch.testing.assert_close(logits(load(folder)), logits(model(1)))
    assert (folder / "tokenizer.json").stat().st_ino == written
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_kill_while_saving_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "checkpoint"
    checkpoint = ModelCheckpoint(folder, DATA)

    def half_written(tensors: object, path: Path, metadata: object) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    def killed_save() -> None:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("trials.files.disk_errors.save_file", half_written)
            checkpoint.save(model(1))

    killed_save()
    assert not folder.exists()
    checkpoint.save(model(0))
    killed_save()
    torch.testing.assert_close(logits(load(folder)), logits(model(0)))
    checkpoint.save(model(2))
    torch.testing.assert_close(logits(load(folder)), logits(model(2)))
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_trial_that_goes_on_replaces_the_weights_alone(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    ModelCheckpoint(folder, DATA).save(model(0))
    written = (folder / "tokenizer.json").stat().st_ino
    again = ModelCheckpoint(folder, DATA)
    assert again.exists
    again.save(model(1))
    torch.testing.assert_close(logits(load(folder)), logits(model(1)))
    assert (folder / "tokenizer.json").stat().st_ino == written
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_weights_may_be_read_by_whoever_may_read_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    before = os.umask(0o027)
    try:
        ModelCheckpoint(folder, DATA).save(model())
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o640}


def test_a_folder_of_another_model_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    checkpoint = ModelCheckpoint(folder, DATA)
    assert not checkpoint.exists
    folder.mkdir()
    (folder / "stale.bin").write_bytes(b"old")
    ModelCheckpoint(folder, DATA).save(model())
    assert not (folder / "stale.bin").exists()
    assert load(folder).config.num_labels == len(LABELS)
