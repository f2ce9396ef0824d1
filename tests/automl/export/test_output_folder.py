from pathlib import Path

import pytest

from automl.core import UsageError
from automl.export.output_folder import replaceable


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("best/model.bin", "models/trial-1/model.bin", "earlier/mark", "../thesis/chapter.txt"):
        (tmp_path / "runs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "runs" / name).touch()
    (tmp_path / "runs" / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "runs")
    return tmp_path / "runs"


def is_earlier(folder: Path) -> bool:
    return (folder / "mark").is_file()


@pytest.mark.parametrize("target", ["best", ".", "..", "best/out", "best/../best", "/"])
def test_the_folder_of_the_model_and_those_in_and_around_it_are_not_written(target: str, study: Path) -> None:
    with pytest.raises(UsageError, match="--output must be a folder beside the model's"):
        replaceable(Path(target), Path("best"), is_earlier)


@pytest.mark.parametrize("target", ["models", "models/trial-1", "../thesis", "../thesis/chapter.txt"])
def test_what_no_export_has_written_is_kept(target: str, study: Path) -> None:
    with pytest.raises(UsageError, match="is something else"):
        replaceable(Path(target), Path("best"), is_earlier)


@pytest.mark.parametrize("target", ["new", "new/deeper", "empty", "earlier"])
def test_a_new_an_empty_and_an_earlier_folder_are_written(target: str, study: Path) -> None:
    assert replaceable(Path(target), Path("best"), is_earlier) == study / target
