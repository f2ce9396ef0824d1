import pytest

from automl.core import DataProblem, UsageError
from automl.decisions.cost_matrix import read_costs, read_label_costs


def test_rows_are_true_labels_and_columns_are_chosen_ones_in_any_order(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(",good,bad\nbad,5,0\ngood,0,1.5\n")

    assert read_costs(path, ("bad", "good")).tolist() == [[0.0, 5.0], [1.5, 0.0]]


def test_labels_may_be_numbers(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text(",1,2\n1,0,5\n2,1,0\n")

    assert read_costs(path, ("1", "2")).tolist() == [[0.0, 5.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (",bad,god\nbad,0,1\ngood,1,0\n", "columns.*no label 'god'.*Did you mean 'good'"),
        (",bad,good\nbad,0,1\n", "first column.*look at: 'good'"),
        (",bad,good\nbad,0,much\ngood,1,0\n", "cost of 'good' where 'bad' is true must be a number, not 'much'"),
        (",bad,good\nbad,0,inf\ngood,1,0\n", "must be a number, not 'inf'"),
    ],
)
def test_a_table_that_is_not_complete_is_told(tmp_path, content, says):
    path = tmp_path / "costs.csv"
    path.write_text(content)

    with pytest.raises(DataProblem, match=says):
        read_costs(path, ("bad", "good"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="file that exists"):
        read_costs(tmp_path / "none.csv", ("bad", "good"))


def test_costs_of_labels_have_a_row_for_each_label(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text("label,wrong,missed\ngood,1,5\nbad,2,0.5\n")

    assert read_label_costs(path, ("bad", "good")).tolist() == [[0.5, 2.0], [5.0, 1.0]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("label,missed\nbad,1\ngood,1\n", "columns 'missed' and 'wrong' after that of the labels, not 'missed'"),
        ("label,missed,wrong\nbad,1,1\n", "first column.*look at: 'good'"),
        ("label,missed,wrong\nbad,1,1\ngood,0,1\n", "each cost must be more than 0, but one of 'good' is not"),
        ("label,missed,wrong\nbad,1,1\ngood,1,x\n", "cost of 'wrong' .* must be a number, not 'x'"),
    ],
)
def test_costs_of_labels_that_are_not_complete_are_told(tmp_path, content, says):
    path = tmp_path / "costs.csv"
    path.write_text(content)

    with pytest.raises(DataProblem, match=says):
        read_label_costs(path, ("bad", "good"))
