"""The Triton kernel of `fused_update`. Triton comes with torch where it is built for GPUs, so import this late.

A kernel is compiled from its source text, so it has no annotations that Triton does not know.
"""

import triton
import triton.language as tl


@triton.jit
def update_kernel(weight_ptr, gradient_ptr, first_ptr, second_ptr, settings_ptr, size, block: tl.constexpr):
    """Update `block` numbers of one member; arguments as for `fused_update`."""
    member = tl.program_id(1).to(tl.int64)
    scale = tl.load(settings_ptr + member * 7)
    rate = tl.load(settings_ptr + member * 7 + 1)
    kept = tl.load(settings_ptr + member * 7 + 2)
    first_share = tl.load(settings_ptr + member * 7 + 3)
    second_share = tl.load(settings_ptr + member * 7 + 4)
    second_bias = tl.load(settings_ptr + member * 7 + 5)
    epsilon = tl.load(settings_ptr + member * 7 + 6)
    own = tl.program_id(0).to(tl.int64) * block + tl.arange(0, block)
    inside = own < size
    place = member * size + own
    gradient = tl.load(gradient_ptr + place, mask=inside, other=0.0) * scale
    first = tl.load(first_ptr + place, mask=inside, other=0.0)
    second = tl.load(second_ptr + place, mask=inside, other=0.0)
    weight = tl.load(weight_ptr + place, mask=inside, other=0.0)
    first += first_share * (gradient - first)
    second += second_share * (gradient * gradient - second)
    weight = weight * kept - rate * first / (tl.sqrt(second) / second_bias + epsilon)
    tl.store(first_ptr + place, first, mask=inside)
    tl.store(second_ptr + place, second, mask=inside)
    tl.store(weight_ptr + place, weight, mask=inside)
