"""Runs static steps, as CUDA graphs where they can be, and says why where they cannot."""

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from trials.hardware import is_out_of_memory, release_memory
from trials.training.static_steps.buckets import bucket_of

SYNCHRONIZES = "synchronizing CUDA operation"
"""How torch warns of an operation that waits for the device."""

LONGEST_REASON = 200


class Step(Protocol):
    """A training step whose input lies on the device."""

    total: torch.Tensor

    def capturable(self) -> AbstractContextManager[None]:
        """Return a context in which the step can be captured."""

    def forget(self) -> None:
        """Drop the gradients."""

    def backward(self, length: int) -> torch.Tensor:
        """Set the gradients for texts that are padded to `length` tokens; return the losses."""

    def update(self, losses: torch.Tensor) -> None:
        """Change the weights, drop the gradients, and add `losses` to `total`."""


class StaticSteps:
    """Runs the steps of a trainer in a few shapes, one for each bucket of lengths.

    On a GPU, the first step runs as it is, which warms the kernels up, makes the optimizer's moments, and shows whether
    the model waits for the device. Before the second one, a step of each bucket is captured as a CUDA graph, and from
    then on a step is one call. Graphs share one pool of memory, as only one runs at a time; the longest bucket is
    captured first, so that the others fit into what it has left. Where memory is short for all of them, there are
    fewer graphs, and batches are padded to the next longer one. Otherwise steps draw the same random numbers, whether
    they are graphs or not.

    Args:
        step: the step.
        lengths: tokens of each training text, shape (n,).
        most: the largest bucket.
        graphs: whether steps become graphs, on a GPU.

    Attributes:
        reason: why steps are not graphs; empty if they are.
        held_bytes: memory that this process held when the graphs had just been made and nothing else was kept.
    """

    def __init__(self, step: Step, lengths: NDArray[np.int64], most: int, *, graphs: bool) -> None:
        self._step = step
        self._lengths = lengths
        self._most = most
        self._device = step.total.device
        self._graphs: dict[int, torch.cuda.CUDAGraph] = {}
        self._warm = False
        self._captures = graphs and self._device.type == "cuda"
        self._stream = _stream_of(self._device)
        self.reason = "" if graphs else "graphs are turned off"
        self.held_bytes = 0

    @contextmanager
    def running(self) -> Iterator[torch.Tensor]:
        """Yield the sum of losses that steps within the block add to.

        Within it, work goes to the stream of these steps, on which alone a graph can be captured.
        """
        if self._stream is None:
            yield self._step.total
            return
        outside = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(outside)
        try:
            with torch.cuda.stream(self._stream):
                yield self._step.total
        finally:
            outside.wait_stream(self._stream)

    def run(self, longest: int) -> bool:
        """Make a step within `running`; False if memory does not suffice for it, and then nothing has changed.

        Args:
            longest: tokens of the longest text in the input of the step, which has been loaded.
        """
        length = bucket_of(longest, self._most)
        if self._captures and self._warm and not self._graphs:
            self._capture_all()
        if self._graphs:
            self._graphs[min(known for known in self._graphs if known >= length)].replay()
            return True
        return self._as_it_is(length)

    def release(self) -> bool:
        """Give up all graphs, and with them their memory; the next step makes them again. False if there are none."""
        had = bool(self._graphs)
        self._graphs.clear()
        return had

    def _as_it_is(self, length: int) -> bool:
        try:
            with self._watched():
                loss = self._step.backward(length)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        else:
            self._step.update(loss)
            self._warm = True
            return True
        # Out of the handler, whose traceback keeps the tensors of the failed try.
        self._step.forget()
        release_memory()
        return False

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Find out in the first step whether the model waits for the device, as then it cannot be captured."""
        if not self._captures or self._warm:
            yield
            return
        before = torch.cuda.get_sync_debug_mode()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            try:
                with self._device:
                    yield
            finally:
                torch.cuda.set_sync_debug_mode(before)
        if any(SYNCHRONIZES in str(warning.message) for warning in told):
            self._stop_capturing("the model waits for the device within a step")

    def _stop_capturing(self, reason: str) -> None:
        self._captures = False
        self.reason = reason
        self._graphs.clear()

    def _capture_all(self) -> None:
        """Record a step of each bucket; of fewer ones where memory is short; of none where it fails otherwise."""
        buckets = sorted({bucket_of(int(length), self._most) for length in np.unique(self._lengths)}, reverse=True)
        for every in (1, 2, len(buckets)):
            try:
                self._graphs = self._recorded(buckets[::every])
            except Exception as error:
                if not _lacks_memory(error):
                    self._stop_capturing(f"a step could not be a CUDA graph: {_first_line(error)}")
                    return
            else:
                return
            # Out of the handler, whose traceback keeps the tensors of the failed try.
            release_memory()
        self._stop_capturing("memory was short for CUDA graphs")

    def _recorded(self, lengths: list[int]) -> dict[int, torch.cuda.CUDAGraph]:
        """Return a graph of a step of each length, the longest first.

        Raises:
            Exception: a step cannot be captured, or memory is short; then all is as before.
        """
        torch.cuda.synchronize(self._device)
        torch.cuda.empty_cache()
        pool, states = torch.cuda.graph_pool_handle(), torch.cuda.get_rng_state(self._device)
        graphs = {}
        try:
            for length in lengths:
                graphs[length] = self._record(length, pool)
        except Exception:
            self._repair(states, pool)
            raise
        self.held_bytes = torch.cuda.memory_reserved(self._device)
        return graphs

    def _record(self, length: int, pool: Any) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        with self._step.capturable(), self._device:  # the second for models that make constants on the CPU
            graph.capture_begin(pool=pool, capture_error_mode="thread_local")
            try:
                self._step.update(self._step.backward(length))
            finally:
                graph.capture_end()
        return graph

    def _repair(self, states: torch.Tensor, pool: Any) -> None:
        """Bring torch's allocator and generator out of a capture that failed: it does not do so itself."""
        index = torch.cuda.current_device() if self._device.index is None else self._device.index
        with suppress(Exception):
            torch._C._cuda_endAllocateToPool(index, pool)
        with suppress(Exception):
            generator = torch.cuda.default_generators[index]
            generator.graphsafe_set_state(generator.clone_state())
        torch.cuda.set_rng_state(states, self._device)
        self._step.forget()


def _stream_of(device: torch.device) -> torch.cuda.Stream | None:
    return torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]


def _lacks_memory(error: BaseException | None) -> bool:
    """Whether `error`, or what it followed from, says that memory ran out: the end of a capture may fail after it."""
    return error is not None and (is_out_of_memory(error) or _lacks_memory(error.__context__))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:LONGEST_REASON]
