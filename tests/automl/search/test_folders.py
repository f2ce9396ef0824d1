from pathlib import Path

import pytest

from automl.search.folders import TrialFolders
from trials.record import TrialEnd


@pytest.fixture
def folders(tmp_path: Path) -> TrialFolders:
    return TrialFolders(
        lambda number: tmp_path / "trials" / str(number), lambda number: tmp_path / "state" / str(number), 2, True
    )


def save(folders: TrialFolders, number: int) -> None:
    for folder in (folders.model(number), folders.state(number)):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")


def models(folders: TrialFolders) -> set[int]:
    return {number for number in range(20) if folders.has_model(number)}


def test_the_best_completed_trials_and_the_default_keep_their_models(folders):
    for number, score in enumerate((0.1, 0.5, 0.9, 0.7, 0.6)):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, score)
    assert models(folders) == {0, 2, 3}
    assert not any(folders.state(number).exists() for number in range(5))


def test_less_is_better_where_the_metric_says_so(folders):
    folders.maximize = False
    for number, score in ((1, 0.5), (2, 0.9), (3, 0.1)):
        save(folders, number)
        folders.settle(number, TrialEnd.COMPLETED, score)
    assert models(folders) == {1, 3}


def test_a_preempted_trial_keeps_all_that_it_needs_to_go_on(folders):
    save(folders, 1)
    folders.settle(1, TrialEnd.PREEMPTED, 0.5)
    assert folders.has_model(1) and folders.state(1).exists()


def test_a_trial_that_was_stopped_early_may_have_one_of_the_best_models(folders):
    for number, end in ((1, TrialEnd.PRUNED), (2, TrialEnd.COMPLETED), (3, TrialEnd.PRUNED)):
        save(folders, number)
        folders.settle(number, end, number / 10)
    assert models(folders) == {2, 3}
    assert not any(folders.state(number).exists() for number in range(5))


@pytest.mark.parametrize("end", [TrialEnd.DIVERGED, TrialEnd.OUT_OF_MEMORY, TrialEnd.ERROR])
def test_other_ends_leave_nothing(folders, end):
    save(folders, 1)
    folders.settle(1, end, 0.99)
    assert not folders.model(1).exists() and not folders.state(1).exists()
