from pathlib import Path

import pytest

from automl.checkpoints.parent_states import ParentState, ParentStates, kept_states


@pytest.fixture
def donors(tmp_path: Path) -> ParentStates:
    return ParentStates(tmp_path / "donors", lambda number: tmp_path / "state" / str(number))


def save(tmp_path: Path, number: int, text: str) -> None:
    """A state, as it replaces the one before."""
    folder = tmp_path / "state" / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "new").write_text(text)
    (folder / "new").replace(folder / "state.safetensors")


def test_what_is_kept_stays_while_its_trial_goes_on_and_when_it_has_ended(tmp_path, donors):
    save(tmp_path, 3, "early")
    donors.keep(ParentState(3, 9))
    save(tmp_path, 3, "late")
    donors.keep(ParentState(3, 27))
    (tmp_path / "state" / "3" / "state.safetensors").unlink()
    kept = {donor: (folder / "state.safetensors").read_text() for folder, donor in kept_states(tmp_path / "donors")}
    assert kept == {ParentState(3, 9): "early", ParentState(3, 27): "late"}


def test_keeping_again_takes_what_is_there_now(tmp_path, donors):
    for text in ("one", "another"):
        save(tmp_path, 3, text)
        donors.keep(ParentState(3, 9))
    assert (donors.folder(ParentState(3, 9)) / "state.safetensors").read_text() == "another"


def test_a_state_on_another_machine_is_not_here(donors):
    donors.keep(ParentState(5, 9))
    assert not donors.has(ParentState(5, 9))


def test_what_nobody_wants_goes_and_what_is_none_of_ours_stays(tmp_path, donors):
    for number in (1, 2):
        save(tmp_path, number, "state")
        donors.keep(ParentState(number, 9))
    (tmp_path / "donors" / "notes").mkdir()
    donors.tidy(lambda donor: donor.number == 2)
    assert sorted(path.name for path in (tmp_path / "donors").iterdir()) == ["00002-09", "notes"]
    assert donors.has(ParentState(2, 9))


def test_without_a_folder_there_is_nothing_to_tidy(donors):
    donors.tidy(lambda donor: False)
