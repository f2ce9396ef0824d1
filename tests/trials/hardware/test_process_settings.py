from collections.abc import Iterator

import pytest
import torch

from trials.hardware import process_settings, set_up_process


@pytest.fixture(autouse=True)
def settings_as_before() -> Iterator[None]:
    threads, attention = torch.get_num_threads(), torch.backends.cuda.cudnn_sdp_enabled()
    yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)
    torch.backends.cuda.enable_cudnn_sdp(attention)


def test_a_process_computes_as_trials_do(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bool] = []
    monkeypatch.setattr(process_settings, "keep_freed_memory", lambda: kept.append(True))
    torch.backends.cuda.enable_cudnn_sdp(True)
    threads = torch.get_num_threads()

    set_up_process()

    assert kept and not torch.backends.cuda.cudnn_sdp_enabled()
    assert torch.get_num_threads() == threads
    assert float(torch.tensor(1e-39) * 0.5) == 0.0  # a denormal number

    set_up_process(threads=1)
    assert torch.get_num_threads() == 1
