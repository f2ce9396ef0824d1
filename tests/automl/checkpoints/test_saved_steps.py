from pathlib import Path

import pytest

from automl.checkpoints.remote_store import FileKind
from automl.checkpoints.saved_steps import SavedSteps

MODEL, STATE = FileKind.MODEL, FileKind.STATE


def read(folder: Path, number: int) -> tuple[int | None, int | None]:
    """The steps of model and training state, as another process reads them."""
    steps = SavedSteps(folder)
    return steps.of(number, MODEL), steps.of(number, STATE)


def test_each_trial_has_the_last_step_of_its_model_and_of_its_state(tmp_path):
    steps = SavedSteps(tmp_path / "steps")
    assert read(tmp_path / "steps", 3) == (None, None)
    assert not (tmp_path / "steps").exists(), "reading makes no folder"
    steps.note(3, MODEL, STATE, step=9)
    steps.note(3, STATE, step=27)
    steps.note(4, MODEL, step=1)
    assert (read(tmp_path / "steps", 3), read(tmp_path / "steps", 4)) == ((9, 27), (1, None))
    steps.forget(3)
    steps.forget(3)
    assert (read(tmp_path / "steps", 3), read(tmp_path / "steps", 4)) == ((None, None), (1, None))


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", '{"model": "nine"}', '{"model": null}', "\udcff"])
def test_a_record_that_cannot_be_read_is_no_record(tmp_path, text):
    SavedSteps(tmp_path).note(3, MODEL, step=9)
    (file,) = tmp_path.iterdir()
    file.write_bytes(text.encode(errors="surrogateescape"))
    assert read(tmp_path, 3) == (None, None)
    SavedSteps(tmp_path).note(3, STATE, step=27)
    assert read(tmp_path, 3) == (None, 27)


def test_a_step_that_cannot_be_noted_is_unknown_and_not_the_one_before(tmp_path, monkeypatch):
    """The model is newer by then, and would be taken for that of the older step."""
    steps = SavedSteps(tmp_path)
    steps.note(3, MODEL, step=9)

    def refuse(*_: object, **__: object) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    steps.note(3, MODEL, step=27)
    assert read(tmp_path, 3) == (None, None)


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").touch()
    SavedSteps(tmp_path / "file").note(3, MODEL, step=9)
    assert read(tmp_path / "file", 3) == (None, None)
