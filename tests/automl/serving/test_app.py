"""What the service answers and refuses, through a client within this process."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from automl.decisions import Decision
from automl.serving.answers import OneLabel, OneNumber, SeveralLabels, answering_of
from automl.serving.app import create_app
from automl.serving.limits import Limits
from tests.automl.serving.answers import Echo

SMALL = Limits(texts=3, characters=10, body_bytes=200, waiting=3, seconds=0.2)


@pytest.fixture
def client() -> Iterator[Callable[..., TestClient]]:
    opened: list[TestClient] = []

    def open_client(model: Echo | None = None, **settings: object) -> TestClient:
        app = create_app(model or Echo(), "news", SMALL, **settings)  # type: ignore[arg-type]
        opened.append(TestClient(app, raise_server_exceptions=False))
        opened[-1].__enter__()
        return opened[-1]

    yield open_client
    for one in opened:
        one.__exit__()


def test_texts_are_labelled_in_their_order(client):
    answer = client().post("/predict", json={"texts": ["", "long"], "probabilities": True})
    assert answer.status_code == 200
    first, second = answer.json()["predictions"]
    assert (first["label"], second["label"]) == ("no", "yes")
    assert second["probability"] == pytest.approx(1 / (1 + np.exp(-4)))
    assert second["probabilities"] == pytest.approx({"no": 1 - second["probability"], "yes": second["probability"]})
    assert client().post("/predict", json={"texts": ["a"]}).json()["predictions"][0]["probabilities"] is None


def test_labels_and_probabilities_follow_the_decision_beside_the_model(client):
    decision = Decision(("no", "yes"), "a test", temperature=2.0, offsets=(9.0, 0.0))
    answer = client(answering=OneLabel(("no", "yes"), decision)).post(
        "/predict", json={"texts": ["long"], "probabilities": True}
    )
    (found,) = answer.json()["predictions"]
    assert found["label"] == "no"
    assert found["probability"] == pytest.approx(1 / (1 + np.exp(2)))
    assert found["probabilities"] == pytest.approx({"no": found["probability"], "yes": 1 - found["probability"]})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"texts": []}, 422),
        ({"texts": ["a"] * 4}, 422),
        ({"texts": ["more than ten characters"]}, 422),
        ({"texts": ["a"], "text": "b"}, 422),
        ({"texts": "a"}, 422),
        ({"texts": ["a" * 300]}, 413),
    ],
)
def test_requests_beyond_the_limits_are_refused(client, body, status):
    assert client().post("/predict", json=body).status_code == status


def test_a_body_of_unknown_size_is_not_read(client):
    assert client().post("/predict", content=iter([b"{}"])).status_code == 411


def test_a_model_that_takes_too_long_or_fails_does_not_take_the_service_along(client):
    model = Echo()
    here = client(model)
    model.go.clear()
    assert here.post("/predict", json={"texts": ["slow"]}).status_code == 504
    model.go.set()
    assert here.post("/predict", json={"texts": ["broken"]}).status_code == 500
    assert here.post("/predict", json={"texts": ["fine"]}).status_code == 200


def test_more_than_may_wait_is_asked_to_come_again(client):
    model = Echo()
    here = client(model)
    model.go.clear()
    for _ in range(2):  # one is computed, one waits: its time passes, but it is not taken off yet
        here.post("/predict", json={"texts": ["a", "b"]})
    answer = here.post("/predict", json={"texts": ["c", "d"]})
    model.go.set()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_with_a_token_only_health_and_the_page_are_open(client):
    here = client(token="a secret")
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Basic a secret"}):
        assert here.post("/predict", json={"texts": ["a"]}, headers=headers).status_code == 401
        assert here.get("/metrics", headers=headers).status_code == 401
    right = {"Authorization": "Bearer a secret"}
    assert here.post("/predict", json={"texts": ["a"]}, headers=right).status_code == 200
    assert here.get("/health").json() == {"status": "ok", "model": "news", "labels": ["no", "yes"]}
    assert here.get("/docs").status_code == 200
    limits = here.get("/openapi.json").json()["components"]["schemas"]["Request"]["properties"]["texts"]
    assert (limits["maxItems"], limits["items"]["maxLength"]) == (3, 10)


def test_the_metrics_count_requests_and_batches(client):
    here = client()
    for texts in (["a"], ["b", "c"], [], ["broken"]):
        here.post("/predict", json={"texts": texts})
    said = here.get("/metrics").text
    for line in (
        'automl_requests_total{status="200"} 2.0',
        'automl_requests_total{status="422"} 1.0',
        'automl_requests_total{status="500"} 1.0',
        "automl_request_seconds_count 4.0",
        "automl_batch_texts_sum 4.0",
        "automl_waiting_texts 0.0",
    ):
        assert line in said


class Lengths(Echo):
    """Its number is the length of the text."""

    def logits(self, texts: Sequence[str], batch_size: int = 64) -> NDArray[np.float64]:
        return super().logits(texts, batch_size)[:, 1:]


def test_a_model_of_numbers_answers_with_values_and_has_no_probabilities(client):
    here = client(Lengths(), answering=OneNumber("stars"))
    answer = here.post("/predict", json={"texts": ["", "long"], "probabilities": False})
    assert answer.json()["number"] == "stars"
    assert [each["value"] for each in answer.json()["predictions"]] == [0.0, 4.0]
    assert here.get("/health").json() == {"status": "ok", "model": "news", "number": "stars"}
    refused = here.post("/predict", json={"texts": ["a"], "probabilities": True})
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["msg"] == (
        "probabilities must be left out: the model gives each text a number, which has none"
    )
    page = here.get("/openapi.json").json()["components"]["schemas"]
    assert set(page["Request"]["properties"]) == {"texts", "sets"}
    assert page["NumberPrediction"]["properties"]["value"]["type"] == "number"


def test_numbers_have_intervals_where_they_are_asked_for_and_errors_are_known(client):
    errors = Decision(("stars",), scores=tuple(0.1 * rank for rank in range(1, 20)))
    here = client(Lengths(), answering=OneNumber("stars", errors))
    answer = here.post("/predict", json={"texts": ["", "long"], "sets": 0.9})
    first, second = answer.json()["predictions"]
    assert first == pytest.approx({"value": 0.0, "low": -1.8, "high": 1.8})
    assert second == pytest.approx({"value": 4.0, "low": 2.2, "high": 5.8})
    (plain,) = here.post("/predict", json={"texts": ["long"]}).json()["predictions"]
    assert plain == {"value": 4.0, "low": None, "high": None}
    page = here.get("/openapi.json").json()["components"]["schemas"]
    assert page["Request"]["properties"]["sets"]["anyOf"][0] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 1,
    }
    assert "with the probability `sets`" in page["NumberPrediction"]["properties"]["high"]["description"]


@pytest.mark.parametrize(
    ("scores", "sets", "said"),
    [
        ((), 0.9, "sets needs scores of rows that the model did not see; write them first: automl decide STUDY"),
        ((0.5,) * 5, 0.9, "sets 0.9 needs scores of 9 rows at least, but there are 5: ask for a smaller coverage"),
        ((0.5,) * 20, 1.0, "Input should be less than 1"),
        ((0.5,) * 20, "90%", "Input should be a valid number"),
    ],
)
def test_intervals_that_cannot_be_given_are_refused_before_the_model_works(client, scores, sets, said):
    model = Lengths()
    here = client(model, answering=OneNumber("stars", Decision(("stars",), scores=scores)))
    refused = here.post("/predict", json={"texts": ["a"], "sets": sets})
    assert refused.status_code == 422 and said in refused.text
    assert model.batches == []


def test_labels_have_sets_where_they_are_asked_for(client):
    decision = Decision(("no", "yes"), scores=tuple(np.linspace(0.5, 0.9, 19)))
    here = client(answering=OneLabel(("no", "yes"), decision))
    answer = here.post("/predict", json={"texts": ["", "long"], "sets": 0.9})
    assert [each["labels"] for each in answer.json()["predictions"]] == [["no", "yes"], ["yes"]]
    assert here.post("/predict", json={"texts": [""]}).json()["predictions"][0]["labels"] is None
    refused = client().post("/predict", json={"texts": ["a"], "sets": 0.9})
    assert refused.status_code == 422 and "automl decide STUDY" in refused.json()["detail"]


class Ranks(Echo):
    """The first and the last of three ranks are equally probable."""

    label_names = ("low", "medium", "high")

    def logits(self, texts: Sequence[str], batch_size: int = 64) -> NDArray[np.float64]:
        return np.tile([2.0, 0.0, 2.0], (len(texts), 1))


def test_sets_of_ranks_have_those_between(client):
    decision = Decision(Ranks.label_names, scores=(0.55,) * 19)
    for has_order, labels in ((False, ["low", "high"]), (True, ["low", "medium", "high"])):
        answering = answering_of(Ranks.label_names, decision=decision, has_order=has_order)
        answer = client(Ranks(), answering=answering).post("/predict", json={"texts": ["a"], "sets": 0.9})
        assert answer.json()["predictions"][0]["labels"] == labels


def test_several_labels_a_text_have_no_sets(client):
    here = client(answering=answering_of(("no", "yes"), (0.5, 0.5)))
    assert here.post("/predict", json={"texts": ["long"]}).json()["predictions"][0]["labels"] == ["no", "yes"]
    assert here.post("/predict", json={"texts": ["a"], "sets": 0.9}).status_code == 422
    assert "sets" not in here.get("/openapi.json").json()["components"]["schemas"]["Request"]["properties"]


def test_what_is_said_follows_from_the_outputs_of_the_model():
    assert isinstance(answering_of(("no", "yes")), OneLabel)
    assert isinstance(answering_of(("no", "yes"), (0.5, 0.5)), SeveralLabels)
    assert isinstance(answering_of(("fun",), (0.5,)), SeveralLabels)
    assert isinstance(answering_of(("stars",)), OneNumber)
