import asyncio

import pytest

from automl.serving.batcher import Batcher, Busy
from automl.serving.limits import Limits
from tests.automl.serving.answers import Echo


async def _until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


def test_what_arrives_meanwhile_is_the_next_batch_and_each_gets_its_own() -> None:
    async def scenario() -> tuple[Echo, list[list[float]]]:
        model, sizes = Echo(), []
        batcher = Batcher(model, Limits(batch=4), sizes.append)
        batcher.start()
        model.go.clear()
        first = asyncio.create_task(batcher.logits(["a"]))
        await _until(lambda: model.batches)
        others = [asyncio.create_task(batcher.logits(texts)) for texts in (["bb"], ["ccc", "dddd"], ["e", "f"])]
        await _until(lambda: batcher.waiting == 5)
        model.go.set()
        found = await asyncio.gather(first, *others)
        await batcher.close()
        assert sizes == [1, 3, 2]
        return model, [part[:, 1].tolist() for part in found]

    model, found = asyncio.run(scenario())
    assert model.batches == [["a"], ["bb", "ccc", "dddd"], ["e", "f"]], "a request is not torn apart"
    assert found == [[1.0], [2.0], [3.0, 4.0], [1.0, 1.0]]


def test_too_many_texts_are_refused_and_one_that_left_costs_nothing() -> None:
    async def scenario() -> Echo:
        model = Echo()
        batcher = Batcher(model, Limits(waiting=2), lambda size: None)
        batcher.start()
        model.go.clear()
        first = asyncio.create_task(batcher.logits(["a"]))
        await _until(lambda: model.batches)
        gone = asyncio.create_task(batcher.logits(["gone"]))
        await _until(lambda: batcher.waiting == 1)
        with pytest.raises(Busy):
            await batcher.logits(["b", "c"])
        gone.cancel()
        model.go.set()
        await first
        await batcher.close()
        return model

    assert asyncio.run(scenario()).batches == [["a"]]


def test_an_error_of_the_model_ends_its_requests_only_and_what_waits_at_the_end_is_answered() -> None:
    async def scenario() -> None:
        model = Echo()
        batcher = Batcher(model, Limits(batch=1), lambda size: None)
        batcher.start()
        broken, fine = (asyncio.create_task(batcher.logits([text])) for text in ("broken", "fine"))
        await asyncio.sleep(0)
        await batcher.close()
        with pytest.raises(RuntimeError, match="broken"):
            await broken
        assert (await fine)[0, 1] == 4.0

    asyncio.run(scenario())
