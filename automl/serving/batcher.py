"""Dynamic batching: what arrives while a batch is computed is the next batch."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automl.serving.limits import Limits
from trials.files import TextClassifier


class Busy(Exception):
    """Too many texts wait."""


@dataclass(frozen=True)
class _Waiting:
    texts: list[str]
    answer: "asyncio.Future[NDArray[np.float64]]"


class Batcher:
    """Scores the texts of many requests together, one batch at a time, in one thread.

    Nothing waits for a batch to fill: an idle service scores a request at once.

    Args:
        classifier: the model.
        limits: gives the size of a batch, and the number of texts that may wait.
        notice: receives the number of texts of each batch.
    """

    def __init__(self, classifier: TextClassifier, limits: Limits, notice: Callable[[int], None]) -> None:
        self._classifier = classifier
        self._limits = limits
        self._notice = notice
        self._waiting: deque[_Waiting] = deque()
        self._texts = 0
        self._changed = asyncio.Event()
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Number of texts that wait."""
        return self._texts

    def start(self) -> None:
        """Begin to answer; an event loop must be running."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def logits(self, texts: list[str]) -> NDArray[np.float64]:
        """Return the logits of each text, shape (n, classes).

        Raises:
            Busy: too many texts wait.
        """
        if self._texts + len(texts) > self._limits.waiting:
            raise Busy
        request = _Waiting(texts, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        self._texts += len(texts)
        self._changed.set()
        return await request.answer

    async def close(self) -> None:
        """Answer what waits, and end."""
        self._closed = True
        self._changed.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()

    async def _work(self) -> None:
        while True:
            if not self._waiting:
                if self._closed:
                    return
                self._changed.clear()
                await self._changed.wait()
                continue
            await self._score(self._next_batch())

    def _next_batch(self) -> list[_Waiting]:
        """Take whole requests: at least one, and as many as fit. Those whose client is gone are left out."""
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].texts) <= self._limits.batch):
            request = self._waiting.popleft()
            self._texts -= len(request.texts)
            if not request.answer.done():
                batch.append(request)
                size += len(request.texts)
        return batch

    async def _score(self, batch: list[_Waiting]) -> None:
        texts = [text for request in batch for text in request.texts]
        if not texts:
            return
        self._notice(len(texts))
        try:
            loop = asyncio.get_running_loop()
            logits = await loop.run_in_executor(self._thread, self._classifier.logits, texts, self._limits.batch)
        except Exception as error:  # of the model: each of its requests hears of it, and the next batch is tried
            for request in batch:
                if not request.answer.done():
                    request.answer.set_exception(error)
            return
        ends = np.cumsum([len(request.texts) for request in batch])[:-1]
        for request, part in zip(batch, np.split(logits, ends), strict=True):
            if not request.answer.done():
                request.answer.set_result(part)
