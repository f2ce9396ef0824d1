import pytest
import torch

from trials.hardware.precision import (
    bf16_pays_on_cpu,
    choose_device,
    choose_precision,
    described_format,
    set_gpu_products,
)

CPU = torch.device("cpu")


def test_auto_takes_a_gpu_if_there_is_one() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == CPU


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a GPU"):
        choose_device("cuda:0")


def test_a_precision_by_name() -> None:
    assert choose_precision("fp32", CPU) is torch.float32
    assert choose_precision("bf16", CPU) is torch.bfloat16
    with pytest.raises(ValueError, match="auto, fp32, bf16, not 'half'"):
        choose_precision("half", CPU)


def test_auto_is_measured_once_and_draws_no_random_number() -> None:
    state = torch.random.get_rng_state()
    bf16_pays_on_cpu.cache_clear()
    first = choose_precision("auto", CPU)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert {choose_precision("auto", CPU) for _ in range(5)} == {first}
    assert bf16_pays_on_cpu.cache_info().misses == 1


@pytest.mark.parametrize(
    ("native", "capability", "scales", "expected"),
    [
        (True, (9, 0), True, torch.bfloat16),
        (False, (7, 5), True, torch.float16),
        (False, (7, 5), False, torch.float32),
        (False, (6, 1), True, torch.float32),
    ],
)
def test_a_gpu_that_only_emulates_bf16_computes_in_fp16_where_that_is_fast_and_losses_are_scaled(
    native, capability, scales, expected, monkeypatch
) -> None:
    def supported(including_emulation: bool = True) -> bool:
        return native or including_emulation

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    assert choose_precision("auto", torch.device("cuda"), scales=scales) is expected
    assert choose_precision("fp32", torch.device("cuda"), scales=scales) is torch.float32


def test_the_user_is_told_the_format_and_that_fp32_of_a_gpu_is_no_tf32() -> None:
    gpu = torch.device("cuda")
    assert [described_format(dtype, gpu) for dtype in (torch.bfloat16, torch.float16)] == ["bf16", "fp16"]
    assert [described_format(torch.float32, device) for device in (gpu, CPU)] == ["fp32, TF32 off", "fp32"]


def test_fp32_means_fp32_and_cudnn_s_attention_is_off() -> None:
    before = torch.backends.cuda.cudnn_sdp_enabled(), torch.backends.cuda.matmul.fp32_precision
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    set_gpu_products()
    assert torch.backends.cuda.matmul.fp32_precision == "ieee"
    assert not torch.backends.cuda.cudnn_sdp_enabled()
    torch.backends.cuda.enable_cudnn_sdp(before[0])
    torch.backends.cuda.matmul.fp32_precision = before[1]
