"""Rows in the place of texts, through a client within this process."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from automl.serving.app import create_app
from automl.serving.limits import Limits
from tests.automl.serving.answers import Echo
from trials.data import RowForm
from trials.data.columns.also_columns import CategoryColumn, NumberColumn

FORM = RowForm(("text",), (CategoryColumn("kind", (("lamp", 2),)), NumberColumn("price", 1, 9, 5, 2)))


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(Echo(), "lamps", Limits(texts=3, characters=30), form=FORM)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def test_a_row_gets_the_answer_of_its_text(client):
    rows = [{"text": "a", "kind": "lamp", "price": 3}, {"text": "a", "kind": None, "price": None}]
    found = client.post("/predict", json={"rows": rows}).json()["predictions"]
    plain = TestClient(create_app(Echo(), "lamps", Limits()))
    with plain:
        same = plain.post("/predict", json={"texts": ["kind: lamp | price: 3\na", "a"]}).json()["predictions"]
    assert found == same


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"texts": ["a"]}, "rows"),
        ({"rows": [{"text": "a", "kind": "lamp"}]}, "row 0: the model reads the columns 'text' and 'kind' and 'price'"),
        ({"rows": [{"kind": "lamp", "price": 1}]}, "no 'text'"),
        ({"rows": [{"text": "a", "kind": "lamp", "price": "cheap"}]}, "row 0: The column 'price' holds numbers"),
        ({"rows": [{"text": "a" * 40, "kind": "", "price": 1}]}, "row 0 must have at most 30 characters"),
        ({"rows": []}, "at least 1"),
    ],
)
def test_rows_that_the_model_cannot_read_are_refused_with_their_number(client, body, message):
    answer = client.post("/predict", json=body)
    assert answer.status_code == 422
    assert message in answer.text


def test_a_path_that_leads_nowhere_in_all_rows_is_refused():
    form = RowForm(("text",), (CategoryColumn("meta.kind"),))
    with TestClient(create_app(Echo(), "lamps", Limits(), form=form)) as opened:
        rows = [{"text": "a", "meta": {"sort": "lamp"}}, {"text": "b", "meta": None}]
        answer = opened.post("/predict", json={"rows": rows})
        assert answer.status_code == 422 and "'meta.kind'" in answer.text
        rows[1]["meta"] = {"kind": None}
        assert opened.post("/predict", json={"rows": rows}).status_code == 200
