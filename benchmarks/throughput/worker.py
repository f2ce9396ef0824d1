"""A contender in a process of its own: what one sets for its process must not help another."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

PEER, OURS = "HF Trainer", "ours"
WITHOUT = f"{OURS} without "


class Worker:
    """Trains when it is told to, one portion at a time."""

    def __init__(self, contender: str, source: str, encoder: str, cache: Path) -> None:
        """`contender` is `PEER`, `OURS`, or `WITHOUT` with a lever behind it."""
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=serve, args=(there, contender, source, encoder, cache))
        self._process.start()

    def rate(self, examples: int) -> float:
        """Texts a second over the next `examples` examples."""
        self._pipe.send(examples)
        return examples / float(self._pipe.recv())

    def stop(self) -> None:
        """Ends the process."""
        self._pipe.send(0)
        self._process.join()


def serve(pipe: Connection, contender: str, source: str, encoder: str, cache: Path) -> None:
    """Runs in the worker's process until it is told to train on nothing."""
    from benchmarks.throughput.ours import Ours  # noqa: PLC0415  (torch, in the worker only)
    from benchmarks.throughput.peer import Peer  # noqa: PLC0415
    from benchmarks.throughput.task import load_task  # noqa: PLC0415

    task = load_task(source, encoder, cache)
    trained = Peer(task) if contender == PEER else Ours(task, without=contender.partition(WITHOUT)[2])
    while examples := pipe.recv():
        pipe.send(trained.train(examples))
