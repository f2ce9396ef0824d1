import pytest
from pydantic import ValidationError

from automl.serving.limits import Limits
from automl.serving.requests import ClassRequest, NumberRequest, request_class
from trials.data import RowForm
from trials.data.columns.also_columns import CategoryColumn

LIMITS = Limits(texts=2, characters=5)
FORM = RowForm(("text",), (CategoryColumn("kind", (("lamp", 2),)),))


def test_a_request_has_texts_or_rows_within_the_limits_and_nothing_else():
    texts, rows = (request_class(ClassRequest, form, LIMITS) for form in (None, FORM))
    assert texts(texts=["a"]).probabilities is False and texts(texts=["a"], probabilities=True).probabilities is True
    assert rows(rows=[{"text": "a", "kind": None}]).rows == [{"text": "a", "kind": None}]
    for body in ({"texts": []}, {"texts": ["a"] * 3}, {"texts": ["too long"]}, {"texts": ["a"], "text": "b"}):
        with pytest.raises(ValidationError):
            texts(**body)
    with pytest.raises(ValidationError):
        rows(texts=["a"])
    assert "the columns text, kind" in rows.model_json_schema()["properties"]["rows"]["description"]


def test_numbers_have_no_probabilities_and_a_client_that_wants_none_is_heard():
    for form, body in ((None, {"texts": ["a"]}), (FORM, {"rows": [{"text": "a", "kind": "lamp"}]})):
        request = request_class(NumberRequest, form, LIMITS)
        assert request(**body, probabilities=False).probabilities is request(**body).probabilities is False
        assert "probabilities" not in request.model_json_schema()["properties"]
        for wanted in (True, 1, "yes", None):
            with pytest.raises(ValidationError, match="the model gives each text a number, which has none"):
                request(**body, probabilities=wanted)
