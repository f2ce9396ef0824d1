import numpy as np
import pytest

from automl.config import Experiment, build_experiment, dump_experiment, load_experiment
from automl.planning import prepare_data, search_rows
from automl.planning.prepare_data import prepare
from automl.planning.search_rows import linear_seconds_per_row, rows_to_search, with_search_rows
from search_spaces import SPACES, Defaults
from tests.trials.data.rows import examples, write_csv
from trials.data.dataset import Split, TextDataset


def data(rows: int, classes: int = 2) -> TextDataset:
    words = " ".join(["word"] * 20)
    split = Split((words,) * rows, np.arange(rows) % classes)
    return TextDataset("many", tuple(map(str, range(classes))), split, split, split, "f" * 64)


def experiment(**fields: object) -> Experiment:
    search = {key: fields.pop(key) for key in ("time_budget", "trials") if key in fields}
    return Experiment.model_validate({"data": {"source": "rows.csv", **fields}, "search": search})


def rows_at(seconds: float, dataset: TextDataset, settings: Experiment, trainings: int = 1) -> int | None:
    """The rows where a row takes so many seconds."""
    return rows_to_search(dataset, settings, trainings, lambda _: seconds)


def test_all_rows_are_used_where_a_linear_model_of_them_takes_half_of_the_time() -> None:
    rows = data(100_000)
    assert rows_at(0.0003, rows, experiment(time_budget="60s")) is None
    assert rows_at(0.0004, rows, experiment(time_budget="60s")) == 15_000
    assert rows_at(0.0004, rows, experiment(time_budget="60s"), trainings=5) == 3_000


def test_small_data_are_not_measured() -> None:
    rows_to_search(data(30_000), experiment(time_budget="60s"), 1, lambda _: pytest.fail("it was measured"))


def test_a_sample_has_two_rows_of_each_class_at_least() -> None:
    assert rows_at(1.0, data(100_000), experiment(time_budget="10s")) == 2_000
    assert rows_at(1.0, data(100_000, 4_000), experiment(time_budget="10s")) == 8_000
    assert rows_at(1.0, data(100_000, 60_000), experiment(time_budget="10s")) is None


def test_the_user_decides_and_no_time_budget_has_no_sample() -> None:
    rows = data(100_000)
    assert rows_at(1.0, rows, experiment(time_budget="1s", search_rows="all")) is None
    assert rows_at(1.0, rows, experiment(trials=3)) is None
    assert rows_at(1.0, rows, experiment(trials=3, search_rows=500)) == 500
    assert rows_at(1.0, rows, experiment(trials=3, search_rows=100_000)) is None


def test_a_row_is_measured_on_some_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted, clock = [], iter([10.0, 14.0])
    monkeypatch.setattr(search_rows, "fit_linear", lambda _, train, __: fitted.append(len(train)))
    monkeypatch.setattr(search_rows.time, "perf_counter", lambda: next(clock))
    assert linear_seconds_per_row(data(10_000)) == pytest.approx(2.0 * 4.0 / 2_000)
    assert fitted == [2_000, 2_000]


def test_a_study_keeps_its_sample_whatever_its_time_becomes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(prepare_data, "rows_to_search", lambda *given: rows_to_search(*given, lambda _: 1.0))
    source = str(write_csv(tmp_path / "rows.csv", examples(6_000)))
    point, said = SPACES["linear"](Defaults()), []
    found = prepare(build_experiment(source, [], {"search.time_budget": 0.2}), [point], 2, said.append)
    assert found.search_rows == 2_000
    assert len(found.dataset.train) == 2_000
    assert any("stratified sample of the rows" in line and "train 2,000 of 4,200" in line for line in said)

    kept = with_search_rows(build_experiment(source, [], {}), found.search_rows)
    again = prepare(load_experiment(dump_experiment(kept)), [point], 2, said.append)
    assert again.dataset.fingerprint == found.dataset.fingerprint
    assert again.dataset.train.texts == found.dataset.train.texts
    every = with_search_rows(build_experiment(source, [], {"search.time_budget": 0.2}), None)
    assert len(prepare(every, [point], 2, said.append).dataset.train) == 4_200
