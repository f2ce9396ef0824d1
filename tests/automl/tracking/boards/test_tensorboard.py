from dataclasses import replace

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from automl.core.records import Confirmation
from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.tensorboard import TensorBoard, run_folder
from tests.automl.tracking.news import (
    one_of_each_end,
    search_started,
    tracked,
    trial_ended,
    trial_evaluated,
    trial_started,
)
from trials.protocol import TrialEnd


@pytest.fixture
def board(tmp_path):
    return TensorBoard(BoardPlace(tracked("news").study, tmp_path / "boards"))


def read(folder) -> EventAccumulator:
    return EventAccumulator(str(folder)).Reload()


def test_each_trial_is_a_run_with_its_scores_its_cost_and_its_parameters(board, tmp_path):
    for event in one_of_each_end():
        board.write(event)
    board.close()
    runs = sorted(folder.name for folder in (tmp_path / "boards").rglob("0*"))
    assert len(runs) == 6 and runs[1] == "0001 encoder d2 h4 lr 1e-3"
    run = read(next((tmp_path / "boards").glob("0000*")))
    scores = run.Scalars("validation/macro_f1")
    assert [(each.step, round(each.value, 3)) for each in scores][-2:] == [(6000, 0.77), (9000, 0.905)]
    assert run.Scalars("cost/parameters")[0].value == 1_250_000
    parameters = HParamsPluginData.FromString(run.PluginTagToContent("hparams")["_hparams_/session_start_info"])
    assert parameters.session_start_info.hparams["architecture.depth"].number_value == 1


def test_a_trial_that_goes_on_goes_on_in_its_run(board, tmp_path):
    for event in (search_started(), trial_started(0), trial_evaluated(0, 1, 0.5)):
        board.write(event)
    board.close()
    again = TensorBoard(BoardPlace(tracked("news").study, tmp_path / "boards"))
    for event in (search_started(), trial_started(0, resumed=True), trial_evaluated(0, 9, 0.6)):
        again.write(event)
    again.close()
    (folder,) = (tmp_path / "boards").iterdir()
    assert [each.step for each in read(folder).Scalars("validation/macro_f1")] == [111, 1000]


def test_a_confirmation_says_so_and_does_not_stand_among_the_best(board, tmp_path):
    confirming = replace(trial_started(7), confirms=Confirmation(3, 1))
    for event in (search_started(), confirming, trial_evaluated(7, 81, 0.9), trial_ended(7, TrialEnd.COMPLETED, 0.9)):
        board.write(event)
    board.close()
    (folder,) = (tmp_path / "boards").iterdir()
    assert folder.name.startswith("0007 confirms 3 encoder")
    tags = read(folder).Tags()["scalars"]
    assert "validation/macro_f1" in tags and not any(tag.startswith("best/") for tag in tags)


def test_the_name_of_a_run_is_a_folder_and_can_be_read():
    linear = {"algorithm": "linear", "linear.text.characters": 5, "linear.classifier.inverse_penalty": 1.0}
    assert run_folder(12, linear) == "0012 linear word+char C 1"
    assert run_folder(3, {"my.path": "../a/b"}) == "0003 path ..-a-b"
