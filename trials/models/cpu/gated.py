"""The feed-forward half of a ModernBERT layer, with as few passes over memory as torch's kernels allow."""

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.function import once_differentiable

from trials.models.cpu.dropout import kept_bytes, rounded_share

aten = torch.ops.aten

ACTIVATIONS: dict[str, Callable[..., torch.Tensor]] = {
    "gelu": aten.gelu,
    "relu": aten.relu,
    "silu": aten.silu,
}

SLOPES: dict[str, Callable[..., torch.Tensor]] = {
    "gelu": aten.gelu_backward.grad_input,
    "relu": lambda gradient, inputs, grad_input: aten.threshold_backward.grad_input(
        gradient, inputs, 0, grad_input=grad_input
    ),
    "silu": aten.silu_backward.grad_input,
}
"""Functions of the gradient at the output and the input, which write the gradient at the input into `grad_input`."""


class GatedFeedForward(torch.autograd.Function):
    """`x + dropout(act(a) * g) @ outer.T`, where `norm(x) @ inner.T` is `[a, g]` (Shazeer, "GLU Variants", 2020).

    The backward pass writes the gradients of both halves into one matrix, and its dropout costs nothing: the saved
    factors are already masked.
    """

    @staticmethod
    def forward(
        ctx: Any,
        inputs: torch.Tensor,
        gain: torch.Tensor,
        inner: torch.Tensor,
        outer: torch.Tensor,
        epsilon: float,
        activation: str,
        dropout: float,
        dtype: torch.dtype,
    ) -> torch.Tensor:
        """Return the layer's output, of the shape and in the format of the inputs.

        Args:
            ctx: the context, which stores tensors for `backward`.
            inputs: (b, length, width).
            gain: weights of the norm, (width,).
            inner: (2 * feed-forward width, width).
            outer: (width, feed-forward width).
            epsilon: added to the variance by the norm.
            activation: a key of `ACTIVATIONS`.
            dropout: the share to zero; 0 in evaluation.
            dtype: the format of the products and of intermediate results.
        """
        share = rounded_share(dropout)
        inner, outer = inner.to(dtype), (outer / (1.0 - share)).to(dtype)
        rows = inputs.reshape(-1, inputs.shape[-1])
        normed, mean, scale = torch.native_layer_norm(rows, gain.shape, gain, None, epsilon)
        normed = normed.to(dtype)
        both = normed @ inner.t()
        signal, gate = both.chunk(2, dim=1)
        active = ACTIVATIONS[activation](signal)
        if share:
            kept = kept_bytes(active.shape, dropout).to(active.dtype)
            # Mask both factors, because each is the gradient of the other.
            active.mul_(kept)
            gate.mul_(kept)
        ctx.save_for_backward(rows, gain, inner, outer, normed, mean, scale, both, active)
        ctx.activation, ctx.share = activation, share
        products = active * gate, outer.t()
        outputs = torch.addmm(rows, *products) if dtype is rows.dtype else rows + torch.mm(*products)
        return outputs.view(inputs.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return the gradients. Each product is computed once, and each gradient is written where it is needed."""
        rows, gain, inner, outer, normed, mean, scale, both, active = ctx.saved_tensors
        from_rows = gradient.reshape(rows.shape)
        narrow = from_rows.to(both.dtype)
        signal, gate = both.chunk(2, dim=1)
        to_both = torch.empty_like(both)
        to_signal, to_gate = to_both.chunk(2, dim=1)
        back = active * gate
        to_outer = (narrow.t() @ back).to(rows.dtype).div_(1.0 - ctx.share)
        torch.mm(narrow, outer, out=back)
        torch.mul(back, active, out=to_gate)
        SLOPES[ctx.activation](back.mul_(gate), signal, grad_input=to_signal)
        to_rows, to_gain, _ = aten.native_layer_norm_backward(
            (to_both @ inner).to(rows.dtype), rows, gain.shape, mean, scale, gain, None, (True, True, False)
        )
        to_inputs = to_rows.add_(from_rows).view(gradient.shape)
        to_inner = (to_both.t() @ normed).to(rows.dtype)
        return to_inputs, to_gain, to_inner, to_outer, None, None, None, None
