from collections.abc import Callable, Iterator

import pytest
import torch

from trials.hardware import matmul_backend
from trials.hardware.matmul_backend import (
    ONEDNN,
    SETTING,
    USUAL,
    fast_products,
    least_seconds,
    onednn_pays,
    use_fast_products,
)


@pytest.fixture(autouse=True)
def measured_anew() -> Iterator[None]:
    onednn_pays.cache_clear()
    yield
    onednn_pays.cache_clear()


def pretend(monkeypatch: pytest.MonkeyPatch, usual: float, onednn: float) -> None:
    """Has products take so many seconds."""
    taken = {USUAL: usual, ONEDNN: onednn}

    def seconds(product: Callable[[], object]) -> float:
        product()
        return taken[SETTING.fp32_precision]

    monkeypatch.setattr(matmul_backend, "_seconds_of", seconds)


def test_the_faster_library_is_taken_if_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, usual=2.0, onednn=1.0)
    monkeypatch.setattr(matmul_backend, "ROUNDING", 1.0)  # whatever this CPU makes of the permission to round
    use_fast_products(True)
    assert SETTING.fp32_precision == ONEDNN
    use_fast_products(False)
    assert SETTING.fp32_precision == USUAL


def test_a_narrow_win_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, usual=1.0, onednn=0.9)
    use_fast_products(True)
    assert SETTING.fp32_precision == USUAL


def test_rounding_to_bf16_is_no_win(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, usual=2.0, onednn=1.0)
    monkeypatch.setattr(matmul_backend, "ROUNDING", -1.0)
    use_fast_products(True)
    assert SETTING.fp32_precision == USUAL


def test_products_are_measured_on_one_thread_in_turns() -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    calls: list[tuple[str, int]] = []
    try:
        least_seconds(
            lambda: calls.append(("first", torch.get_num_threads())),
            lambda: calls.append(("second", torch.get_num_threads())),
            attempts=2,
        )
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert calls == [("first", 1), ("second", 1)] * 2


def test_products_are_as_exact_as_before() -> None:
    generator = torch.Generator().manual_seed(0)
    rows, weight = torch.randn(300, 70, generator=generator), torch.randn(70, 90, generator=generator)
    exact = (rows.double() @ weight.double()).float()
    with fast_products():
        torch.testing.assert_close(rows @ weight, exact, rtol=1e-4, atol=1e-5)
    assert SETTING.fp32_precision == USUAL
