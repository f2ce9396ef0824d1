from pathlib import Path

import pytest

from automl.core.workspace import Workspace


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "..", ".hidden", "plain", "nouvelles-été", "with space", 'it\'s "q"', "🙂" * 100]
)
def test_every_study_has_a_folder_of_its_own_inside_the_workspace(tmp_path: Path, name: str) -> None:
    assert Workspace(tmp_path).study(name).folder.resolve().parent == tmp_path.resolve()


def test_two_names_never_share_a_folder(tmp_path: Path) -> None:
    names = ["a/b", "a b", "a-b", "..", "%2E.", ".", "/" * 99, "/" * 100]
    assert len({Workspace(tmp_path).study(name).folder for name in names}) == len(names)
