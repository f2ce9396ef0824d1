"""The kernel itself is tested in `tests/gpu/test_packs.py`."""

import torch

from trials.training.packs import fused_update
from trials.training.packs.fused_update import can_fuse, has_triton


def test_a_cpu_or_a_build_without_triton_makes_the_step_with_operations_of_torch(monkeypatch):
    assert not can_fuse(torch.zeros(2, 2))
    monkeypatch.setattr(fused_update, "find_spec", lambda _: None)
    has_triton.cache_clear()
    assert not has_triton()
    has_triton.cache_clear()
