"""The application: what it answers, and what it refuses."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

import numpy as np
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from automl.core import UsageError
from automl.serving.answers import Answering, OneLabel
from automl.serving.batcher import Batcher, Busy
from automl.serving.body_limit import BodyLimit
from automl.serving.limits import Limits
from automl.serving.requests import request_class
from automl.serving.rows import row_texts
from automl.serving.service_metrics import ServiceMetrics
from trials.data import RowForm
from trials.files import TextClassifier


def create_app(
    classifier: TextClassifier,
    name: str,
    limits: Limits,
    token: str | None = None,
    answering: Answering | None = None,
    form: RowForm | None = None,
) -> FastAPI:
    """Return the application that serves a model.

    `POST /predict` gives texts labels or numbers, `/health` says that it can, `/metrics` has numbers for Prometheus,
    and `/docs` is a page about all of them.

    Args:
        classifier: the model.
        name: name of the model, for its page.
        limits: what requests may cost.
        token: what clients must send as a bearer token; None: nothing. `/health` and `/docs` need none.
        answering: what is said of each text; None says the most probable label.
        form: the form of the rows that clients send in the place of texts; None: the model reads texts alone.
    """
    said = answering or OneLabel(classifier.label_names)
    metrics = ServiceMetrics()
    batcher = Batcher(classifier, limits, metrics.batches.observe)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        batcher.start()
        yield
        await batcher.close()

    app = FastAPI(title=name, description="A model of texts found by transformer-automl.", lifespan=living)
    app.add_middleware(BodyLimit, most=limits.body_bytes)
    guards = [] if token is None else [Depends(_guard(token))]
    body = request_class(said.request, form, limits)

    @app.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "model": name, **said.facts}

    @app.get("/metrics", dependencies=guards)
    async def numbers() -> Response:
        metrics.waiting.set(batcher.waiting)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    @app.middleware("http")
    async def count(request: Request, call_next: Callable[[Request], Any]) -> Response:
        if request.url.path != "/predict":
            return await call_next(request)  # type: ignore[no-any-return]
        started = time.perf_counter()
        status = 500  # what the server answers if the model raises an error
        try:
            response: Response = await call_next(request)
            status = response.status_code
        finally:
            metrics.seconds.observe(time.perf_counter() - started)
            metrics.requests.labels(status).inc()
        return response

    @app.post("/predict", dependencies=guards, response_model=said.body)
    async def predict(asked: body) -> BaseModel:  # type: ignore[valid-type]
        sets, all_labels = asked.sets, asked.probabilities  # type: ignore[attr-defined]
        try:
            said.check(sets)
        except UsageError as error:
            raise HTTPException(422, str(error).removeprefix("--")) from error
        texts = asked.texts if form is None else row_texts(asked.rows, form, limits)  # type: ignore[attr-defined]
        logits = await _answered(batcher, texts, limits.seconds)
        return said.answer(logits, all_labels=all_labels, sets=sets)

    return app


def _guard(token: str) -> Callable[..., None]:
    scheme = HTTPBearer(auto_error=False)

    def check(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)]) -> None:
        if sent is None or not secrets.compare_digest(sent.credentials.encode(), token.encode()):
            raise HTTPException(401, "the token must be sent as: Authorization: Bearer TOKEN")

    return check


async def _answered(batcher: Batcher, texts: list[str], seconds: float) -> np.ndarray[Any, Any]:
    try:
        async with asyncio.timeout(seconds):
            return await batcher.logits(texts)
    except Busy:
        raise HTTPException(503, "too many texts wait; try again", {"Retry-After": "1"}) from None
    except TimeoutError:
        raise HTTPException(504, f"there was no answer within {seconds:g} s; send fewer texts") from None
