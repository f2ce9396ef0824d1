import numpy as np
import pytest

from automl.config import Experiment, build_experiment, dump_experiment, load_experiment
from automl.planning.prepare_data import prepare
from automl.planning.search_rows import rows_to_search, with_search_rows
from automl.planning.throughput import COUNTED_PER_SECOND
from search_spaces import SPACES, Defaults
from tests.trials.data.rows import examples, write_csv
from trials.data.dataset import Split, TextDataset

WORDS = 20
TOKENS = 1.2 * WORDS + 2
"""As `mean_length` estimates them."""


def data(rows: int, classes: int = 2) -> TextDataset:
    split = Split((" ".join(["word"] * WORDS),) * rows, np.arange(rows) % classes)
    return TextDataset("many", tuple(map(str, range(classes))), split, split, split, "f" * 64)


def experiment(**fields: object) -> Experiment:
    search = {key: fields.pop(key) for key in ("time_budget", "trials") if key in fields}
    return Experiment.model_validate({"data": {"source": "rows.csv", **fields}, "search": search})


def test_all_rows_are_used_where_a_linear_model_of_them_takes_half_of_the_time():
    fit = round(COUNTED_PER_SECOND / TOKENS)  # rows in a second
    assert rows_to_search(data(5 * fit), experiment(time_budget="10s"), 1) is None
    assert rows_to_search(data(5 * fit + 100), experiment(time_budget="10s"), 1) == pytest.approx(
        10 / 8 * fit, rel=1e-3
    )


def test_folds_and_many_classes_take_longer():
    rows = data(100_000)
    one = rows_to_search(rows, experiment(time_budget="8s"), 1)
    assert one is not None
    assert rows_to_search(rows, experiment(time_budget="8s"), 4) == pytest.approx(one / 4, rel=1e-3)
    assert rows_to_search(data(100_000, 14), experiment(time_budget="8s"), 1) == pytest.approx(one / 2, rel=1e-3)
    assert rows_to_search(data(100_000, 1000), experiment(time_budget="8s"), 1) == 5_000  # five of each class


def test_the_user_decides_and_no_time_budget_has_no_sample():
    rows = data(100_000)
    assert rows_to_search(rows, experiment(time_budget="1s", search_rows="all"), 1) is None
    assert rows_to_search(rows, experiment(trials=3), 1) is None
    assert rows_to_search(rows, experiment(trials=3, search_rows=500), 1) == 500
    assert rows_to_search(rows, experiment(trials=3, search_rows=100_000), 1) is None


def test_a_study_keeps_its_sample_whatever_its_time_becomes(tmp_path):
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
    whole = prepare(
        with_search_rows(build_experiment(source, [], {"search.time_budget": 0.2}), None), [point], 2, print
    )
    assert len(whole.dataset.train) == 4_200
