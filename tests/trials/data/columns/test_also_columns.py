import numpy as np
import pytest

from trials.data.columns.also_columns import CategoryColumn, NumberColumn, also_column, column_of_facts
from trials.data.columns.row_form import RowForm
from trials.errors import DataError


def test_the_kind_of_a_column_follows_from_its_cells():
    assert isinstance(also_column("price", ["1", None, "2,5", " "], "a.csv"), NumberColumn)
    assert isinstance(also_column("size", ["1", "2", "large"], "a.csv"), CategoryColumn)
    for no_number in ("nan", "1_000"):
        assert isinstance(also_column("price", ["1", no_number], "a.csv"), CategoryColumn)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([None, " "], r"must hold something, but 'key' of a\.csv is empty"),
        (["1,234", "2,500"], r"comma in a number of the column 'key' must .* may stand for thousands"),
        ([f"row {number}" for number in range(60)], r"'key' of a\.csv has 60 different values in 60 rows"),
    ],
)
def test_a_column_that_says_nothing_about_new_rows_or_may_mean_two_things_is_refused(cells, message):
    with pytest.raises(DataError, match=message):
        also_column("key", cells, "a.csv")


@pytest.mark.parametrize("numbers", [range(21), range(100, 0, -1), range(0, 10_000, 100)])
def test_a_column_of_numbers_that_counts_the_rows_is_refused(numbers):
    with pytest.raises(DataError, match=r"'key' of a\.csv has another whole number in each of \d+ rows"):
        also_column("key", [str(number) for number in numbers], "a.csv")


def test_different_numbers_that_do_not_count_the_rows_are_numbers():
    assert isinstance(also_column("length", [str(number * 7919 % 9973) for number in range(60)], "a.csv"), NumberColumn)
    assert isinstance(also_column("price", [str(number / 2) for number in range(60)], "a.csv"), NumberColumn)


def test_a_boolean_is_the_same_category_whatever_wrote_it():
    column = CategoryColumn("is_new")
    assert [column.written(each) for each in ("True", "true", " FALSE ", "Truest")] == [
        "true",
        "true",
        "false",
        "Truest",
    ]


def test_known_categories_are_features_and_unknown_and_empty_ones_are_zeros():
    column = CategoryColumn("kind").learnt(["lamp", "sofa", "lamp", ""])
    assert column.counts == (("lamp", 2), ("sofa", 1))
    assert column.features(["sofa", "desk", ""]).tolist() == [[0, 1], [0, 0], [0, 0]]
    assert str(column) == "kind: 2 categories (lamp 2, sofa 1)"


def test_numbers_are_standardised_cut_and_an_empty_cell_is_their_mean():
    column = NumberColumn("price").learnt(["10", "30", "", "20"])
    assert (column.low, column.high, column.mean) == (10, 30, 20)
    deviation = np.std([10, 30, 20])
    np.testing.assert_allclose(column.features(["30", "", "1e9"])[:, 0], [10 / deviation, 0, 5], rtol=1e-6)
    assert NumberColumn("same").learnt(["7", "7"]).features(["7", "8"])[:, 0].tolist() == [0, 1]


def test_a_number_has_one_form_and_another_cell_is_refused():
    column = NumberColumn("price")
    assert [column.written(cell) for cell in ("12.50", "12,5", " ", None, "1000000")] == [
        "12.5",
        "12.5",
        "",
        "",
        "1000000",
    ]
    with pytest.raises(DataError, match=r"'price' holds numbers .* not 'cheap'"):
        column.written("cheap")


def test_a_column_is_what_its_facts_say():
    for column in (CategoryColumn("kind").learnt(["a", "b", "a"]), NumberColumn("price").learnt(["1", "4"])):
        assert column_of_facts(column.facts()) == column


def test_a_number_is_read_as_those_of_the_training_rows_or_refused_where_it_may_mean_two_things():
    points, commas = also_column("price", ["1234.5", "2"], "a.csv"), also_column("price", ["3,5", "1,234"], "a.csv")
    assert [points.written(cell) for cell in ("12,5", "1.234", "0,123")] == ["12.5", "1.234", "0.123"]
    assert [commas.written(cell) for cell in ("1,234", "12.5", "1234")] == ["1.234", "12.5", "1234"]
    with pytest.raises(DataError, match=r"comma in '1,234' may stand for .* as '1234' or '1\.234'"):
        points.written("1,234")
    with pytest.raises(DataError, match=r"point in '-1\.234' may stand for .* as '-1234' or '-1,234'"):
        commas.written("-1.234")
    again = column_of_facts(commas.learnt(["3.5", "1.234"]).facts())
    assert again.written("1,234") == "1.234" and column_of_facts(points.facts()) == points


def test_a_number_that_is_no_text_means_itself():
    for cells in (["1234.5"], ["3,5"]):
        form = RowForm(("text",), (also_column("price", cells, "a.csv"),))
        assert form.text_of({"text": "a", "price": 1.234}) == "price: 1.234\na"
        assert form.text_of({"text": "a", "price": 1234}) == "price: 1234\na"
