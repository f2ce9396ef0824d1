from collections.abc import Iterator

import pytest
import torch

from trials.hardware import matmul_backend
from trials.hardware.matmul_backend import ONEDNN, SETTING, USUAL, fast_products, onednn_pays, use_fast_products


@pytest.fixture(autouse=True)
def measured_anew() -> Iterator[None]:
    onednn_pays.cache_clear()
    yield
    onednn_pays.cache_clear()


def pretend(monkeypatch: pytest.MonkeyPatch, usual: float, onednn: float) -> None:
    """Has products take so many seconds."""
    taken = {USUAL: usual, ONEDNN: onednn}
    monkeypatch.setattr(matmul_backend, "seconds_of_product", lambda dtype: taken[SETTING.fp32_precision])


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


def test_products_are_as_exact_as_before() -> None:
    generator = torch.Generator().manual_seed(0)
    rows, weight = torch.randn(300, 70, generator=generator), torch.randn(70, 90, generator=generator)
    exact = (rows.double() @ weight.double()).float()
    with fast_products():
        torch.testing.assert_close(rows @ weight, exact, rtol=1e-4, atol=1e-5)
    assert SETTING.fp32_precision == USUAL
