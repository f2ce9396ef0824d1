"""What a search that goes on takes up. Whole searches run in tests/integration."""

import sys
import time
from pathlib import Path

from automl.config.loader import dump_experiment
from automl.config.schema import Experiment
from automl.config.space_resolver import resolve_space
from automl.console.console import Console
from automl.core.workspace import Workspace
from automl.session.resume import resumed_plan
from automl.storage.open_store import create_store
from automl.storage.study_store import NewStudy
from search_spaces import Choice
from tests.automl.goals import MACRO_F1
from tests.integration.command import write_reviews
from trials.data.load import load_dataset

SPACE = """
from search_spaces import SPACES

def space(suggest):
    suggest.choice("heads", {heads}, default=1)
    {more}
    return SPACES["linear"](suggest)
"""


def test_a_study_goes_on_in_the_space_that_it_was_begun_with(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("growing.py").write_text(SPACE.format(heads=(1, 2), more=""))
    write_reviews(tmp_path / "reviews.csv", rows=80)
    experiment = Experiment.model_validate({"data": {"source": "reviews.csv"}, "space": {"name": "growing:space"}})
    space, _ = resolve_space("growing:space", {})
    workspace = Workspace(tmp_path / "runs")
    store = create_store(workspace)
    fingerprint = load_dataset(experiment.data_options()).dataset.fingerprint
    study = store.create(NewStudy("s", MACRO_F1, dump_experiment(experiment), fingerprint, 810, 64), space.defaults())

    Path("growing.py").write_text(SPACE.format(heads=(1, 2, 4), more='suggest.integer("new", 1, 3, default=2)'))
    sys.modules.pop("growing")
    plan = resumed_plan(study, study.settings(), experiment, workspace, None, None, None, Console(), time.monotonic())
    assert plan.space.dimensions() == space.dimensions() | {"heads": Choice((1, 2, 4), 1)}, "no trial has begun"
    assert "continues with the earlier one: new (2)" in capsys.readouterr().out
    store.close()
    sys.modules.pop("growing")
