from dataclasses import replace

from automl.console.console import Console
from automl.session.finish import copy_to_storage_path
from tests.automl.report.records import make_winner
from tests.automl.session.plans import make_plan


def test_a_model_is_copied_to_the_storage_path_and_a_failure_costs_nothing(tmp_path, capsys):
    winner = make_winner(tmp_path / "news" / "best")
    winner.folder.mkdir(parents=True)
    (winner.folder / "config.json").write_text("{}")
    plan = make_plan(tmp_path)
    copy_to_storage_path(winner, plan, Console())
    assert capsys.readouterr().out == ""

    (tmp_path / "store").mkdir()
    (tmp_path / "file").touch()
    for path, said in ((tmp_path / "store", "Copied to"), (tmp_path / "file", "")):
        stored = replace(plan, experiment=plan.experiment.model_copy(update={"storage_path": str(path)}))
        copy_to_storage_path(winner, stored, Console())
        assert said in capsys.readouterr().out
    assert [file.name for file in (tmp_path / "store").rglob("config.json")] == ["config.json"]
